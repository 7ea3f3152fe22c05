package jieba

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/yanyiwu/gojieba"

	"minyi/nlp/jieba/dict"
	"minyi/nlp/token"
)

// windowRunes bounds what one call hands to C++, whose lattice costs about 372
// bytes a rune where no punctuation breaks the text.
const windowRunes = 4096

// Segmenter cuts text. It is safe for concurrent use, also while Swap replaces
// its dictionary. One instance takes about 100 MiB outside the Go heap and
// half a second to load: make one per process.
type Segmenter struct {
	current atomic.Pointer[instance]
	swap    sync.Mutex // one build at a time: two would double the peak
}

// instance is one loaded dictionary. Readers hold mu for the length of a call;
// retire takes it for good, so the C++ memory goes exactly when the last
// reader has left.
type instance struct {
	mu      sync.RWMutex
	jieba   *gojieba.Jieba // nil once retired
	tags    tagTable
	version string
}

// New loads a dictionary. A dictionary that would abort the process inside C++
// is refused here as a fault of kind Invalid.
func New(d Dictionary) (*Segmenter, error) {
	s := &Segmenter{}
	if err := s.Swap(d); err != nil {
		return nil, err
	}
	return s, nil
}

// Swap builds an instance from d beside the current one, puts it in its place,
// and frees the old one when its last reader is done. On error the current one
// stays.
func (s *Segmenter) Swap(d Dictionary) error {
	s.swap.Lock()
	defer s.swap.Unlock()
	fresh, err := load(d)
	if err != nil {
		return err
	}
	if old := s.current.Swap(fresh); old != nil {
		old.retire()
	}
	return nil
}

// Close frees the C++ memory. The segmenter must not be used afterwards.
func (s *Segmenter) Close() {
	if old := s.current.Swap(nil); old != nil {
		old.retire()
	}
}

// Version names the dictionary in use: a short hash of its content.
func (s *Segmenter) Version() string { return s.current.Load().version }

// Tag cuts text into words with their parts of speech. The tokens join to text,
// or, where text held bytes that C++ must not see (invalid UTF-8, NUL), to text
// with U+FFFD in their place. Empty text gives no tokens.
func (s *Segmenter) Tag(text string) []token.Token {
	text = safe(text)
	if text == "" {
		return nil
	}
	var out []token.Token
	s.use(func(in *instance) {
		for rest := text; rest != ""; {
			var head string
			head, rest = window(rest)
			out = appendTagged(out, in, head)
		}
	})
	return out
}

// use lends the current instance to f and keeps it alive meanwhile.
func (s *Segmenter) use(f func(*instance)) {
	for {
		in := s.current.Load()
		in.mu.RLock()
		if in.jieba == nil { // retired between Load and RLock: a newer one stands
			in.mu.RUnlock()
			continue
		}
		f(in)
		runtime.KeepAlive(in.jieba)
		in.mu.RUnlock()
		return
	}
}

func (in *instance) retire() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.jieba.Free()
	in.jieba = nil
}

// appendTagged cuts text and looks each word's tag up in Go: gojieba's own Tag
// takes twice the time, most of it in copying "word/tag" strings that must then
// be split at the right slash. Should the words ever not join to the text, the
// text itself is the one token: nothing a resident said is lost to a defect
// below.
func appendTagged(out []token.Token, in *instance, text string) []token.Token {
	words := in.jieba.Cut(text, true)
	if out == nil {
		out = make([]token.Token, 0, len(words))
	}
	start, at := len(out), 0
	for _, w := range words {
		if !strings.HasPrefix(text[at:], w) {
			return append(out[:start], token.Token{Text: text, Tag: "x"})
		}
		out = append(out, token.Token{Text: w, Tag: in.tags.of(w)})
		at += len(w)
	}
	if at != len(text) {
		return append(out[:start], token.Token{Text: text, Tag: "x"})
	}
	return out
}

// safe replaces what C++ must not see. A NUL ends a C string and an invalid
// byte empties the whole result.
func safe(text string) string {
	if utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 {
		return text
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// window cuts off at most windowRunes of text.
func window(text string) (head, rest string) {
	if len(text) <= windowRunes {
		return text, ""
	}
	n := 0
	for i := range text {
		if n == windowRunes {
			return text[:i], text[i:]
		}
		n++
	}
	return text, ""
}

func load(d Dictionary) (*instance, error) {
	files, err := contents(d)
	if err != nil {
		return nil, err
	}
	var paths []string
	for i, name := range fileNames {
		path, done, err := handOver(name, files[i])
		if err != nil {
			return nil, err
		}
		defer done()
		paths = append(paths, path)
	}
	j, err := open(paths)
	if err != nil {
		return nil, err
	}
	return &instance{jieba: j, tags: newTagTable(files[0], files[2]), version: versionOf(files)}, nil
}

// fileNames are the five files that jieba wants, in its order.
var fileNames = [5]string{"main", "hmm", "user", "idf", "stop"}

// contents gives the five files. IDF weights and stop words serve only
// jieba's keyword extraction, which minyi does not use, yet an empty file
// aborts the process: one line each stands in and saves 6 MB and their load.
func contents(d Dictionary) (files [5][]byte, err error) {
	main := d.Main
	if len(main) == 0 {
		main, err = dict.Main()
	} else {
		main, err = CheckMain("main", strings.NewReader(string(main)))
	}
	if err != nil {
		return files, err
	}
	hmm, err := dict.HMM()
	if err != nil {
		return files, err
	}
	user := userFile(d.User)
	if _, err := ParseUserWords("user", strings.NewReader(string(user))); err != nil {
		return files, err
	}
	return [5][]byte{main, hmm, user, []byte("的 1\n"), []byte("的\n")}, nil
}

// open turns gojieba's panic over a missing file into an error.
func open(paths []string) (j *gojieba.Jieba, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("jieba: load dictionary: %v", p)
		}
	}()
	return gojieba.NewJieba(paths...), nil
}

func versionOf(files [5][]byte) string {
	h := sha256.New()
	for _, f := range files {
		h.Write(f)
	}
	return "jieba-" + hex.EncodeToString(h.Sum(nil))[:8]
}
