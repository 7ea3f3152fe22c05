package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"minyi/internal/docstore"
	"minyi/internal/docstore/sqlite"
	"minyi/internal/fault"
)

// refused opens dir, which must fail with code, say what to do in both
// languages, and leave every file as it was.
func refused(t *testing.T, dir, code string) *fault.Error {
	t.Helper()
	before := contents(t, dir)
	engine, err := sqlite.Open(t.Context(), dir)
	if err == nil {
		_ = engine.Close()
		t.Fatalf("opened, want %s", code)
	}
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != code || f.Kind != fault.Unavailable {
		t.Fatalf("error %v, want code %s", err, code)
	}
	if !strings.Contains(f.ZH, dir) || !strings.Contains(f.EN, dir) || !strings.Contains(f.ZH, "请") {
		t.Errorf("the message does not say where or what to do:\n%s\n%s", f.ZH, f.EN)
	}
	for name, was := range before {
		if now, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(now) != was {
			t.Errorf("%s was changed: %v", name, err)
		}
	}
	return f
}

// contents reads the files of a store, but for the lock and the shared memory.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return files
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".lock") || strings.HasSuffix(e.Name(), "-shm") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(text)
	}
	return files
}

// stocked makes a store with some hundred kilobytes in it and closes it.
func stocked(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	engine, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	stock(t, docstore.New(engine), 2000)
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func stock(t *testing.T, db *docstore.DB, n int) *docstore.Collection[small] {
	t.Helper()
	c, err := docstore.Open(t.Context(), db, "million", byUnit)
	if err != nil {
		t.Fatal(err)
	}
	g := &growth{c: c}
	g.grow(t, n)
	return c
}

// Whoever starts the program again right after a kill finds the lock still held
// for as long as the kernel takes to end it.
func TestALockThatIsAboutToGoIsWaitedFor(t *testing.T) {
	dir := t.TempDir()
	held, err := os.OpenFile(filepath.Join(dir, "minyi.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(held.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(300*time.Millisecond, func() { _ = held.Close() })
	e, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

func TestDirectoryInUse(t *testing.T) {
	dir := t.TempDir()
	first, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	f := refused(t, dir, "data_dir_in_use")
	if holder := fmt.Sprint("pid ", os.Getpid()); !strings.Contains(f.ZH, holder) || !strings.Contains(f.EN, holder) {
		t.Errorf("the message does not name the holder: %s", f.EN)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal("after the holder closed:", err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestUnusableDirectory(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, []byte("in the way"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, blocked, "data_dir_unusable")
	refused(t, filepath.Join(blocked, "below"), "data_dir_unusable")
	dir := stocked(t)
	if err := os.Rename(filepath.Join(dir, sqlite.FileName), filepath.Join(dir, "aside")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, sqlite.FileName), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), dir); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a directory in place of the file: %v", err)
	}
	t.Run("without rights", func(t *testing.T) {
		if os.Geteuid() == 0 {
			t.Skip("SKIPPED: root may read everything")
		}
		dir := stocked(t)
		if err := os.Chmod(filepath.Join(dir, sqlite.FileName), 0); err != nil {
			t.Fatal(err)
		}
		refused(t, dir, "data_dir_unusable")
	})
}

func TestForeignFile(t *testing.T) {
	for name, content := range map[string]string{
		"text":  "报表\n" + strings.Repeat("x", 5000),
		"short": "hello",
		"zeros": strings.Repeat("\x00", 8192),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, sqlite.FileName), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, dir, "store_foreign")
		})
	}
	t.Run("another program's database", func(t *testing.T) {
		dir := t.TempDir()
		run(t, dir, "CREATE TABLE accounts (id INTEGER)")
		refused(t, dir, "store_foreign")
	})
}

// run changes the file by hand.
func run(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, sqlite.FileName))
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(statement)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestNewerFormat(t *testing.T) {
	dir := stocked(t)
	run(t, dir, "PRAGMA user_version = 99")
	if f := refused(t, dir, "store_newer"); !strings.Contains(f.EN, "99") {
		t.Error(f.EN)
	}
}

func TestPathsOfAnyLetters(t *testing.T) {
	for _, name := range []string{"数据 目录", "a?b=c&d", "50%25#x", "it's;\"q\""} {
		dir := filepath.Join(t.TempDir(), name)
		stock(t, open(t, dir), 10)
		if _, err := os.Stat(filepath.Join(dir, sqlite.FileName)); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	t.Chdir(t.TempDir())
	stock(t, open(t, "相对 ?#%"), 10)
	if _, err := os.Stat(filepath.Join("相对 ?#%", sqlite.FileName)); err != nil {
		t.Error(err)
	}
}

// TestDiskFull gives the file an upper limit, at which SQLite does what it
// does on a full disk.
func TestDiskFull(t *testing.T) {
	ctx := context.Background()
	engine, err := sqlite.Open(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	db := docstore.New(engine)
	defer db.Close()
	c := stock(t, db, 1000)
	pages, err := engine.Pages(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.MaxPages(pages + 20); err != nil {
		t.Fatal(err)
	}
	acknowledged := 0
	for n := 1000; err == nil && n < 5000; n++ {
		d := smallDoc(n)
		if _, err = c.Insert(ctx, d.ID, d.Body); err == nil {
			acknowledged++
		}
	}
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != "disk_full" || f.Kind != fault.Unavailable {
		t.Fatalf("a full disk gave %v", err)
	}
	if n, err := c.Count(ctx, docstore.Query{}); err != nil || n != int64(1000+acknowledged) {
		t.Fatalf("%d documents, %d were acknowledged: %v", n, 1000+acknowledged, err)
	}
	if _, err := c.Update(ctx, smallDoc(7).ID, func(s *small) error { s.Day = "2026-11-23"; return nil }); err != nil {
		t.Errorf("a change that needs no room: %v", err)
	}
	if err := engine.MaxPages(1 << 30); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Insert(ctx, "after", small{}); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if err := engine.Check(ctx); err != nil {
		t.Error(err)
	}
}
