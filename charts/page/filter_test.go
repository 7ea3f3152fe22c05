package page_test

import (
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"minyi"
	"minyi/charts/page"
)

func TestFilterSurvivesItsOwnLink(t *testing.T) {
	for _, q := range []string{"", "audience=enterprise", "lang=en&unit=u01&from=2026-11-01&to=2026-11-30&family=trust&channel=sms&campaign=cmp_1&word=%E5%99%AA%E9%9F%B3&topic=a%2Fb&after=x%3D"} {
		v, err := url.ParseQuery(q)
		if err != nil {
			t.Fatal(err)
		}
		f := page.ReadFilter(v, "city")
		again := page.ReadFilter(f.Values(), "city")
		if !reflect.DeepEqual(f, again) {
			t.Errorf("%q: %+v became %+v", q, f, again)
		}
	}
}

func TestFilterLeavesOutWhatMakesNoSense(t *testing.T) {
	f := page.ReadFilter(url.Values{"audience": {"both"}, "from": {"yesterday"}, "to": {"2026-13-01"}, "family": {"x"}, "channel": {"pigeon"}}, "city")
	if len(f.Ignored) != 5 || f.Slice != (minyi.Slice{Tenant: "city", Audience: minyi.Resident}) {
		t.Errorf("%+v", f)
	}
	f = page.ReadFilter(url.Values{"from": {"2026-11-30"}, "to": {"2026-11-01"}}, "city")
	if f.Slice.From != "2026-11-01" || f.Slice.To != "2026-11-30" {
		t.Errorf("days the wrong way round give %s – %s", f.Slice.From, f.Slice.To)
	}
}

// Residents and enterprises are never mixed: no address gives both.
func FuzzFilterHasOneAudience(f *testing.F) {
	f.Add("audience=resident&audience=enterprise")
	f.Add("audience=&from=2026-11-01")
	f.Fuzz(func(t *testing.T, q string) {
		v, err := url.ParseQuery(q)
		if err != nil {
			t.Skip()
		}
		got := page.ReadFilter(v, "city")
		if !got.Slice.Audience.Valid() {
			t.Errorf("%q gives audience %q", q, got.Slice.Audience)
		}
		if !reflect.DeepEqual(page.ReadFilter(got.Values(), "city").Slice, got.Slice) {
			t.Errorf("%q does not survive its own link", q)
		}
	})
}

var rowPattern = regexp.MustCompile(`(?s)<tr( class="short")?>\s*(?:<td colspan="2" class="noRank">[^<]*</td>|<td class="grade">([^<]*)</td><td class="num">([^<]*)</td>)\s*<th scope="row"><a [^>]*>([^<]*)<`)

// Grade first, rank second, equal scores share a rank and stand by pinyin, too
// few answers stand last without either.
func TestUnitTableOrder(t *testing.T) {
	html, hash, err := pages(t).Fragment(month(page.ZH), "units")
	if err != nil || hash == "" {
		t.Fatal(err)
	}
	var got []string
	for _, m := range rowPattern.FindAllStringSubmatch(string(html), -1) {
		grade := strings.ReplaceAll(m[2], "&#43;", "+")
		got = append(got, strings.TrimSpace(grade+" "+m[3]+" "+m[4]))
	}
	want := []string{"B+ 1 公安局", "B 2 人力资源和社会保障局", "C+ 3 城市管理局", "C+ 3 住房和城乡建设局", "C 5 生态环境局", "档案馆", "地震局"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if n := strings.Count(string(html), "样本不足，不参与排名"); n != 2 {
		t.Errorf("%d units are said to have too few answers", n)
	}
}

// Indicators without data share one line, so that the tree shows what there
// is; those beside one with data keep their own.
func TestTreeFoldsWhatHasNoData(t *testing.T) {
	html, _, err := pages(t).Fragment(month(page.ZH), "tree")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(html), "以下 4 项暂无数据：亲和性、畅通性、渠道多样性、融合一致性") {
		t.Error("four branches without data do not share a line")
	}
	if !strings.Contains(string(html), `<th scope="row">优秀案例宣传`) {
		t.Error("a leaf without data lost its line among leaves with data")
	}
}

func TestUnknownFragmentFails(t *testing.T) {
	if _, _, err := pages(t).Fragment(month(page.ZH), "secrets"); err == nil {
		t.Error("a section that is not there was written")
	}
}
