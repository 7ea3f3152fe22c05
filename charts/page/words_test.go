package page_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"minyi"
	"minyi/charts/page"
	"minyi/charts/svg"
)

// latin is the month told in Latin letters, so that any Chinese left on an
// English page is the page's own.
func latin() page.Data {
	d := month(page.EN)
	rename := func(u *minyi.Unit) { u.Name = "Unit " + string(u.ID) }
	for i := range d.Units.Value {
		rename(&d.Units.Value[i])
	}
	for i := range d.Table.Value.Rows {
		d.Table.Value.Rows[i].Name = ""
	}
	for i := range d.Words.Value.Words {
		d.Words.Value.Words[i].Word = "word" + string(rune('a'+i%26)) + string(rune('a'+i/26))
	}
	for i := range d.Topics.Value.Topics[:6] {
		d.Topics.Value.Topics[i].Topic = "topic"
	}
	for i := range d.Verbatims.Value.Verbatims {
		d.Verbatims.Value.Verbatims[i].Text, d.Verbatims.Value.Verbatims[i].Topic = "remark", "topic"
	}
	var plain func(f *minyi.Figure)
	plain = func(f *minyi.Figure) {
		f.Formula, f.Excl = "a / b", "" // written by the method, in Chinese
		for i := range f.Children {
			plain(&f.Children[i])
		}
	}
	plain(&d.Sheet.Value.Root)
	for i := range d.Sheet.Value.Rates {
		plain(&d.Sheet.Value.Rates[i])
	}
	return d
}

// fontNames and attributes carry paths and faces, which nobody reads.
var unread = regexp.MustCompile(`(?s)<style>.*?</style>|font-family="[^"]*"|data-key="[^"]*"|href="[^"]*"`)

func TestEnglishPagesHaveNoChineseChrome(t *testing.T) {
	for name, html := range map[string]string{"overview": overview(t, latin()), "empty": overview(t, nothing(page.EN)), "faults": overview(t, faults(page.EN)), "remarks": remarks(t, latin())} {
		text := strings.ReplaceAll(unread.ReplaceAllString(html, ""), ">中文<", "") // the switch back
		for i, r := range text {
			if unicode.Is(unicode.Han, r) || strings.ContainsRune("，。：；（）", r) {
				t.Errorf("%s: Chinese on an English page: …%s…", name, text[max(0, i-60):min(len(text), i+40)])
				break
			}
		}
	}
}

