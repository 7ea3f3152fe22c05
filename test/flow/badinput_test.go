package flow

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/internal/testenv"
)

// TestBadInput gives the program everything that it may not start or work
// with: each time a clear message that says what to do, a non-zero exit, and
// nothing lost.
func TestBadInput(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	file := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	notADir := file("data", "a file where a directory should be")
	for _, c := range []mistake{
		{"unknown key", []string{"serve", "--set", "sms.ratee=3"}, 2, []string{"sms.ratee", "sms.rate"}},
		{"unknown key in a file", []string{"serve", "-c", file("m.yaml", "sms:\n  gatway: smpp\n")}, 2, []string{"sms.gatway", "sms.gateway"}},
		{"not YAML", []string{"config", "check", "-c", file("n.yaml", "a: [b\n")}, 2, []string{"YAML"}},
		{"unreachable MongoDB", []string{"serve", "--set", "mongodb.uri=mongodb://u:hunter2@127.0.0.1:1/?connectTimeoutMS=500&serverSelectionTimeoutMS=500"}, 1, []string{"MongoDB", "127.0.0.1:1"}},
		{"unreachable Redis", []string{"serve", "--set", "redis.addr=redis://:hunter2@127.0.0.1:1"}, 1, []string{"redis.addr", "127.0.0.1:1"}},
		{"port in use", []string{"serve", "--set", "staff.listen=" + taken.Addr().String()}, 1, []string{"staff.listen", taken.Addr().String()}},
		{"unusable data directory", []string{"serve", "--set", "data=" + notADir}, 1, []string{notADir}},
		{"unknown target", []string{"serve", "-t", "surveys"}, 2, []string{"survey", "nlp"}},
		{"no such file", []string{"import", "cases", "/no/such/list.csv"}, 2, []string{"/no/such/list.csv"}},
		{"not a list", []string{"import", "cases", file("x.csv", "\x00\x01\x02\xff\xfe\xfa binary")}, 2, nil},
		{"columns not found", []string{"import", "cases", file("y.csv", "甲,乙\n1,2\n")}, 2, []string{"甲"}},
		{"dictionary that would abort jieba", []string{"serve", "--set", "nlp.user_dictionary=" + file("d.txt", "噪音扰民 abc n\n好词 3 n\n")}, 2, []string{"1"}},
		{"unknown kind of file", []string{"export", "answers", "-o", filepath.Join(t.TempDir(), "e.pdf")}, 2, []string{".csv", ".xlsx"}},
		{"unknown command", []string{"sevre"}, 2, nil},
		{"unknown method", []string{"score", "--method", "1999", "--in", file("i.csv", "unit,indicator,score\n")}, 1, []string{"2023"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.made(t, newSite(t))
		})
	}
}

// TestBadQuestions asks a store that holds something for what is not there.
func TestBadQuestions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.mustCLI("import", "cases", writeCases(t, 5))
	for _, c := range []mistake{
		{"no such day", []string{"report", "--from", "2026-13-01", "-o", filepath.Join(t.TempDir(), "r.html")}, 2, []string{"from"}},
		{"days the wrong way round", []string{"export", "answers", "--from", "2026-11-30", "--to", "2026-11-01"}, 2, []string{"from"}},
		{"no such unit", []string{"report", "--unit", "nosuch", "-o", filepath.Join(t.TempDir(), "r.html")}, 2, []string{"unit"}},
		{"no such unit of words", []string{"nlp", "words", "--unit", "nosuch"}, 2, []string{"unit"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.t = t
			c.made(t, s)
		})
	}
}

// mistake is a command that must fail, with its exit code and words.
type mistake struct {
	name string
	args []string
	code int
	says []string
}

