// Package intake reads the lists that hotlines hand over: work orders,
// enterprise lists, and ratings and remarks collected before.
//
// It takes in bytes of unknown format (CSV, TSV or XLSX; UTF-8, UTF-16 or
// GB18030 with GBK) and a table of known column names, and gives out typed
// rows one at a time, each with its problems, in memory that does not grow
// with the file. It knows no store and no clock.
package intake
