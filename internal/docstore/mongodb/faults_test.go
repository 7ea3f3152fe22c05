package mongodb_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"minyi/internal/docstore"
	"minyi/internal/docstore/mongodb"
	"minyi/internal/fault"
	"minyi/internal/testenv"
	"minyi/internal/testenv/ferretdb"
)

const secretPassword = "pÄss:w/rd@1"

// refused opens a database, which must fail with code in both languages and
// without a word of the credentials.
func refused(t *testing.T, uri, database, code string) *fault.Error {
	t.Helper()
	start := time.Now()
	engine, err := mongodb.Open(t.Context(), uri, database, mongodb.WithPatience(500*time.Millisecond))
	if err == nil {
		_ = engine.Close()
		t.Fatalf("opened, want %s", code)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %v to give up", took)
	}
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != code {
		t.Fatalf("error %v, want code %s", err, code)
	}
	everything := fmt.Sprintf("%v %+v %s %s", err, f.Cause, f.ZH, f.EN)
	for _, part := range []string{secretPassword, "p%C3%84ss", "w%2Frd", "w/rd", "operator"} {
		if strings.Contains(everything, part) {
			t.Errorf("the message holds %q: %s", part, everything)
		}
	}
	if !strings.Contains(f.ZH, "mongodb.uri") || !strings.Contains(f.EN, "mongodb.uri") {
		t.Errorf("the message does not name the setting: %s", f.EN)
	}
	return f
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // nobody listens there once it is closed
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	f := refused(t, "mongodb://operator:p%C3%84ss%3Aw%2Frd%401@"+nobody+"/", "minyi", "mongodb_unreachable")
	if f.Kind != fault.Unavailable || !strings.Contains(f.ZH, nobody) {
		t.Errorf("%s: %s", f.Kind, f.ZH)
	}
}

// TestSilentServer has a server that takes the connection and says nothing.
func TestSilentServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
		}
	}()
	refused(t, "mongodb://operator:p%C3%84ss%3Aw%2Frd%401@"+l.Addr().String()+"/", "minyi", "mongodb_unreachable")
}

func TestBadURI(t *testing.T) {
	for _, uri := range []string{
		"", "localhost", "redis://h:1/", "mongodb://", "mongodb://operator:pÄss:w/rd@1@h:1/", "mongodb://operator:p%C3%84ss%3Aw%2Frd%401@h:port/",
		"mongodb://operator:p%C3%84ss%zz@h/",
	} {
		refused(t, uri, "minyi", "mongodb_uri")
	}
	for _, database := range []string{"", "a/b", "a.b", "a b", "$x"} {
		refused(t, "mongodb://operator:p%C3%84ss%3Aw%2Frd%401@127.0.0.1:1/", database, "mongodb_uri")
	}
}

func TestNewerFormat(t *testing.T) {
	uri, database := ferretdb.Start(t), fresh()
	engine, err := mongodb.Open(t.Context(), uri, database)
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.SetFormat(t.Context(), 99); err != nil {
		t.Fatal(err)
	}
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = mongodb.Open(t.Context(), uri, database)
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != "store_newer" || !strings.Contains(f.EN, "99") {
		t.Fatalf("a newer format gave %v", err)
	}
}

// visit is a document of the upgrade test.
type visit struct {
	Unit string `json:"unit"`
	Due  string `json:"due,omitempty"`
}

var (
	byUnit = docstore.Index[visit]{Name: "unit", Key: func(_ string, v visit) (docstore.Key, bool) {
		return docstore.Key{Part: v.Unit}, true
	}}
	byDue = docstore.Index[visit]{Name: "due", Key: func(_ string, v visit) (docstore.Key, bool) {
		return docstore.Key{Sort: v.Due}, v.Due != ""
	}}
)

// TestRollingUpgrade has an old version, without the index on due, write while
// a new one is there already; the new one must find these documents, too, and
// neither may undo the other's entries.
func TestRollingUpgrade(t *testing.T) {
	ctx := t.Context()
	uri, database := ferretdb.Start(t), fresh()
	start := func(indexes ...docstore.Index[visit]) *docstore.Collection[visit] {
		t.Helper()
		engine, err := mongodb.Open(ctx, uri, database, mongodb.WithRecheck(20*time.Millisecond))
		if err != nil {
			t.Fatal(err)
		}
		db := docstore.New(engine)
		t.Cleanup(func() { _ = db.Close() })
		c, err := docstore.Open(ctx, db, "visits", indexes...)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	count := func(c *docstore.Collection[visit], q docstore.Query) int64 {
		t.Helper()
		n, err := c.Count(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	older := start(byUnit)
	put := func(c *docstore.Collection[visit], id, due string) {
		t.Helper()
		if _, err := c.Put(ctx, id, func(v *visit, _ bool) error { *v = visit{Unit: "宁波", Due: due}; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	put(older, "before", "1")
	newer := start(byUnit, byDue)
	due, unit := docstore.Query{Index: "due"}, docstore.Query{Index: "unit", Part: "宁波"}
	if n := count(newer, due); n != 1 {
		t.Fatalf("%d due when the new version is open, want 1", n)
	}
	put(older, "after", "2")
	put(newer, "new", "3")
	put(older, "new", "4") // drops the entry that the new version wrote
	testenv.Eventually(t, 10*time.Second, func() bool { return count(newer, due) == 3 }, "entries of what the old version wrote")
	put(older, "after", "")
	testenv.Eventually(t, 10*time.Second, func() bool { return count(newer, due) == 2 }, "an entry that went away")
	if n := count(newer, unit) + count(older, unit); n != 6 {
		t.Errorf("%d entries by unit in both versions, want 6", n)
	}
}

func TestStats(t *testing.T) {
	engine, err := mongodb.Open(t.Context(), ferretdb.Start(t), "minyi")
	if err != nil {
		t.Fatal(err)
	}
	db := docstore.New(engine)
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := db.Stats(t.Context())
	if err != nil || s.Engine != "mongodb" || !strings.HasSuffix(s.Where, "/minyi") {
		t.Fatal(s, err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Ping(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled ping gave %v", err)
	}
}
