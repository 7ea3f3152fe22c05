// Package issue gathers remarks about the same incident into issues, weighs
// how hot each is, and tells rises from chance.
//
// It takes in remarks as words with a day and a respondent, and gives out
// issues (clusters by tf-idf and centroids) with heat, words and members, and
// alerts on counts over time with a controlled rate of false alarms. It is pure
// and deterministic; the order of the input does not matter.
package issue