func (c mistake) made(t *testing.T, s *site) {
	t.Helper()
	begin := time.Now()
	out, errs, code := s.cli(c.args...)
	if code != c.code {
		t.Errorf("exit %d, want %d\n%s%s", code, c.code, out, errs)
	}
	for _, want := range c.says {
		if !strings.Contains(errs, want) {
			t.Errorf("does not say %q:\n%s", want, errs)
		}
	}
	if strings.Contains(errs+out, "hunter2") {
		t.Errorf("a password is shown:\n%s", errs)
	}
	if strings.Contains(errs, "goroutine ") || strings.TrimSpace(errs) == "" {
		t.Errorf("not a message for a person:\n%s", errs)
	}
	if took := time.Since(begin); took > 2*time.Minute {
		t.Errorf("took %s to say so", took)
	}
}

// TestDamagedStoreIsKept cuts the store's file in half: the program refuses to
// start, says what to do, and leaves the file as it is.
func TestDamagedStoreIsKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.mustCLI("import", "cases", writeCases(t, 200))
	var store string
	_ = filepath.WalkDir(filepath.Join(s.data, "store"), func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, _ := d.Info(); info != nil && (store == "" || info.Size() > size(store)) {
				store = p
			}
		}
		return nil
	})
	half := size(store) / 2
	if half == 0 {
		t.Fatal("no store file")
	}
	if err := os.Truncate(store, half); err != nil {
		t.Fatal(err)
	}
	_, errs, code := s.cli("serve")
	if code == 0 || !strings.Contains(errs, "备份") && !strings.Contains(errs, "backup") {
		t.Errorf("exit %d:\n%s", code, errs)
	}
	if size(store) != half {
		t.Errorf("the damaged file was changed: %d bytes, was %d", size(store), half)
	}
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// TestBrokenKeyRingIsRefused spoils the key ring.
func TestBrokenKeyRingIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.mustCLI("import", "cases", writeCases(t, 5))
	keys := filepath.Join(s.data, "keys.json")
	if err := os.WriteFile(keys, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, errs, code := s.cli("serve")
	if code == 0 || !strings.Contains(errs, "恢复") {
		t.Errorf("exit %d:\n%s", code, errs)
	}
}

// TestTwoProgramsNeverShareAStore starts a second one on the same directory.
func TestTwoProgramsNeverShareAStore(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	i := s.start()
	other := newSite(t)
	other.env = append(other.env, "MINYI_DATA="+s.data)
	_, errs, code := other.cli("serve")
	if code == 0 || !strings.Contains(errs, fmt.Sprint(i.cmd.Process.Pid)) {
		t.Errorf("exit %d, want a message that names process %d:\n%s", code, i.cmd.Process.Pid, errs)
	}
	i.stop()
}

// A command that comes while the program is still starting waits for it.
func TestACommandWaitsForAProgramThatStarts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	i := s.launch("serve")
	lock := filepath.Join(s.data, "store", "minyi.lock")
	testenv.Eventually(t, 30*time.Second, func() bool { return size(lock) > 0 }, "the program takes no lock")
	for range 3 {
		s.mustCLI("campaign", "list")
	}
	if log := i.log.String(); !strings.Contains(log, "signin?token=") {
		t.Errorf("the program did not start:\n%s", log)
	}
}

// TestImportReportsEveryBadRow runs the dirty list through the command line.
func TestImportReportsEveryBadRow(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	out, errs, code := s.cli("import", "cases", testenv.Data(t, "workorders/dirty.csv"))
	if code != 3 {
		t.Fatalf("exit %d, want 3: done, some rows refused\n%s%s", code, out, errs)
	}
	for _, record := range []int{9, 13, 25, 29, 37, 49, 53, 57, 61, 65} {
		if !strings.Contains(out, fmt.Sprintf("记录 record %d ", record)) {
			t.Errorf("record %d is not reported", record)
		}
	}
	for _, good := range []int{17, 21, 33, 41, 45, 69, 73, 77} {
		if strings.Contains(out, fmt.Sprintf("记录 record %d 行 line %d 拒收", good, good)) {
			t.Errorf("record %d was refused", good)
		}
	}
}
