package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What an operator without a server sees of a list, its campaign, its warnings
// and its stop.
func TestACampaignIsToldAsItIs(t *testing.T) {
	dir := t.TempDir()
	list := filepath.Join(dir, "list.csv")
	if err := os.WriteFile(list, []byte("区县,名单编号,联系电话\n东湖区,1,19900000001\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(want int, args ...string) string {
		t.Helper()
		out, errs, code := says(t, append(args, "-s", "data="+filepath.Join(dir, "data"), "-s", "sms.gateway=sandbox")...)
		if code != want {
			t.Fatalf("%v: exit %d, want %d\n%s%s", args, code, want, out, errs)
		}
		return out + errs
	}
	told := func(got string, want ...string) {
		t.Helper()
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%q is not told:\n%s", w, got)
			}
		}
	}
	got := run(0, "import", "cases", list)
	told(got, "  district   ← 区县\n  contact    ← 名单编号\n  phone      ← 联系电话\n", "个人 resident 1, 企业 enterprise 0")
	imp := regexp.MustCompile(`--import (\w+)`).FindStringSubmatch(got)[1]
	told(run(2, "campaign", "create", "甲", "--import", "nosuch"), imp, "list.csv")
	got = run(0, "campaign", "create", "甲", "--import", imp, "-s", "public.url=https://a-long-name.example.cn")
	told(got, "超过 30")
	id := regexp.MustCompile(`cmp_\w+`).FindString(got)
	told(run(0, "campaign", "stop", id), "until the deadline")
	told(run(0, "campaign", "list"), id)
}
