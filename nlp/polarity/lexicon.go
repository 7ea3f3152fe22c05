package polarity

import (
	_ "embed"
	"strconv"
	"strings"
	"unicode/utf8"
)

//go:embed words.txt
var shippedWords string

// Version names the shipped lexicon and its rules.
const Version = "minyi-polarity-5"

// Margin is the band around zero in which a remark is neither praise nor
// complaint.
const Margin = 0.5

type kind uint8

const (
	judges kind = iota + 1
	negates
	forbids // 不要, 别再: who forbids something complains of it
	raises
	lowers
	turns // 但是: what follows weighs more than what went before
	acts  // 整改: says something only where it is denied
	idles // 能不能, 没多久: looks like a negation and is none
)

type entry struct {
	kind   kind
	weight float64
	over   bool // a negation that says what was is no more
	prefix bool // some longer word begins so
}

// Lexicon scores text. It is immutable and safe for concurrent use.
type Lexicon struct {
	entries map[string]entry
	aspects aspects
}

// Shipped gives the lexicon that comes with minyi.
func Shipped() *Lexicon {
	l := &Lexicon{entries: make(map[string]entry), aspects: shippedAspectList()}
	for line := range strings.Lines(shippedWords) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		e := entryOf(fields[0])
		for _, w := range fields[1:] {
			l.add(w, e)
			if e.kind == acts {
				l.addNobody(w)
			}
		}
	}
	return l
}

// addNobody lets nobody's doing it judge: 没人处理, 无人维修.
func (l *Lexicon) addNobody(act string) {
	for _, nobody := range []string{"没人", "没有人", "无人", "没有任何人", "没有部门", "没部门"} {
		l.add(nobody+act, entry{kind: judges, weight: -2})
	}
}

func entryOf(head string) entry {
	switch head {
	case "not":
		return entry{kind: negates, weight: reach}
	case "no-more": // 终于不…了: it is over, which is praise
		return entry{kind: negates, weight: reach, over: true}
	case "ban":
		return entry{kind: forbids}
	case "not-as": // 没有像…说的那样: what it denies comes late
		return entry{kind: negates, weight: 3 * reach}
	case "act":
		return entry{kind: acts, weight: 1.5}
	case "idle":
		return entry{kind: idles}
	case "more":
		return entry{kind: raises, weight: 1.4}
	case "less":
		return entry{kind: lowers, weight: 0.6}
	case "but":
		return entry{kind: turns}
	}
	w, err := strconv.ParseFloat(head, 64)
	if err != nil {
		panic("polarity: words.txt: " + head) // the list is part of the program; its test reads it
	}
	return entry{kind: judges, weight: w}
}

func (l *Lexicon) add(w string, e entry) {
	for i := range w {
		if i > 0 {
			p := l.entries[w[:i]]
			p.prefix = true
			l.entries[w[:i]] = p
		}
	}
	if old, twice := l.entries[w]; twice {
		e.prefix = old.prefix
		if old.kind != 0 && e.kind != judges {
			return // a word that judges and negates (不够) judges
		}
	}
	l.entries[w] = e
}

// Clause is one part of a remark with its score.
type Clause struct {
	Text  string
	Score float64
}

// Score weighs a remark: the sum of its clauses, those behind 但是 counted
// double. Above Margin it is praise, below −Margin a complaint.
func (l *Lexicon) Score(text string) float64 {
	sum := 0.0
	l.clauses(text, func(_ string, score float64, turned bool) {
		if turned {
			sum = sum*0.5 + score*1.5
			return
		}
		sum += score
	})
	return sum
}

// Class gives −1, 0 or +1 for a score.
func Class(score float64) int {
	switch {
	case score >= Margin:
		return 1
	case score <= -Margin:
		return -1
	}
	return 0
}

// Clauses gives the parts of a remark with what each says: 服务态度好,但办理太慢.
func (l *Lexicon) Clauses(text string) []Clause {
	var out []Clause
	l.clauses(text, func(part string, score float64, _ bool) { out = append(out, Clause{part, score}) })
	return out
}

