package jieba

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/yanyiwu/gojieba"
	"golang.org/x/sys/unix"

	"minyi/nlp/nlptest"
	"minyi/nlp/token"
)

var _ nlptest.Segmenter = (*Segmenter)(nil)

// shared is loaded once for the tests that only read.
var shared = sync.OnceValues(func() (*Segmenter, error) { return New(Dictionary{}) })

func segmenter(t testing.TB) *Segmenter {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func words(tokens []token.Token) string {
	var w []string
	for _, k := range tokens {
		w = append(w, k.Text)
	}
	return strings.Join(w, "|")
}

func TestContract(t *testing.T) { nlptest.Contract(t, segmenter(t)) }

func TestInvalidUTF8KeepsTheRest(t *testing.T) { // hazards 1 and 3
	s := segmenter(t)
	for _, bad := range []string{"\xff", "\xe5\x99", "\xed\xa0\x80", "\xc0\xaf", "\xf8\x88\x80\x80\x80"} {
		got := token.Join(s.Tag("噪音" + bad + "扰民"))
		if !strings.HasPrefix(got, "噪音") || !strings.HasSuffix(got, "扰民") {
			t.Errorf("%q lost text: %q", bad, got)
		}
	}
}

func TestNULDoesNotTruncate(t *testing.T) { // hazard 2
	if got := token.Join(segmenter(t).Tag("路灯\x00不亮")); got != "路灯\uFFFD不亮" {
		t.Errorf("got %q", got)
	}
}

func TestSlashInsideAWord(t *testing.T) { // hazard 11
	s, err := New(Dictionary{User: []UserWord{{Word: "客/货车", Tag: "n"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got := s.Tag("客/货车禁行")
	if got[0] != (token.Token{Text: "客/货车", Tag: "n"}) {
		t.Errorf("got %v", got)
	}
}

func TestOddCharactersStayInPlace(t *testing.T) { // hazard 13: nlp/clean folds them before; here nothing may be lost
	const text = "１２３４５投訴\u200b電話無人接聽\ufeff"
	if got := token.Join(segmenter(t).Tag(text)); got != text {
		t.Errorf("got %q", got)
	}
}

func TestNoMutationOfAPublishedInstance(t *testing.T) { // hazards 4 and 5
	fset := readSources(t)
	for name, src := range fset {
		for _, call := range []string{".AddWord", ".RemoveWord", "gojieba.NewExtractor"} {
			if strings.Contains(src, call) {
				t.Errorf("%s calls %s: instances are built, never changed", name, call)
			}
		}
	}
}

func readSources(t *testing.T) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			b, err := os.ReadFile(e.Name())
			if err != nil {
				t.Fatal(err)
			}
			out[e.Name()] = string(b)
		}
	}
	return out
}

func TestConcurrentReadersAgree(t *testing.T) { // hazard 6
	s := segmenter(t)
	const text = "小区楼下的搅拌站每天晚上施工噪音扰民,希望领导尽快处理,业主们都很着急。"
	want := words(s.Tag(text))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if got := words(s.Tag(text)); got != want {
					t.Errorf("got %s", got)
					return
				}
			}
		})
	}
	wg.Wait()
}

// tiny is a dictionary that loads at once, so that swapping can be hammered.
func tiny(word string) Dictionary {
	return Dictionary{Main: []byte("的 100 uj\n噪音 50 n\n扰民 40 v\n" + word + " 90 n\n")}
}

func TestSwapUnderLoad(t *testing.T) { // hazards 7 and 8
	s, err := New(tiny("噪音扰民"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				got := words(s.Tag("噪音扰民的"))
				if got != "噪音扰民|的" && got != "噪音|扰民|的" {
					t.Errorf("got %s", got)
					return
				}
			}
		})
	}
	for i := range 20 {
		if err := s.Swap(tiny([]string{"噪音扰民", "扰民的噪音"}[i%2])); err != nil {
			t.Fatal(err)
		}
		runtime.GC() // a finalizer that freed an instance in use would show here
	}
	close(stop)
	wg.Wait()
}

