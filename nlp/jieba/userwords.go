package jieba

import (
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// UserWord is a word that the stock dictionary lacks.
type UserWord struct {
	Word string
	Freq int    // 0: the dictionary's median weight
	Tag  string // part of speech; "nz" (proper noun) when not given
}

// ParseUserWords reads "word", "word tag", "word frequency" or "word frequency
// tag" a line; empty lines and lines that begin with # are passed over. The
// first faulty line refuses the file, with file, line and reason (kind
// fault.Invalid): a library that would only grumble on stderr never sees it.
func ParseUserWords(name string, r io.Reader) ([]UserWord, error) {
	var words []UserWord
	sc := lines(r)
	n := 1
	for ; sc.Scan(); n++ {
		line := sc.Text()
		if !utf8.ValidString(line) {
			return nil, badLine(name, n, notUTF8)
		}
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		w, why := parseUserWord(strings.Fields(line))
		if why.zh != "" {
			return nil, badLine(name, n, why)
		}
		words = append(words, w)
	}
	if err := sc.Err(); err != nil {
		return nil, badLine(name, n, unreadable).With(err)
	}
	return words, nil
}

func parseUserWord(f []string) (UserWord, reason) {
	if len(f) > 3 {
		return UserWord{}, reason{"一行最多三栏“词 词频 词性”，词里不能有空格", "at most three fields \"word frequency tag\" a line; a word has no blank in it"}
	}
	w := UserWord{Word: f[0], Tag: "nz"}
	if why := wordFault(w.Word, true); why.zh != "" {
		return UserWord{}, why
	}
	rest := f[1:]
	if len(rest) > 0 && startsNumber(rest[0]) {
		freq, err := strconv.Atoi(rest[0])
		if err != nil || freq <= 0 || freq > maxFrequency {
			return UserWord{}, badFrequency
		}
		w.Freq, rest = freq, rest[1:]
	}
	if len(rest) > 1 {
		return UserWord{}, badFrequency
	}
	if len(rest) == 1 {
		if !isTag(rest[0]) {
			return UserWord{}, reason{"词性只能是 1 到 8 个英文字母，如 n、nz、v", "a tag is 1 to 8 Latin letters, such as n, nz, v"}
		}
		w.Tag = rest[0]
	}
	return w, reason{}
}

// startsNumber tells a frequency, well formed or not, from a tag.
func startsNumber(s string) bool {
	return s[0] == '-' || s[0] == '+' || s[0] == '.' || (s[0] >= '0' && s[0] <= '9')
}

func isTag(s string) bool {
	if len(s) > 8 {
		return false
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return true
}

// wordFault refuses words that jieba can never match (it cuts at blank, tab,
// newline, ， and 。 before it looks anything up) or that break its files.
func wordFault(word string, own bool) reason {
	runes := 0
	for _, r := range word {
		runes++
		switch {
		case r == utf8.RuneError:
			return notUTF8
		case unicode.IsControl(r), unicode.IsSpace(r), unicode.Is(unicode.Cf, r):
			return reason{"词里有空白、控制字符或零宽字符", "the word has a blank, control or zero-width character in it"}
		case own && (r == '，' || r == '。'):
			return reason{"词里有逗号或句号，这样的词永远匹配不到", "the word has a comma or full stop in it and could never match"}
		}
	}
	if own && (runes < 2 || runes > 30) {
		return reason{"词长应在 2 到 30 字之间", "a word has 2 to 30 characters"}
	}
	return reason{}
}

// file gives the words in the two forms that jieba reads without guessing.
func userFile(words []UserWord) []byte {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.Word)
		if w.Freq > 0 {
			b.WriteByte(' ')
			b.WriteString(strconv.Itoa(w.Freq))
		}
		b.WriteByte(' ')
		b.WriteString(w.Tag)
		b.WriteByte('\n')
	}
	return []byte(b.String())
}
