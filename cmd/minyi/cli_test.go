package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/alecthomas/kong"

	"minyi"
	"minyi/internal/config"
	"minyi/internal/fault"
)

// says runs the command line in this process.
func says(t *testing.T, args ...string) (out, errs string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = execute(t.Context(), args, console{in: strings.NewReader(""), out: &o, err: &e})
	return o.String(), e.String(), code
}

func TestExitCodesAndMessages(t *testing.T) {
	t.Setenv("LANG", "C")
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"version"}, 0, "minyi dev"},
		{[]string{"serve", "-list-targets"}, 0, "survey"},
		{[]string{"serve", "--list-targets"}, 0, "charts"},
		{[]string{"serve", "-target=surveys"}, 2, "survey, sms"},
		{[]string{"sevre"}, 2, "serve"},
		{[]string{"import", "cases"}, 2, "<file>"},
		{[]string{"config", "check", "--set", "sms.rat=1"}, 2, "sms.rate"},
		{[]string{"score", "--in", "/no/such.csv"}, 2, "/no/such.csv"},
		{[]string{"questionnaire", "draft", "/no/such.yaml"}, 2, "/no/such.yaml"},
		{[]string{"demo", "--cases", "3"}, 2, "30"},
		{[]string{"export", "answers", "-o", "e.pdf"}, 2, ".xlsx"},
		{[]string{"export", "answers", "-o", "answers"}, 2, "--format"},
		{[]string{"export", "codebook", "-o", "c.xlsx"}, 2, "CSV"},
		{[]string{"export", "answers", "-o", "e.csv", "--format", "pdf"}, 2, "xlsx"},
		{[]string{"import", "cases", os.TempDir()}, 2, os.TempDir()},
	} {
		out, errs, code := says(t, c.args...)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("minyi %s: exit %d, want %d with %q:\n%s%s", strings.Join(c.args, " "), code, c.code, c.says, out, errs)
		}
	}
}

