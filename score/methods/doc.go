// Package methods owns the method files: how an index is built from answers,
// texts and imported values. A file states the tree with its weights, where
// each leaf comes from and how it becomes 0…100, what is left out, the minimum
// n, what happens when a leaf has no data, the grades and the rounding.
//
// It takes in YAML, checks it strictly (an unknown key, a missing weight, an
// impossible scale: each with path, line and reason) and gives out a Method, a
// value that never changes. The presets beside this file are embedded.
// A score names its method as id@version.
package methods
