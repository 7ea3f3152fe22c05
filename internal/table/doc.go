// Package table reads lists as offices save them: CSV, TSV or XLSX, in UTF-8,
// UTF-16 or GB18030 with GBK, with titles above the header, further worksheets
// and broken rows.
//
// It takes in bytes of unknown format, owns the temporary folders that large
// worksheets need, and gives out a header and rows one at a time, each with
// what is wrong with its form, in memory that does not grow with the file. What
// a column means is for the reader to say.
package table
