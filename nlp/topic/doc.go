// Package topic says what a remark is about: a path in a tree of topics
// (城乡建设/物业服务), or 待定 when the words do not decide.
//
// It takes in tokens with phrases merged and a taxonomy (the shipped
// taxonomy.yaml or a city's own), and gives out a decision with its margin and
// the words that made it. No labels are needed. It is pure.
package topic
