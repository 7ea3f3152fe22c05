// Package score computes 总体感知 and the whole hotline index from answers,
// the analyses of remarks, and imported indicators, by a method file.
//
// It owns the counted rows of every answer (score_chunks), the sheets summed
// from them for every unit, its parents, day, month and year (score_sheets),
// and the imported indicator values (score_indicators). It takes in the events
// answer.landed and answer.analysed and asks survey and nlp for the facts
// behind them. It gives out scored trees, unit tables, and the working of each
// figure.
//
// Nothing here is a counter. An answer's row is replaced by revision, a sheet
// is a sum of rows, so a replay, a crash, a re-analysis, a late answer, a
// set-aside or an erasure all end in the figures that a recount from the raw
// answers gives. What is pure stands in its own packages: methods (the files),
// tally (rows and sums), tree (figures), stat (formulas).
package score
