// Package charts is the service of what people look at: the overview page,
// word clouds and other pictures, the verbatims page, and exports.
//
// It owns no store. Takes in figures from score, words and masked remarks
// from nlp, invitations and answers from survey, through the interfaces beside
// New; gives out pages, SVG, CSV and XLSX on the staff listener. Drawing is in
// charts/svg, pages in charts/page, files in charts/export; this package asks,
// joins and serves.
package charts
