// Package sqlite is the embedded engine of docstore: one SQLite file under the
// data directory, the default where no MongoDB is configured.
//
// It owns the data directory (one process at a time, held by a file lock), the
// file's format, and durability: write-ahead log, synchronous=FULL, and one
// writer goroutine that commits many callers' writes together. It takes in
// records with their index entries, keeps each collection as a table with real
// indexes, and gives out records in order. Faults about the directory or the
// file say what to do; nothing is ever deleted to get going again.
package sqlite
