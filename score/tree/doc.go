// Package tree computes a scored tree: a method applied to counted answers
// and imported values. It is pure: the same inputs give the same sheet.
//
// It takes in a methods.Method, a tally.Sum of one slice and the imported
// values, and gives out minyi.Figure trees, each figure with score, n, 95%
// interval, coverage, grade, formula, numerator, denominator and what was left
// out. Leaves that are rates have Wilson intervals, means have t intervals,
// composites have the delta method over answers: every answer's contributions
// to all leaves vary together, so their covariances are counted.
package tree