func (l *Lexicon) clauses(text string, yield func(part string, score float64, turned bool)) {
	proposing, at := false, 0
	for part := range parts(text) {
		at += strings.Index(text[at:], part) + len(part)
		score, turned := l.clause(part)
		if proposing = proposing || proposes(part); proposing && score < 0 && score > -strong {
			score = 0
		}
		yield(part, score, turned)
		if next, _ := utf8.DecodeRuneInString(text[at:]); strings.ContainsRune("。！？!?\n", next) {
			proposing = false
		}
	}
}

// strong is how bad a clause must be to complain though it stands in a
// suggestion: 建议增设人手,电话打不通. What is milder gives the suggestion's
// reason (老人普通话说不好) and judges nobody.
const strong = 1.6

// parts cuts a text at its marks.
func parts(text string) func(yield func(string) bool) {
	return strings.FieldsFuncSeq(text, isBreak)
}

func isBreak(r rune) bool {
	switch r {
	case '，', '。', '！', '？', '；', '、', ',', '!', '?', ';', '\n', '…', '~', '～', ' ':
		return true
	}
	return false
}

// reach is how many characters a negation or degree reaches forward.
const reach = 5

// clause sums the judging words of one clause with what stands before them;
// what precedes 但是 counts half.
func (l *Lexicon) clause(s string) (score float64, turned bool) {
	l.scan(s, func(_, _ int, v float64) { score += v }, func() { score, turned = score*0.5, true })
	if score < 0 && ceased(s) {
		score = 1.2
	}
	return score, turned
}

// scan visits the judging words of one clause: where they begin, with what
// denies or raises them, where they end, and their weight. turn is called at
// each 但是.
func (l *Lexicon) scan(s string, judge func(at, end int, score float64), turn func()) {
	sign, degree, left, from, banned := 1.0, 1.0, 0, -1, false
	forget := func() { sign, degree, left, from, banned = 1, 1, 0, -1, false }
	for i := 0; i < len(s); {
		n, e := l.longest(s[i:])
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s[i:])
			if left--; left <= 0 {
				forget()
			}
			i += n
			continue
		}
		if from < 0 {
			from = i
		}
		switch e.kind {
		case judges:
			switch {
			case banned && e.weight < 0:
				sign = 1
			case sign < 0 && deniesItself(s[i:]):
				sign = twice(left)
			}
			judge(from, i+n, e.weight*sign*degree)
			forget()
		case negates:
			sign, left = -0.8*sign, int(e.weight)
			if e.over {
				sign *= 2
			}
		case forbids:
			sign, left, banned = -0.8, reach+2, true // 不要每次都推诿
		case acts:
			if sign < 0 {
				judge(from, i+n, e.weight*sign*degree)
			}
			forget()
		case idles:
			forget()
		case raises, lowers:
			degree, left = degree*e.weight, reach
		case turns:
			turn()
			forget()
		}
		i += n
	}
}

// twice is the sign of a word that denies itself behind a negation: close by
// they cancel (不是不满意 is faint praise at most), further off the first is
// about something else (不买车位不给办).
func twice(left int) float64 {
	if left == reach {
		return -0.2
	}
	return 1
}

// deniesItself reports whether a judging word begins with a negation.
func deniesItself(s string) bool {
	for _, n := range []string{"不", "没", "无", "未"} {
		if strings.HasPrefix(s, n) {
			return true
		}
	}
	return false
}

// longest gives the longest word at the head of s and its width, or 0.
func (l *Lexicon) longest(s string) (width int, found entry) {
	end := 0
	for end < len(s) {
		_, n := utf8.DecodeRuneInString(s[end:])
		end += n
		e, known := l.entries[s[:end]]
		if !known {
			break
		}
		if e.kind != 0 {
			width, found = end, e
		}
		if !e.prefix {
			break
		}
	}
	return width, found
}
