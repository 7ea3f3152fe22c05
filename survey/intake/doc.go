// Package intake reads the lists that hotlines hand over: work orders,
// enterprise lists, and ratings and remarks collected before.
//
// It takes in an opened table and the column names that such lists are known
// to use, and gives out typed rows one at a time, each with its problems, in
// memory that does not grow with the file. It knows no store and no clock.
package intake
