// Package evaluate measures nlp on labelled files, so that every figure that
// minyi prints about its models can be recomputed by a stranger: topics,
// polarity, hot words, hot issues, segmentation and masking.
//
// It takes in files in the column layouts of the shared data sets and gives
// out reports with JSON keys that scripts may rely on (macro_f1, accuracy, …).
// It writes nothing and needs no store.
package evaluate
