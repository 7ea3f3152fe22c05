package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"minyi/internal/docstore"
	"minyi/internal/docstore/sqlite"
	"minyi/internal/fault"
)

func engine(t *testing.T) *sqlite.Engine {
	t.Helper()
	e, err := sqlite.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// TestOneFailureIsNotAnothers has many callers in the writer's groups at once,
// some of whom fail half-way through their writes.
func TestOneFailureIsNotAnothers(t *testing.T) {
	e := engine(t)
	db := docstore.New(e)
	c := stock(t, db, 10)
	ctx := context.Background()
	bad := errors.New("half-way")
	var wg sync.WaitGroup
	var stored, failed atomic.Int32
	for w := range 16 {
		wg.Go(func() {
			for i := range 40 {
				id := fmt.Sprint(w, "-", i)
				if i%5 > 0 {
					if _, err := c.Insert(ctx, id, small{}); err != nil {
						t.Error(err)
					}
					stored.Add(1)
					continue
				}
				err := e.Do(ctx, func(exec func(string, ...any) (int64, error)) error {
					if _, err := exec(`INSERT INTO "million" (id, rev, body) VALUES (?, 1, '{}')`, "half"+id); err != nil {
						return err
					}
					return bad
				})
				if !errors.Is(err, bad) {
					t.Errorf("a failing caller got %v", err)
				}
				failed.Add(1)
			}
		})
	}
	wg.Wait()
	n, err := c.Count(ctx, docstore.Query{})
	if want := int64(10 + stored.Load()); err != nil || n != want || failed.Load() == 0 {
		t.Fatalf("%d documents, want %d: %v", n, want, err)
	}
}

// TestGroupsShareCommits shows that callers that wait are committed together,
// and that one who is alone has a commit of its own each time.
func TestGroupsShareCommits(t *testing.T) {
	e := engine(t)
	c := stock(t, docstore.New(e), 10)
	ctx := context.Background()
	commits := func() int64 {
		s, err := e.Stats(ctx)
		if err != nil || s.Bytes == 0 || s.Free <= 0 || s.Engine != "sqlite" {
			t.Fatal(s, err)
		}
		return s.Commit
	}
	before := commits()
	for i := range 20 {
		if _, err := c.Insert(ctx, fmt.Sprint("alone", i), small{}); err != nil {
			t.Fatal(err)
		}
	}
	if n := commits() - before; n != 20 {
		t.Errorf("20 inserts one after the other took %d commits", n)
	}

	holding, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = e.Do(ctx, func(func(string, ...any) (int64, error)) error { close(holding); <-release; return nil })
	})
	<-holding // the writer is busy: these must wait, and then go together
	const callers = 50
	var started sync.WaitGroup
	started.Add(callers)
	for i := range callers {
		wg.Go(func() {
			started.Done()
			if _, err := c.Insert(ctx, fmt.Sprint("crowd", i), small{}); err != nil {
				t.Error(err)
			}
		})
	}
	started.Wait()
	before = commits()
	close(release)
	wg.Wait()
	if n := commits() - before; n > callers/2 {
		t.Errorf("%d callers took %d commits", callers, n)
	}
}

func TestWaitingCallerMayLeave(t *testing.T) {
	e := engine(t)
	c := stock(t, docstore.New(e), 10)
	holding, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = e.Do(context.Background(), func(func(string, ...any) (int64, error)) error { close(holding); <-release; return nil })
	})
	<-holding
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() { _, err := c.Insert(ctx, "left", small{}); left <- err }()
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) { // while the writer is still held
		t.Errorf("the caller that left got %v", err)
	}
	close(release)
	wg.Wait()
	if _, err := c.Get(t.Context(), "left"); !fault.Is(err, fault.NotFound) {
		t.Errorf("its document: %v", err)
	}
}

// TestCloseUnderLoad closes while callers write: each is told the truth.
func TestCloseUnderLoad(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	c := stock(t, db, 10)
	var acknowledged sync.Map
	var wg sync.WaitGroup
	enough := make(chan struct{})
	var n atomic.Int32
	for w := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				id := fmt.Sprint(w, "-", i)
				_, err := c.Insert(context.Background(), id, small{})
				if err != nil {
					if !fault.Is(err, fault.Unavailable) {
						t.Error(err)
					}
					return
				}
				acknowledged.Store(id, true)
				if n.Add(1) == 200 {
					close(enough)
				}
			}
		})
	}
	<-enough
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	c, err := docstore.Open(t.Context(), open(t, dir), "million", byUnit)
	if err != nil {
		t.Fatal(err)
	}
	acknowledged.Range(func(id, _ any) bool {
		if _, err := c.Get(t.Context(), id.(string)); err != nil {
			t.Errorf("%s was acknowledged: %v", id, err)
		}
		return true
	})
}

// TestPlans shows that every form of a range is one walk along an index.
func TestPlans(t *testing.T) {
	e := engine(t)
	stock(t, docstore.New(e), 10)
	after := &docstore.Place{Sort: "s", ID: "i"}
	for _, index := range []int{-1, 0} {
		for _, r := range []docstore.Range{
			{}, {From: "a"}, {To: "z"}, {From: "a", To: "z"}, {After: after}, {From: "a", To: "z", After: after},
		} {
			for _, desc := range []bool{false, true} {
				r.Index, r.Desc = index, desc
				plan, err := e.Plan(t.Context(), "million", []string{"unit"}, r)
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(plan, "TEMP B-TREE") || !strings.Contains(plan, "USING INDEX") ||
					index >= 0 && !strings.Contains(plan, `"unit.part"=?`) && !strings.Contains(plan, `unit.part=?`) {
					t.Errorf("%+v is read by\n%s", r, plan)
				}
			}
		}
	}
}

func TestMain(m *testing.M) {
	if dir := crashDir(); dir != "" {
		writeUntilKilled(dir)
		return
	}
	goleak.VerifyTestMain(m)
}
