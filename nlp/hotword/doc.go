// Package hotword turns the tokens of a remark into the words that people mean
// and weighs them over many remarks.
//
// It takes in tokens with phrases merged (nlp/phrase) and a vocabulary of the
// field; it gives out terms: phrases, and nouns of the field. Function words,
// numbers, codes, verbs standing alone, the set phrases of letters, names of
// persons and (unless asked for) of places never come out. Counts are of
// respondents, not of occurrences. It is pure.
//
// words/stop_cppjieba.txt is cppjieba's stop word list (MIT, licence beside
// it); the other lists are minyi's own.
package hotword