func remarks(t testing.TB, d page.Data) string {
	t.Helper()
	var b bytes.Buffer
	if err := pages(t).Verbatims(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// nothing is the first day: no unit, no answer, no word.
func nothing(l page.Lang) page.Data {
	d := month(l)
	d.Units.Value, d.Table.Value.Rows, d.Funnel.Value, d.Words.Value, d.Topics.Value = nil, nil, minyi.Funnel{}, minyi.HotWords{}, minyi.Topics{}
	d.Verbatims.Value = minyi.VerbatimsReply{}
	d.Sheet.Value = minyi.Sheet{Method: "2023 v1", Root: minyi.Figure{Path: "总分"}}
	return d
}

// faults is a day on which every peer is down.
func faults(l page.Lang) page.Data {
	d := page.Data{Filter: page.Filter{Slice: minyi.Slice{Tenant: minyi.DefaultTenant, Audience: minyi.Resident}}, Now: noon}
	d.Filter.Lang = l
	down := page.Text{ZH: "服务正在重启。", EN: "the service is restarting."}
	d.Units.Fault, d.Sheet.Fault, d.Table.Fault, d.Funnel.Fault, d.Words.Fault, d.Topics.Fault, d.Verbatims.Fault = down, down, down, down, down, down, down
	return d
}

func TestEmptyPageSaysWhatToDo(t *testing.T) {
	html := overview(t, nothing(page.ZH))
	for _, want := range []string{"请先导入工单并启动回访任务", "还没有发出邀请", "暂无热词", "暂无留言", "还没有单位的数据"} {
		if !strings.Contains(html, want) {
			t.Errorf("the empty page does not say %q", want)
		}
	}
	if strings.Contains(html, "0.00") {
		t.Error("a score that is not there is shown as zero")
	}
	if got := strings.Count(overview(t, faults(page.ZH)), "服务正在重启。"); got != len(page.Sections) {
		t.Errorf("%d of %d sections say that their figures could not be had", got, len(page.Sections))
	}
}

// Whatever strangers or partners put into a text field comes out as text.
func TestHostileDataIsEscaped(t *testing.T) {
	bad := `<img src=x onerror=alert(1)>"'><script>x()</script>` + "\x00\u202e"
	d := month(page.ZH)
	d.Name, d.Banner = page.Text{ZH: bad}, page.Text{ZH: bad}
	d.Filter.Word, d.Filter.Topic, d.Filter.Slice.Unit, d.Filter.Slice.Campaign = bad, bad, minyi.UnitID(bad), minyi.CampaignID(bad)
	for i := range d.Units.Value {
		d.Units.Value[i].Name = bad
	}
	for i := range d.Table.Value.Rows {
		d.Table.Value.Rows[i].Name, d.Table.Value.Rows[i].Unit = bad, minyi.UnitID(bad)
	}
	for i := range d.Words.Value.Words {
		d.Words.Value.Words[i].Word = bad
	}
	for i := range d.Topics.Value.Topics {
		d.Topics.Value.Topics[i].Topic = bad
	}
	for i := range d.Verbatims.Value.Verbatims {
		v := &d.Verbatims.Value.Verbatims[i]
		v.Text, v.Topic, v.Unit, v.Day = bad+"a"+bad, bad, minyi.UnitID(bad), bad
	}
	d.Funnel.Value.Reasons = map[string]int{bad: 3}
	s := &d.Sheet.Value
	s.Method, s.Title, s.Frame, s.AsOf = bad, bad, bad, bad
	s.Root.Path, s.Root.Formula, s.Root.Excl, s.Root.Source, s.Root.Method, s.Root.Grade = bad, bad, bad, bad, bad, bad
	d.Verbatims.Value.Next = bad
	for name, html := range map[string]string{"overview": overview(t, d), "remarks": remarks(t, d)} {
		if n := strings.Count(html, "<script"); strings.Contains(html, "<img") || n > 1 || strings.Contains(html, "onerror=alert(1)>") {
			t.Errorf("%s lets markup through (%d scripts)", name, n)
		}
		if !strings.Contains(html, "&lt;img src=x") {
			t.Errorf("%s lost the text instead of escaping it", name)
		}
	}
}

// Every key that code or templates name stands in the catalogue, and every
// entry of the catalogue is named.
func TestCatalogueIsWhole(t *testing.T) {
	var source strings.Builder
	for _, pattern := range []string{"*.go", "template/*.tmpl"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if name == "catalogue.go" || strings.HasSuffix(name, "_test.go") {
				continue
			}
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(b)
		}
	}
	text := source.String()
	for _, m := range regexp.MustCompile(`(?:\{\{-? ?t |Say\([a-z.A-Z]+, |add\()"([a-z.]+)"`).FindAllStringSubmatch(text, -1) {
		if !strings.HasSuffix(m[1], ".") && page.Say(page.ZH, m[1]) == m[1] {
			t.Errorf("key %q has no wording", m[1])
		}
	}
	for _, key := range page.Keys() {
		prefix, _, _ := strings.Cut(key, ".")
		byCode := strings.Contains(text, `"`+prefix+`."`) // named(l, "reason.", code)
		if !byCode && !strings.Contains(text, `"`+key+`"`) {
			t.Errorf("wording %q is used nowhere", key)
		}
		if zh, en := page.Say(page.ZH, key), page.Say(page.EN, key); zh == "" || en == "" || strings.Count(zh, "{") != strings.Count(en, "{") {
			t.Errorf("wording %q is not the same in both languages: %q, %q", key, zh, en)
		}
	}
}

// The operators' states hold every disposition once, so that they sum to the
// total.
func TestStatesHoldEveryDisposition(t *testing.T) {
	seen := map[minyi.Disposition]int{}
	for _, s := range page.States {
		for _, d := range s.Of {
			seen[d]++
		}
	}
	all := []minyi.Disposition{minyi.Registered, minyi.Queued, minyi.Sent, minyi.Delivered, minyi.Opened, minyi.Started, minyi.Partial, minyi.Completed,
		minyi.Unknown, minyi.Failed, minyi.Unreachable, minyi.Refused, minyi.OptedOut, minyi.Expired, minyi.NotSampled, minyi.Cancelled}
	for _, d := range all {
		if seen[d] != 1 {
			t.Errorf("%s stands in %d states", d, seen[d])
		}
		if page.Disposition(page.EN, d) == "" || page.Disposition(page.ZH, d) == string(d) {
			t.Errorf("%s has no name", d)
		}
	}
	if len(seen) != len(all) {
		t.Errorf("%d dispositions in the states, %d in the vocabulary", len(seen), len(all))
	}
}

func TestTonesKeepTheirColours(t *testing.T) {
	html := overview(t, month(page.ZH))
	for _, want := range []string{svg.Orange, svg.Blue, "多为批评", "多为肯定", "褒贬相当"} {
		if !strings.Contains(html, want) {
			t.Errorf("the cloud lacks %s", want)
		}
	}
}
