// Package nlp understands free text: mask → gate → segment → phrases → topic →
// polarity, and what many remarks say together: hot words, topics, verbatims.
//
// It owns the masked copy of every remark with its analysis (nlp_analyses) and
// each tenant's learnt phrases (nlp_phrases). It takes in answer.landed and
// asks survey for the sealed remarks; it gives out answer.analysed, read models
// for charts, and TextFacts for score. The raw remark is opened in memory only
// and never stored, logged or put into an error.
//
// The stages are pure packages of their own: clean, mask, jieba (the only
// importer of gojieba), phrase, hotword, topic, polarity.
//
// Words are not stored: an analysis keeps its text and where the tokens begin,
// and each process derives the words in memory (rows.go) with the tenant's
// vocabulary. New phrases or stop words therefore take effect for all periods
// at once, without a rewrite of the store.
package nlp
