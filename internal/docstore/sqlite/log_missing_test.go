package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// TestMissingLogIsNotPassedOver copies the files of a store that is in use, as
// a kill leaves them, with and without the log.
func TestMissingLogIsNotPassedOver(t *testing.T) {
	dir := t.TempDir()
	e, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	db := docstore.New(e)
	col, err := docstore.Open[map[string]string](t.Context(), db, "things")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := col.Insert(t.Context(), "a", map[string]string{"k": "v"}); err != nil {
		t.Fatal(err)
	}
	killed := func(files ...string) string {
		to := t.TempDir()
		for _, name := range files {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(to, name), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return to
	}
	whole, cut := killed(FileName, FileName+"-wal", lockName), killed(FileName, lockName)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the refusal must not wear off
		_, err := Open(t.Context(), cut)
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != "store_log_missing" || !strings.Contains(f.EN, "-wal") {
			t.Fatalf("a store without its log opens: %v", err)
		}
	}
	if err := os.Remove(filepath.Join(cut, lockName)); err != nil {
		t.Fatal(err)
	}
	for name, at := range map[string]string{"with its log": whole, "given up by the operator": cut, "closed in order": dir} {
		e, err := Open(t.Context(), at)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
}
