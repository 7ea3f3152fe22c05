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

// A dry run where nothing is stored reports what it would take and leaves nothing.
func TestDryRunWhereNothingIsStored(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for name, text := range map[string]string{"import cases": "工单编号,联系电话,办结时间\nA-1,19900000001,2026-11-01\n",
		"import indicators --period 2026-10": "unit,indicator,score\n甲市,服务渠道,70\n"} {
		file, data := filepath.Join(dir, "list.csv"), filepath.Join(dir, "data")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, errs, code := says(t, append(strings.Fields(name), file, "--dry-run", "-s", "data="+data)...); code != 0 {
			t.Errorf("%s: exit %d: %s%s", name, code, out, errs)
		}
		if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) != 1 {
			t.Errorf("%s: left %v %v", name, left, err)
		}
	}
}

// What a command asks for is there though only the parts that it needs are.
func TestAskingAStoreThatNobodyServes(t *testing.T) {
	data := "data=" + t.TempDir()
	if _, errs, code := says(t, "token", "new", "张三", "-s", data); code != 0 {
		t.Fatal(errs)
	}
	for line, want := range map[string]string{"token list": "张三", "actions": "tokens", "campaign list": "", "followup list": "0", "unit list": "",
		"questionnaire list": "case-closed", "questionnaire show trust": "trust", "sandbox list": "", "voice live": "", "voice prompts list": "",
		"voice prompts slots": "opening", "score show": "总分"} {
		out, errs, code := says(t, append(strings.Fields(line), "-s", data)...)
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: exit %d: %s%s", line, code, out, errs)
		}
	}
}
