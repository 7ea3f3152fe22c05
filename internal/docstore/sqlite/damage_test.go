package sqlite_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"minyi/internal/docstore"
	"minyi/internal/docstore/sqlite"
	"minyi/internal/fault"
)

func TestHalfAFile(t *testing.T) {
	for _, part := range []float64{0, 0.00001, 0.01, 0.5, 0.999} {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			dir := stocked(t)
			path := filepath.Join(dir, sqlite.FileName)
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(path, int64(part*float64(info.Size()))); err != nil {
				t.Fatal(err)
			}
			refused(t, dir, "store_damaged")
		})
	}
}

// snapshot copies a store that is open, as a power cut would leave it.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	for name, text := range contents(t, dir) {
		if err := os.WriteFile(filepath.Join(to, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func TestUncleanEnd(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	stock(t, db, 3000)
	cut := snapshot(t, dir)

	t.Run("is recovered", func(t *testing.T) {
		dir := snapshot(t, cut)
		c, err := docstore.Open(t.Context(), open(t, dir), "million", byUnit)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := c.Count(t.Context(), docstore.Query{}); err != nil || n != 3000 {
			t.Fatalf("%d documents after recovery: %v", n, err)
		}
	})
	t.Run("without the file", func(t *testing.T) {
		dir := snapshot(t, cut)
		if err := os.Remove(filepath.Join(dir, sqlite.FileName)); err != nil {
			t.Fatal(err)
		}
		refused(t, dir, "store_damaged")
	})
	t.Run("with an empty file", func(t *testing.T) { // which SQLite takes for leave to delete the log
		dir := snapshot(t, cut)
		if err := os.Truncate(filepath.Join(dir, sqlite.FileName), 0); err != nil {
			t.Fatal(err)
		}
		refused(t, dir, "store_damaged")
	})
	t.Run("with pages overwritten", func(t *testing.T) {
		if err := db.Close(); err != nil { // folds the log into the file
			t.Fatal(err)
		}
		dir := snapshot(t, dir)
		overwrite(t, dir)
		engine, err := sqlite.Open(t.Context(), dir) // it ended cleanly, so it is not read through
		if err != nil {
			t.Fatal(err)
		}
		defer engine.Close()
		var f *fault.Error
		if err := engine.Check(t.Context()); !errors.As(err, &f) || f.Code != "store_damaged" {
			t.Fatalf("the check said %v", err)
		}
	})
}

// TestDamageIsFoundAfterAnUncleanEnd has a log beside a spoilt file: the store
// is read through before it is used, and neither is touched.
func TestDamageIsFoundAfterAnUncleanEnd(t *testing.T) {
	dir := stocked(t)
	c, err := docstore.Open(t.Context(), open(t, dir), "million", byUnit)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Insert(t.Context(), "one more", small{}); err != nil {
		t.Fatal(err)
	}
	cut := snapshot(t, dir)
	overwrite(t, cut)
	refused(t, cut, "store_damaged")
	refused(t, cut, "store_damaged") // it does not pass at the second try
}

// overwrite spoils forty pages in the middle of the file.
func overwrite(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, sqlite.FileName)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for page := len(text) / 4096 / 2; page < len(text)/4096/2+40; page++ {
		copy(text[page*4096:], strings.Repeat("坏", 1000))
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
