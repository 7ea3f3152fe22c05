package jieba

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"minyi/internal/fault"
)

// Dictionary is what a Segmenter is built from. The zero value is jieba's own
// dictionary without user words.
type Dictionary struct {
	// Main replaces jieba's dictionary when it is not empty: lines of
	// "word frequency tag" that have passed CheckMain.
	Main []byte
	// User are the installation's own words, from ParseUserWords.
	User []UserWord
}

// CheckMain reads a main dictionary as jieba would and refuses, with file, line
// and reason, everything that would make the library abort the process: a line
// without exactly three fields, a frequency that is not above zero, an empty
// file. It gives back the content to be used.
func CheckMain(name string, r io.Reader) ([]byte, error) {
	var out bytes.Buffer
	sc := lines(r)
	n := 0
	for sc.Scan() {
		n++
		line := strings.TrimSuffix(sc.Text(), "\r")
		if why := mainLineFault(line); why.zh != "" {
			return nil, badLine(name, n, why)
		}
		out.WriteString(line)
		out.WriteByte('\n')
	}
	if err := sc.Err(); err != nil {
		return nil, badLine(name, n+1, unreadable).With(err)
	}
	if n == 0 {
		return nil, badLine(name, 1, reason{"词典是空的，至少要有一行“词 词频 词性”", "the dictionary is empty: it needs at least one line \"word frequency tag\""})
	}
	return out.Bytes(), nil
}

// reason is why a line is refused, in both languages.
type reason struct{ zh, en string }

func badLine(name string, line int, why reason) *fault.Error {
	f := fault.New(fault.Invalid, "dictionary_bad",
		fmt.Sprintf("词典文件 %s 第 %d 行有误：%s。请改正后重试。", name, line, why.zh),
		fmt.Sprintf("dictionary file %s, line %d: %s; correct it and try again", name, line, why.en))
	return f.On(fmt.Sprintf("%s:%d", name, line))
}

func mainLineFault(line string) reason {
	if !utf8.ValidString(line) {
		return notUTF8
	}
	fields := strings.Split(line, " ")
	if len(fields) != 3 || fields[0] == "" || fields[2] == "" {
		return reason{"必须正好是三栏“词 词频 词性”，以一个空格分隔", "exactly three fields \"word frequency tag\" separated by one blank are needed"}
	}
	freq, err := strconv.ParseFloat(fields[1], 64)
	if err != nil || !(freq > 0) || freq > maxFrequency {
		return badFrequency
	}
	return wordFault(fields[0], false)
}

// maxFrequency keeps one word from outweighing the rest of the dictionary,
// whose frequencies add up to about 6e7.
const maxFrequency = 10_000_000

var (
	notUTF8      = reason{"不是 UTF-8 编码（文件可能是 GBK 或 UTF-16，请另存为 UTF-8）", "it is not UTF-8 (GBK or UTF-16 perhaps; save it as UTF-8)"}
	unreadable   = reason{"无法读取，行过长或文件损坏", "it cannot be read: the line is too long or the file is damaged"}
	badFrequency = reason{"词频必须是大于 0 且不超过 10000000 的数", "the frequency must be a number above 0 and at most 10000000"}
)

// lines scans r line by line with a byte-order mark removed; jieba reads lines
// of any length, so the limit is only a guard against a file that is no text.
func lines(r io.Reader) *bufio.Scanner {
	br := bufio.NewReader(r)
	if head, _ := br.Peek(3); bytes.Equal(head, []byte("\xEF\xBB\xBF")) {
		_, _ = br.Discard(3)
	}
	sc := bufio.NewScanner(br)
	sc.Buffer(make([]byte, 64<<10), 1<<20)
	return sc
}