// TestEveryFaultIsTold joins two and wraps them as a start does.
// One text needs no store: its stages are shown under the settings' own words,
// and no folder is made for it.
func TestOneTextIsAnalysedWithoutAStore(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("own.txt", []byte("云上大院\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"analyse", "explain"} {
		out, errs, code := says(t, "nlp", command, "云上大院噪音扰民没人管", "-s", "nlp.user_dictionary=own.txt")
		if code != 0 || !strings.Contains(out, "云上大院 | ") {
			t.Errorf("%s: exit %d\n%s%s", command, code, out, errs)
		}
		if command == "analyse" && (!strings.Contains(out, "噪音扰民 | 没人管") || !strings.Contains(out, "hot words:  云上大院 | 噪音扰民\n")) {
			t.Errorf("the stages are not shown:\n%s", out)
		}
	}
	if _, err := os.Stat("data"); err == nil {
		t.Error("a data folder was made")
	}
	for _, bad := range []string{"nosuch.txt", dir} {
		if _, errs, code := says(t, "config", "check", "-s", "nlp.user_dictionary="+bad); code != 2 || !strings.Contains(errs, "nlp.user_dictionary") {
			t.Errorf("config check: exit %d with %s\n%s", code, bad, errs)
		}
	}
}

func TestEveryFaultIsTold(t *testing.T) {
	t.Setenv("LC_ALL", "en_US.UTF-8")
	var e bytes.Buffer
	one := fault.New(fault.Unavailable, "a", "一号端口", "port one").On("public.listen")
	two := fault.New(fault.Unavailable, "b", "二号端口", "port two").With(errors.New("the cause"))
	code := console{err: &e}.code(errors.Join(fmt.Errorf("listeners: %w", errors.Join(one, two)), nil))
	for _, want := range []string{"public.listen", "一号端口", "port one", "二号端口", "port two", "the cause"} {
		if !strings.Contains(e.String(), want) {
			t.Errorf("%q is not told:\n%s", want, &e)
		}
	}
	if code != 1 {
		t.Errorf("exit %d", code)
	}
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	e.Reset()
	console{err: &e}.code(one)
	if strings.Contains(e.String(), "port one") {
		t.Errorf("a Chinese terminal is told in English too:\n%s", &e)
	}
	if got := (console{err: &e}).code(fmt.Errorf("rows: %w", errRowsRefused)); got != 3 {
		t.Errorf("refused rows end with %d", got)
	}
}

// TestEveryCommandAndFlagIsExplained walks the command line as it is declared.
func TestEveryCommandAndFlagIsExplained(t *testing.T) {
	parser, err := kong.New(&cli{}, kong.Name("minyi"))
	if err != nil {
		t.Fatal(err)
	}
	explained := func(what, help string) {
		han := strings.ContainsFunc(help, func(r rune) bool { return unicode.Is(unicode.Han, r) })
		latin := strings.ContainsFunc(help, func(r rune) bool { return unicode.IsLower(r) })
		if !han || !latin {
			t.Errorf("%s is explained as %q, want Chinese and English", what, help)
		}
	}
	leaves := parser.Model.Leaves(false)
	if len(leaves) < 40 {
		t.Fatalf("only %d commands", len(leaves))
	}
	for _, n := range leaves {
		explained(n.FullPath(), n.Help)
		for _, f := range n.Flags {
			explained(n.FullPath()+" --"+f.Name, f.Help)
		}
	}
}

func TestDemoListIsTheSameEachTimeAndInTheTestBlock(t *testing.T) {
	today := time.Date(2026, 11, 22, 12, 0, 0, 0, minyi.Shanghai)
	var a, b bytes.Buffer
	if err := errors.Join(writeDemoList(&a, 120, 40, today), writeDemoList(&b, 120, 40, today)); err != nil {
		t.Fatal(err)
	}
	if a.String() != b.String() {
		t.Error("the same list differs")
	}
	rows, err := csv.NewReader(&a).ReadAll()
	if err != nil || len(rows) != 121 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	numbers, enterprises := map[string]bool{}, 0
	for _, r := range rows[1:] {
		if !strings.HasPrefix(r[4], "1990000") || numbers[r[4]] {
			t.Errorf("number %s is outside the test block or there twice", r[4])
		}
		numbers[r[4]] = true
		if r[5] == "企业" {
			enterprises++
		}
		if closed, err := time.ParseInLocation(time.DateTime, r[2], minyi.Shanghai); err != nil || closed.After(today) || today.Sub(closed) > 30*24*time.Hour {
			t.Errorf("closed %s: %v", r[2], err)
		}
	}
	if enterprises != 20 {
		t.Errorf("%d enterprises of 120, want one in six", enterprises)
	}
}

func TestDemoEmptiesItsOwnDirectoryOnly(t *testing.T) {
	foreign := t.TempDir()
	precious := filepath.Join(foreign, "precious")
	if err := os.WriteFile(precious, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := emptyDemoDir(foreign); err == nil {
		t.Error("a foreign directory was taken")
	}
	if _, err := os.Stat(precious); err != nil {
		t.Error("a file was deleted")
	}
	own := filepath.Join(t.TempDir(), "demo")
	for range 2 {
		if err := emptyDemoDir(own); err != nil {
			t.Fatal(err)
		}
	}
}

// TestDemoKeepsToItself: the settings of the real program are often in the
// environment of who tries the demo.
func TestDemoKeepsToItself(t *testing.T) {
	t.Setenv("MINYI_REDIS_ADDR", "redis.example:6379")
	c := &command{ctx: t.Context(), args: globals{}}
	d := demoCmd{Data: ".minyi-demo", Public: "127.0.0.1:8080", Staff: "127.0.0.1:8081"}
	if _, err := d.settings(c); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "redis.addr") {
		t.Errorf("the demo took the real queue: %v", err)
	}
	c.args.Set = map[string]string{"redis.addr": "127.0.0.1:6390", "data": "elsewhere"}
	cfg, err := d.settings(c)
	if err != nil || cfg.Redis.Addr != "127.0.0.1:6390" {
		t.Errorf("a queue named for the demo: %v", err)
	}
	if d.Data != "elsewhere" || cfg.Data != "elsewhere" {
		t.Errorf("the demo empties %s and writes to %s", d.Data, cfg.Data)
	}
}

// TestARunningServerIsFound leaves handles as a server does: of one that
// lives, and of one that was killed.
func TestARunningServerIsFound(t *testing.T) {
	cfg := config.Config{Data: t.TempDir()}
	c := &command{ctx: t.Context()}
	if c.running(cfg) != nil {
		t.Error("a server was found where none ever was")
	}
	live := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer live.Close()
	if err := leaveHandle(cfg, handle{URL: live.URL, Token: "secret"}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(handlePath(cfg)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the handle: %v %v", info.Mode(), err)
	}
	if c.running(cfg) == nil {
		t.Error("a running server was not found")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := "http://" + l.Addr().String()
	l.Close()
	if err := leaveHandle(cfg, handle{URL: gone}); err != nil {
		t.Fatal(err)
	}
	if c.running(cfg) != nil {
		t.Error("a killed server was taken for a running one")
	}
}

func TestPrintedFigures(t *testing.T) {
	v := func(f float64) *float64 { return &f }
	for want, f := range map[string]minyi.Figure{
		"—（无数据 no data）":                 {},
		"81.50 [79.00, 84.00] n=120 B+":  {Score: v(81.5), Low: v(79), High: v(84), N: 120, Grade: "B+", Coverage: 1},
		"50.00 n=3 样本不足 覆盖 coverage 40%": {Score: v(50), N: 3, Short: true, Grade: "C", Coverage: .4},
	} {
		if got := figureText(f); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for addr, want := range map[string]string{"[::]:8081": "127.0.0.1:8081", "0.0.0.0:1": "127.0.0.1:1", "10.0.0.1:2": "10.0.0.1:2"} {
		if got := loopback(addr); got != want {
			t.Errorf("loopback(%s) = %s", addr, got)
		}
	}
	if q := (sliceFlags{Unit: "u1", Audience: "resident"}).query("method", "").Encode(); q != "audience=resident&unit=u1" {
		t.Errorf("query %s", q)
	}
	var out bytes.Buffer
	m := newMeter(&out, "sent")
	m.left(4)
	m.left(1)
	m.done()
	if out.String() != "sent 0/4 \n" {
		t.Errorf("in a pipe the meter prints %q, want a line every few seconds", out.String())
	}
}
