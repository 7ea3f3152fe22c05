// Package tally counts answers so that a period's figures are a sum and never
// a counter. It owns three values: Row (one answer, packed), Block (the rows
// of one chunk) and Sum (what a set of rows adds up to).
//
// A Row merges with another of the same answer by revision, the answer's part
// and the text's part each for itself, so that replays, re-analyses and slow
// workers end in the same row whatever their order. A Sum keeps, per cell
// (audience, family, channel, campaign, status), the histogram of every
// question and the joint table of every pair of questions. With these, any
// method file finds its rates, means, and the covariances of its composite,
// without going back to the answers; and sums add.
//
// It takes in facts and gives out values; it knows no store.
package tally
