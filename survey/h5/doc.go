// Package h5 is the residents' phone page: it shows a published questionnaire
// as one column of plain HTML and takes the form that comes back.
//
// It takes in a Pages (which survey is) and HTTP requests, and gives out pages
// under 20 kB that need no script, no cookie and no other host. GET changes
// nothing, because link scanners and previews open links; everything that
// counts is a POST. It owns no store.
package h5
