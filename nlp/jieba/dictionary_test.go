package jieba

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"minyi/internal/fault"
)

// abortive are main dictionaries on which cppjieba ends the process with
// SIGABRT, which no recover catches, with the line that must be named.
var abortive = map[string]struct {
	content string
	line    string
}{
	"empty":          {"", ":1"},
	"two fields":     {"噪音 3 n\n扰民 5\n", ":2"},
	"four fields":    {"噪音 3 n x\n", ":1"},
	"empty line":     {"噪音 3 n\n\n扰民 5 v\n", ":2"},
	"zero frequency": {"噪音 3 n\n扰民 0 v\n", ":2"},
	"no number":      {"噪音 三 n\n", ":1"},
	"negative":       {"噪音 -3 n\n", ":1"},
}

func TestAbortiveDictionariesAreRefused(t *testing.T) { // hazard 9
	for name, c := range abortive {
		_, err := CheckMain("city.dict", strings.NewReader(c.content))
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid {
			t.Fatalf("%s: got %v", name, err)
		}
		if f.Field != "city.dict"+c.line || !strings.Contains(f.ZH, "city.dict") || !strings.Contains(f.EN, "line") {
			t.Errorf("%s: file and line are not told: %v", name, f)
		}
	}
}

// TestTheLibraryReallyAborts shows that the guard is needed: a child process
// hands the same bytes to gojieba unguarded and dies.
func TestTheLibraryReallyAborts(t *testing.T) {
	if c := os.Getenv("MINYI_JIEBA_ABORT"); c != "" {
		feedUnguarded(t, abortive[c].content)
		return
	}
	for _, name := range []string{"two fields", "zero frequency"} {
		cmd := exec.Command(os.Args[0], "-test.run=TestTheLibraryReallyAborts$")
		cmd.Env = append(os.Environ(), "MINYI_JIEBA_ABORT="+name)
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("%s: gojieba took it; the guard may be dropped:\n%s", name, out)
		}
	}
}

func feedUnguarded(t *testing.T, main string) {
	files, err := contents(tiny("噪音扰民"))
	if err != nil {
		t.Fatal(err)
	}
	files[0] = []byte(main)
	var paths []string
	for i, name := range fileNames {
		path, done, err := handOver(name, files[i])
		if err != nil {
			t.Fatal(err)
		}
		defer done()
		paths = append(paths, path)
	}
	_, _ = open(paths)
}

func TestGoodMainDictionary(t *testing.T) {
	got, err := CheckMain("city.dict", strings.NewReader("\ufeff噪音 3 n\r\n扰民 5.5 v\n"))
	if err != nil || string(got) != "噪音 3 n\n扰民 5.5 v\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestBadUserWordsAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ content, line string }{
		"not UTF-8":      {"老旧小区\n\xff\xfe\n", ":2"},
		"zero frequency": {"老旧小区 0 n\n", ":1"},
		"negative":       {"老旧小区 -5 n\n", ":1"},
		"two numbers":    {"老旧小区 5 5\n", ":1"},
		"four fields":    {"老旧 小区 5 n\n", ":1"},
		"comma":          {"老旧，小区\n", ":1"},
		"one character":  {"#\n\n噪\n", ":3"},
		"bad tag":        {"老旧小区 名词\n", ":1"},
		"control":        {"老旧\x01小区\n", ":1"},
		"zero width":     {"老旧\u200b小区\n", ":1"},
		"endless line":   {"住改商\n" + strings.Repeat("长", 1<<20), ":2"},
	} {
		_, err := ParseUserWords("user.txt", strings.NewReader(c.content))
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Field != "user.txt"+c.line {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestUserWordForms(t *testing.T) {
	got, err := ParseUserWords("user.txt", strings.NewReader("\ufeff住改商\n捆绑销售 v\n老旧小区 12\n维修基金 30 n\n"))
	want := []UserWord{{"住改商", 0, "nz"}, {"捆绑销售", 0, "v"}, {"老旧小区", 12, "nz"}, {"维修基金", 30, "n"}}
	if err != nil || len(got) != len(want) {
		t.Fatalf("got %v, %v", got, err)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %v, want %v", got[i], want[i])
		}
	}
}

func TestUnvalidatedUserWordsDoNotReachTheLibrary(t *testing.T) {
	d := tiny("噪音扰民")
	d.User = []UserWord{{Word: "老旧 小区", Tag: "n"}}
	if s, err := New(d); err == nil {
		s.Close()
		// "老旧 小区 n" reads as word 老旧 with a bad frequency field: it must be refused.
		t.Error("a user word with a blank in it was handed over")
	}
}

func FuzzUserWords(f *testing.F) {
	f.Add("住改商 5 n\n")
	f.Add("\xff\n老旧 小区 0 n")
	f.Fuzz(func(t *testing.T, content string) {
		user, err := ParseUserWords("user.txt", strings.NewReader(content))
		if err != nil {
			return
		}
		d := tiny("噪音扰民")
		d.User = user
		s, err := New(d)
		if err != nil {
			t.Fatalf("what was accepted could not be loaded: %v", err)
		}
		s.Close()
	})
}
