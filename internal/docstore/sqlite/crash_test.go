package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/internal/docstore"
	"minyi/internal/docstore/sqlite"
)

const crashEnv = "MINYI_DOCSTORE_CRASH_DIR"

func crashDir() string { return os.Getenv(crashEnv) }

// writeUntilKilled is the child: it writes in three ways at once and says on
// stdout what was acknowledged, a line each:
//
//	one ID          a single insert
//	rev ID REV      an update of ID to revision REV
//	many ID N       ID-0 … ID-(N-1) in one commit
func writeUntilKilled(dir string) {
	ctx := context.Background()
	e, err := sqlite.Open(ctx, dir)
	if err != nil {
		fmt.Println("fail", err)
		os.Exit(1)
	}
	c, err := docstore.Open(ctx, docstore.New(e), "million", byUnit)
	if err != nil {
		fmt.Println("fail", err)
		os.Exit(1)
	}
	var out sync.Mutex
	say := func(line string, err error) {
		out.Lock()
		defer out.Unlock()
		if err != nil {
			line = "fail " + err.Error()
		}
		fmt.Println(line)
	}
	life := fmt.Sprint(os.Getpid())
	for w := range 3 {
		go func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%s-one%d-%d", life, w, n)
				_, err := c.Insert(ctx, id, small{Unit: "one", N: n})
				say("one "+id, err)
			}
		}()
		go func() {
			for {
				id := fmt.Sprint("counter", w%2) // two of three share one
				d, err := c.Put(ctx, id, func(s *small, _ bool) error { s.Unit = "counter"; s.N++; return nil })
				say(fmt.Sprint("rev ", id, " ", d.Rev), err)
			}
		}()
	}
	for n := 0; ; n++ {
		id := fmt.Sprintf("%s-many%d", life, n)
		var docs []docstore.Doc[small]
		for k := range crashBulk {
			docs = append(docs, docstore.Doc[small]{ID: fmt.Sprint(id, "-", k), Body: small{Unit: "many", N: k}})
		}
		_, err := c.InsertMany(ctx, docs)
		say(fmt.Sprint("many ", id), err)
	}
}

const crashBulk = 60

// TestKilled kills a writing process at random points, again and again on one
// store, and then asks for everything that was acknowledged.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	promised := ledger{revs: map[string]int64{}}
	rounds := 0
	for ; rounds < 8 || !promised.complete() && rounds < 60; rounds++ {
		promised.add(t, runAndKill(t, dir, 20*time.Millisecond+rand.N(400*time.Millisecond)))
		promised.check(t, dir)
	}
	t.Logf("%d rounds: %d single inserts, %d updates, %d bulk inserts acknowledged, none lost",
		rounds, len(promised.ones), promised.updates, len(promised.many))
	if !promised.complete() {
		t.Error("nothing was acknowledged, so nothing was tested")
	}
}

// complete reports whether each kind of write was promised at least once.
func (l *ledger) complete() bool {
	return len(l.ones) > 0 && len(l.many) > 0 && l.updates > 0
}

// runAndKill gives the lines that the child said before it died. The clock
// starts with its first line, so that it dies writing and not starting.
func runAndKill(t *testing.T, dir string, after time.Duration) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), crashEnv+"="+dir)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var lines []string
	said := bufio.NewReader(pipe)
	for {
		line, err := said.ReadString('\n')
		if err != nil {
			break // a line without its end was not said
		}
		if len(lines) == 0 {
			time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the child ended by itself: %v, last %q", err, lines[max(0, len(lines)-1):])
	}
	return lines
}

// ledger is what the children promised.
type ledger struct {
	ones, many []string
	revs       map[string]int64
	updates    int
}

func (l *ledger) add(t *testing.T, lines []string) {
	t.Helper()
	for _, line := range lines {
		f := strings.Fields(line)
		switch f[0] {
		case "one":
			l.ones = append(l.ones, f[1])
		case "many":
			l.many = append(l.many, f[1])
		case "rev":
			var rev int64
			if _, err := fmt.Sscan(f[2], &rev); err != nil {
				t.Fatal(line)
			}
			l.revs[f[1]] = max(l.revs[f[1]], rev)
			l.updates++
		default:
			t.Fatal(line)
		}
	}
}

func (l *ledger) check(t *testing.T, dir string) {
	t.Helper()
	ctx := t.Context()
	e, err := sqlite.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	db := docstore.New(e)
	defer db.Close()
	c, err := docstore.Open(ctx, db, "million", byUnit)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Check(ctx); err != nil {
		t.Fatal(err)
	}
	want := append([]string{}, l.ones...)
	for _, id := range l.many {
		for k := range crashBulk {
			want = append(want, fmt.Sprint(id, "-", k))
		}
	}
	got, err := c.GetMany(ctx, want)
	if err != nil {
		t.Fatal(err)
	}
	if lost := len(want) - len(got); lost != 0 {
		t.Fatalf("%d of %d acknowledged inserts are lost", lost, len(want))
	}
	for id, rev := range l.revs {
		d, err := c.Get(ctx, id)
		if err != nil || d.Rev < rev || int64(d.Body.N) != d.Rev {
			t.Fatalf("%s was promised at revision %d, is %+v: %v", id, rev, d, err)
		}
	}
	l.checkWhole(t, c)
}

// checkWhole looks at what was not acknowledged, too: a bulk insert is there
// whole or not at all, and the index holds what the table holds.
func (l *ledger) checkWhole(t *testing.T, c *docstore.Collection[small]) {
	t.Helper()
	parts := map[string]int{}
	for d, err := range c.Find(t.Context(), docstore.Query{Index: "unit", Part: docstore.Part("many")}) {
		if err != nil {
			t.Fatal(err)
		}
		parts[d.ID[:strings.LastIndex(d.ID, "-")]]++
	}
	for id, n := range parts {
		if n != crashBulk {
			t.Fatalf("%d of %d documents of one commit, %s", n, crashBulk, id)
		}
	}
	indexed := int64(0)
	for _, unit := range []string{"one", "many", "counter"} {
		n, err := c.Count(t.Context(), docstore.Query{Index: "unit", Part: docstore.Part(unit)})
		if err != nil {
			t.Fatal(err)
		}
		indexed += n
	}
	if all, err := c.Count(t.Context(), docstore.Query{}); err != nil || all != indexed {
		t.Fatalf("%d documents, %d in the index: %v", all, indexed, err)
	}
}
