// Package export writes tables as CSV and XLSX files.
//
// It owns the file formats, the columns of the answers and scores exports and
// their codebook. Takes in rows as an iterator; gives out bytes as they come,
// so that memory does not grow with the table. It writes no number of a
// person, no name, no raw remark: what it is given is masked already, and the
// case is cut to its tail.
//
// Text can never become a formula: XLSX text is typed as text, CSV text that a
// spreadsheet would compute or turn into a number gets an apostrophe in front.
package export
