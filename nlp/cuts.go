package nlp

import (
	"encoding/binary"

	"minyi/nlp/clean"
	"minyi/nlp/token"
)

// Cuts keep where tokens begin and what they are: a tag number and a length
// each, two or three bytes, instead of every word a second time.

// tagNumbers is part of the stored form: append, never reorder.
var tagNumbers = [...]string{"x", "n", "v", "m", "uj", "d", "r", "p", "a", "c", "f", "vn", "ns", "nr", "t", "i", "l", "eng", "q", "ul", "b", "s", "nz", "j", "zg", "ad", "nt", "y", "k", "z", "nrt", "nrfg", "an", "ng", "vg", "ag", "o", "e", "u", "g", "mq", "ud", "uz", "uv", "ug", "tg", "vi", "vq", "vd", "rr", "rz", "rg", "mg", "h", "df", "dg", "ph"}

func encodeCuts(tokens []token.Token) []byte {
	out := make([]byte, 0, 2*len(tokens))
	for i := range tokens {
		out = append(out, tagNumber(tokens[i].Tag))
		out = binary.AppendUvarint(out, uint64(len(tokens[i].Text)))
	}
	return out
}

func tagNumber(tag string) byte {
	for n, known := range tagNumbers {
		if known == tag {
			return byte(n)
		}
	}
	return 0
}

// decodeCuts gives the tokens of text back, Traditional characters folded; cuts that do not fit it give none.
func decodeCuts(text string, cuts []byte) []token.Token {
	text = clean.Simplify(text)
	out := make([]token.Token, 0, len(cuts)/2)
	for at := 0; len(cuts) > 0; {
		tag := int(cuts[0])
		n, used := binary.Uvarint(cuts[1:])
		if used <= 0 || tag >= len(tagNumbers) || n > uint64(len(text)-at) {
			return nil
		}
		out = append(out, token.Token{Text: text[at : at+int(n)], Tag: tagNumbers[tag]})
		at += int(n)
		cuts = cuts[1+used:]
	}
	return out
}
