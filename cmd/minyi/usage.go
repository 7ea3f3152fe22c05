package main

import (
	"regexp"
	"strings"

	"minyi/internal/fault"
)

// wrongUsage says in both languages what the command line's parser says in
// English.
func wrongUsage(err error) *fault.Error {
	en := err.Error()
	zh := en
	for _, w := range usageWords {
		if w.en.MatchString(zh) {
			zh = w.en.ReplaceAllString(zh, w.zh)
			break
		}
	}
	for _, w := range suggestions {
		zh = w.en.ReplaceAllString(zh, w.zh)
	}
	zh = strings.ReplaceAll(listed.ReplaceAllString(zh, "$1、"), "、 ", "、")
	return fault.New(fault.Invalid, "usage", "用法有误："+zh+"。加 --help 查看用法。", "wrong usage: "+en+"; see --help")
}

// listed is the comma behind one of several quoted words.
var listed = regexp.MustCompile(`("[^"]*"),`)

type wording struct {
	en *regexp.Regexp
	zh string
}

// usageWords are the parser's sentences, the narrower before the wider.
var usageWords = []wording{
	{regexp.MustCompile(`^expected one of (.+)$`), `后面请接 $1 之一`},
	{regexp.MustCompile(`^expected "(.+)"$`), `缺少 $1`},
	{regexp.MustCompile(`^missing flags: (.+)$`), `缺少选项 $1`},
	{regexp.MustCompile(`^missing positional arguments (.+)$`), `缺少 $1`},
	{regexp.MustCompile(`^unknown flag ([^ ,]+)`), `没有选项 $1`},
	{regexp.MustCompile(`^unexpected argument ([^,]+)`), `不认识或多余的内容 $1`},
	{regexp.MustCompile(`^(.+) must be one of (.+) but got (".*")$`), `$1 须为 $2 之一，而不是 $3`},
	{regexp.MustCompile(`^(.+): expected .+ but got .+ \((?:long|short) flag.*\).*$`), `$1 后面缺少取值`},
	{regexp.MustCompile(`^(.+): (?:missing value.*|expected .+ value but got "EOL".*)$`), `$1 后面缺少取值`},
	{regexp.MustCompile(`^(.+): expected "<key>=<value>" but got (".*")$`), `$1 须写作 名称=值，而不是 $2`},
	{regexp.MustCompile(`^(.+): expected an? (?:valid \d+ bit )?u?int but got (".*?").*$`), `$1 须为整数，而不是 $2`},
	{regexp.MustCompile(`^(.+): expected a float but got (".*?").*$`), `$1 须为数字，而不是 $2`},
	{regexp.MustCompile(`^(.+): expected duration but got (".*?").*$`), `$1 须为时长，如 90m、72h，而不是 $2`},
	{regexp.MustCompile(`^(.+): (?:bool value must be true, 1, yes, false, 0 or no|expected bool) but got (".*?").*$`), `$1 须为 true 或 false，而不是 $2`},
	{regexp.MustCompile(`^(.+) and (.+) can't be used together$`), `$1 与 $2 不能同时使用`},
}

var suggestions = []wording{
	{regexp.MustCompile(`, did you mean (?:one of )?(.+)\?$`), `，是否想写 $1`},
}
