package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

// What is wrong with a command line is said in the user's language alone.
func TestWrongUsageIsSaidInChinese(t *testing.T) {
	english := regexp.MustCompile(`expected|must|unknown|unexpected|missing|got|mean|wrong`)
	for line, want := range map[string]string{
		"import":                               `后面请接 "cases"、"answers"`,
		"import cases":                         "缺少 <file>",
		"import cases x.csv --bogus":           "没有选项 --bogus",
		"import cases x.csv --dry-rum":         "没有选项 --dry-rum",
		"frob":                                 "不认识或多余的内容 frob",
		"exprt answers":                        "是否想写",
		"import cases a b":                     "不认识或多余的内容 b",
		"score":                                "缺少选项 --in",
		"score --in":                           "--in 后面缺少取值",
		"score --in --json":                    "--in 后面缺少取值",
		"export nothing":                       `须为 "answers"、"scores"、"research"、"codebook" 之一，而不是 "nothing"`,
		"score show --audience both":           `--audience 须为 "resident"、"enterprise" 之一`,
		"campaign create x --remind-hours abc": "--remind-hours 须为整数",
		"import cases x -m foo":                `--map 须写作 名称=值，而不是 "foo"`,
		"set-aside":                            "缺少选项 --reason",
		"serve --target":                       "--target 后面缺少取值",
	} {
		t.Run(line, func(t *testing.T) {
			t.Setenv("LC_ALL", "zh_CN.UTF-8")
			var out, err bytes.Buffer
			code := execute(t.Context(), strings.Fields(line), console{in: strings.NewReader(""), out: &out, err: &err})
			if code != 2 || !strings.Contains(err.String(), want) || english.MatchString(err.String()) {
				t.Errorf("exit %d: %s", code, err.String())
			}
			t.Setenv("LC_ALL", "en_GB.UTF-8")
			err.Reset()
			execute(t.Context(), strings.Fields(line), console{in: strings.NewReader(""), out: &out, err: &err})
			if !strings.Contains(err.String(), "error: wrong usage: ") {
				t.Errorf("in English: %s", err.String())
			}
		})
	}
}
