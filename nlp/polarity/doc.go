// Package polarity says whether a remark praises, complains or neither, and
// whether it suggests something.
//
// It takes in masked text and gives out a score with its class (−1, 0, +1).
// The first model is a lexicon of the hotline's own language with negation,
// degree and contrast; a margin on both sides of zero is neutral. It is pure.
package polarity
