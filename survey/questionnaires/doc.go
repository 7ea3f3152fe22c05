// Package questionnaires holds what is asked: the model of a questionnaire,
// its strict reading from a file, the checks a draft must pass, and how keys,
// form fields and stored values turn into one another.
//
// It takes in YAML or JSON text and raw replies, gives out immutable versions
// and checked entries, and knows no store, clock or network. The four
// questionnaires that ship are the files beside this one.
package questionnaires
