// Package learn trains linear models on text in pure Go: sparse tf-idf
// features, a support vector machine by dual coordinate descent, complement
// naive Bayes, and an ensemble of both with a margin.
//
// It takes in documents as words and characters with a label each, and gives
// out a Model that scores labels for a document and tells which features
// decided. Everything is deterministic: the same documents give the same model.
// It knows nothing of topics or polarity.
package learn
