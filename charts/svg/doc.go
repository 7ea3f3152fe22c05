// Package svg draws: word clouds, score gauges, intervals and bars, as SVG
// text.
//
// It owns layout, measuring and escaping; takes in plain values with their
// words already chosen in the reader's language; gives out one string for one
// picture, the same for the same values on every machine: no font file, no
// clock, no chance. Pictures stand alone as files and may be put into a page:
// they carry presentation attributes instead of style sheets, so that they
// look alike in both and pass a strict content security policy.
//
// Words that strangers wrote pass through here; every text and attribute is
// escaped by the one function that writes it.
package svg
