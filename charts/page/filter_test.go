package page_test

import (
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"minyi/charts/page"
	"minyi/internal/fault"
)

func TestFilterSurvivesItsOwnLink(t *testing.T) {
	for _, q := range []string{"", "audience=enterprise", "lang=en&unit=u01&from=2026-11-01&to=2026-11-30&family=trust&channel=sms&campaign=cmp_1&word=%E5%99%AA%E9%9F%B3&topic=a%2Fb&after=x%3D"} {
		v, err := url.ParseQuery(q)
		if err != nil {
			t.Fatal(err)
		}
		f, err := page.ReadFilter(v, "city")
		if err != nil {
			t.Fatal(err)
		}
		again, err := page.ReadFilter(f.Values(), "city")
		if err != nil || !reflect.DeepEqual(f, again) {
			t.Errorf("%q: %+v became %+v", q, f, again)
		}
	}
}

func TestFilterRefusesWhatMakesNoSense(t *testing.T) {
	for query, field := range map[string]string{"audience=both": "audience", "from=yesterday": "from", "from=20260101": "from", "to=2026-13-01": "to",
		"to=2026-02-30": "to", "family=x": "family", "channel=pigeon": "channel", "from=2026-11-30&to=2026-11-01": "from"} {
		v, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := page.ReadFilter(v, "city"); !fault.Is(err, fault.Invalid) || fault.As(err).Field != field {
			t.Errorf("%s: %v, want a fault of %s", query, err, field)
		}
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
		got, err := page.ReadFilter(v, "city")
		if err != nil {
			return
		}
		if !got.Slice.Audience.Valid() {
			t.Errorf("%q gives audience %q", q, got.Slice.Audience)
		}
		if again, err := page.ReadFilter(got.Values(), "city"); err != nil || !reflect.DeepEqual(again.Slice, got.Slice) {
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
