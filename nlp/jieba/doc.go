// Package jieba cuts Chinese text into words with their parts of speech. It is
// the one place that imports gojieba (cppjieba behind cgo), and exists to hold
// that library's sharp edges: bytes that make it drop a whole text, dictionary
// lines that abort the process past any recover, instances that must not be
// changed or freed while another thread reads them.
//
// It takes in text and, if an installation has them, a dictionary and words of
// its own; it gives out tokens that join to the text again. The stock
// dictionary is part of the program and is handed to the C++ side without a
// file on disk, so neither a module cache nor a writable folder is needed.
package jieba
