package nlp

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"minyi/internal/fault"
)

// longestLine of a dictionary file, in bytes: two words and a blank are far
// below it.
const longestLine = 1 << 10

// ParseDictionary reads a dictionary as people keep it, in sections:
//
//	[words]      one word a line, kept whole and never stopped
//	[stop]       one word a line, never shown
//	[synonyms]   variant, blank, the word that stands for it
//	[masked]     one word a line, covered wherever it stands
//
// Empty lines and lines that begin with # are passed over; a byte-order mark
// and CRLF do no harm. The first faulty line refuses the file with its number
// and the reason (kind fault.Invalid).
func ParseDictionary(name string, r io.Reader) (Dictionary, error) {
	content, err := io.ReadAll(io.LimitReader(r, 8<<20))
	if err != nil {
		return Dictionary{}, badLine(name, 1, "无法读取，请检查文件是否完整", "it cannot be read; check that it is whole").With(err)
	}
	content = bytes.TrimPrefix(content, []byte("\xEF\xBB\xBF"))
	p := dictionaryParser{d: Dictionary{Synonyms: make(map[string]string)}}
	sc := bufio.NewScanner(bytes.NewReader(content))
	sc.Buffer(nil, longestLine)
	n := 1
	for ; sc.Scan(); n++ {
		if zh, en := p.line(sc.Text()); zh != "" {
			return Dictionary{}, badLine(name, n, zh, en)
		}
	}
	if sc.Err() != nil {
		return Dictionary{}, badLine(name, n, "行过长，这不是词典文件", "the line is too long; this is no dictionary file")
	}
	return p.d, p.d.check()
}

type dictionaryParser struct {
	d       Dictionary
	section string
}

// line takes in one line, and says what is wrong with it.
func (p *dictionaryParser) line(line string) (zh, en string) {
	if !utf8.ValidString(line) || strings.ContainsRune(line, 0) {
		return "不是 UTF-8 文本（文件可能是 GBK 或 UTF-16，请另存为 UTF-8）", "it is not UTF-8 text (GBK or UTF-16 perhaps; save it as UTF-8)"
	}
	fields := strings.Fields(line)
	if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
		return "", ""
	}
	if strings.HasPrefix(fields[0], "[") {
		p.section = strings.TrimSpace(line)
		switch p.section {
		case "[words]", "[stop]", "[synonyms]", "[masked]":
			return "", ""
		}
		return "未知的分节，应为 [words]、[stop]、[synonyms] 或 [masked]", "unknown section; [words], [stop], [synonyms] or [masked] is needed"
	}
	want := 1
	if p.section == "[synonyms]" {
		want = 2
	}
	if len(fields) != want {
		return fmt.Sprintf("应有 %d 栏，实有 %d 栏；词里不能有空白", want, len(fields)), fmt.Sprintf("%d fields are needed, there are %d; a word has no blank in it", want, len(fields))
	}
	for _, w := range fields {
		if zh, en := wordFault(w); zh != "" {
			return zh, en
		}
	}
	return p.take(fields)
}

func (p *dictionaryParser) take(fields []string) (zh, en string) {
	switch p.section {
	case "[words]":
		p.d.Words = append(p.d.Words, fields[0])
	case "[stop]":
		p.d.Stop = append(p.d.Stop, fields[0])
	case "[masked]":
		p.d.Masked = append(p.d.Masked, fields[0])
	case "[synonyms]":
		if _, twice := p.d.Synonyms[fields[0]]; twice {
			return "这个词已有合并：" + fields[0], "the word is merged already: " + fields[0]
		}
		p.d.Synonyms[fields[0]] = fields[1]
		return p.d.synonymFault(fields[0])
	default:
		return "词前面没有分节，请先写 [words]、[stop]、[synonyms] 或 [masked]", "no section stands before the word; write [words], [stop], [synonyms] or [masked] first"
	}
	return "", ""
}

func badLine(name string, line int, zh, en string) *fault.Error {
	return fault.New(fault.Invalid, "dictionary_bad", fmt.Sprintf("词典文件 %s 第 %d 行有误：%s。", name, line, zh),
		fmt.Sprintf("dictionary file %s, line %d: %s", name, line, en)).On(fmt.Sprintf("%s:%d", name, line))
}

// File gives the dictionary in the form that ParseDictionary reads.
func (d Dictionary) File() string {
	var b strings.Builder
	for _, l := range []struct {
		name  string
		words []string
	}{{"words", d.Words}, {"stop", d.Stop}, {"masked", d.Masked}} {
		fmt.Fprintf(&b, "[%s]\n", l.name)
		for _, w := range l.words {
			fmt.Fprintln(&b, w)
		}
	}
	fmt.Fprintln(&b, "[synonyms]")
	for _, variant := range sortedKeys(d.Synonyms) {
		fmt.Fprintln(&b, variant, d.Synonyms[variant])
	}
	return b.String()
}