func TestSwapChangesVersionAndWords(t *testing.T) {
	s, err := New(tiny("噪音扰民"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	before := s.Version()
	if err := s.Swap(tiny("扰民噪音")); err != nil {
		t.Fatal(err)
	}
	if s.Version() == before {
		t.Error("the version did not change with the dictionary")
	}
	if err := s.Swap(Dictionary{Main: []byte("坏行\n")}); err == nil {
		t.Fatal("a dictionary that aborts was taken")
	}
	if got := words(s.Tag("扰民噪音")); got != "扰民噪音" {
		t.Errorf("the current dictionary did not survive a refused swap: %s", got)
	}
}

func TestUserWordsJoin(t *testing.T) { // hazard 12
	user, err := ParseUserWords("words.txt", strings.NewReader("# 热线用语\n住改商 500 n\n捆绑销售 n\n老旧小区\n"))
	if err != nil {
		t.Fatal(err)
	}
	d := tiny("噪音扰民")
	d.User = user
	s, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := words(s.Tag("老旧小区住改商捆绑销售")); got != "老旧小区|住改商|捆绑销售" {
		t.Errorf("got %s", got)
	}
}

func TestTagsAreThoseOfGojieba(t *testing.T) {
	s := segmenter(t)
	for _, text := range append([]string{"12345热线A3区B2栋3楼5G信号AT&T的c#课程", "王小明在万家丽路等了3.5小时"}, nlptest.Hostile...) {
		var want, got []string
		s.use(func(in *instance) { want = in.jieba.Tag(text) })
		for _, k := range s.Tag(text) {
			got = append(got, k.Text+"/"+k.Tag)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q:\n got %q\nwant %q", text, got, want)
		}
	}
}

// TestSilentOnStderr watches the process's own file descriptor 2, to which C++
// writes past any logger.
func TestSilentOnStderr(t *testing.T) { // hazard 15
	s := segmenter(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	saved, err := unix.Dup(2)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Dup2(int(w.Fd()), 2); err != nil {
		t.Fatal(err)
	}
	for _, text := range append([]string{"噪\xe5\x99音", "a\x00b"}, nlptest.Hostile...) {
		s.Tag(text)
	}
	other, err := New(tiny("住改商"))
	if err == nil {
		other.Close()
	}
	_ = unix.Dup2(saved, 2)
	_ = unix.Close(saved)
	_ = w.Close()
	var buf [4096]byte
	n, _ := r.Read(buf[:])
	if n > 0 {
		t.Errorf("C++ wrote to stderr: %s", buf[:n])
	}
}

func TestNeedsNoModuleCache(t *testing.T) { // hazard 10
	saved := gojieba.DICT_PATH
	gojieba.DICT_PATH = "/nonexistent"
	defer func() { gojieba.DICT_PATH = saved }()
	s, err := New(tiny("噪音扰民"))
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := open([]string{"/nonexistent/dict"}); err == nil {
		t.Error("a missing file did not come back as an error")
	}
}

func FuzzTag(f *testing.F) {
	for _, text := range nlptest.Hostile {
		f.Add(text)
	}
	f.Add("噪\xe5\x99音\x00扰民")
	s, err := shared()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, want := token.Join(s.Tag(text)), safe(text); got != want {
			t.Errorf("%q became %q", want, got)
		}
	})
}

func BenchmarkTag(b *testing.B) {
	s := segmenter(b)
	const base = "小区楼下的搅拌站每天晚上施工噪音扰民,希望领导尽快处理，业主们都很着急。"
	for _, n := range []string{"20", "200", "2000"} {
		size := map[string]int{"20": 20, "200": 200, "2000": 2000}[n]
		text := string([]rune(strings.Repeat(base, 80))[:size])
		b.Run("gojieba/"+n, func(b *testing.B) {
			s.use(func(in *instance) {
				for b.Loop() {
					in.jieba.Tag(text)
				}
			})
		})
		b.Run("minyi/"+n, func(b *testing.B) {
			for b.Loop() {
				s.Tag(text)
			}
		})
	}
}
