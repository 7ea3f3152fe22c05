package polarity

import (
	"strings"

	"minyi/nlp/learn"
	"minyi/nlp/token"
)

// TextOf makes of tokens what a trained model sees: all words and marks, all
// characters but blanks, and as hints what the lexicon says of each clause.
func (l *Lexicon) TextOf(text string, tokens []token.Token) learn.Text {
	var t learn.Text
	for i := range tokens {
		if w := strings.TrimSpace(tokens[i].Text); w != "" {
			t.Words = append(t.Words, strings.ToLower(w))
			t.Runes = append(t.Runes, []rune(strings.ToLower(w))...)
		}
	}
	l.clauses(text, func(_ string, score float64, turned bool) {
		hint := ""
		switch {
		case score >= 1.5:
			hint = "++"
		case score >= 0.4:
			hint = "+"
		case score <= -1.5:
			hint = "--"
		case score <= -0.4:
			hint = "-"
		}
		if hint != "" {
			t.Hints = append(t.Hints, hint)
		}
		if hint != "" && turned {
			t.Hints = append(t.Hints, "但"+hint)
		}
	})
	return t
}

// Labels of a trained model: the text complains or praises.
const (
	Complaint = "0"
	Praise    = "1"
	Neither   = "neither" // trained on where there is enough of it; else the margin between the two is its place
)

// Side gives the class of a trained model's answer: −1, 0 within the band, +1.
func Side(label string, margin, band float64) int {
	switch {
	case margin < band || label == Neither:
		return 0
	case label == Complaint:
		return -1
	}
	return 1
}

// DecidedMargin is the lead from which a trained model takes a side where too
// few remarks that do neither were rated to measure a better one.
const DecidedMargin = 0.6

// TrainingOptions suit polarity: no short copies (remarks are short), triples
// of characters.
func TrainingOptions() learn.Options {
	return learn.Options{Heads: []int{}, Triples: true}
}

// BestOfHints answers as a trained model would, from what the lexicon said of
// each clause.
func BestOfHints(t learn.Text) (string, float64) {
	score := 0.0
	for _, h := range t.Hints {
		switch strings.TrimPrefix(h, "但") {
		case "++":
			score += 2
		case "+":
			score++
		case "-":
			score--
		case "--":
			score -= 2
		}
	}
	if score < 0 {
		return Complaint, -score
	}
	return Praise, score
}
