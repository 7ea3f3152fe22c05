package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A command that only asks makes no data directory to ask in.
func TestAskingWhereNothingIsStored(t *testing.T) {
	for _, line := range []string{"nlp words", "nlp topics", "score show", "score ranking", "campaign list", "followup list",
		"export answers -o -", "token list", "actions", "sandbox list", "unit list", "nlp status"} {
		t.Run(line, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			var out, err bytes.Buffer
			code := execute(t.Context(), append(strings.Fields(line), "-s", "data="+dir), console{in: strings.NewReader(""), out: &out, err: &err})
			if code == 0 || !strings.Contains(err.String(), dir) || !strings.Contains(err.String(), "还没有数据") {
				t.Errorf("exit %d: %s", code, err.String())
			}
			if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a data directory was made (%v)", err)
			}
		})
	}
}
