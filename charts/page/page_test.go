package page_test

import (
	"bytes"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"minyi"
	"minyi/charts/chartstest"
	"minyi/charts/page"
	"minyi/internal/testenv"
)

var noon = time.Date(2026, 11, 22, 12, 31, 0, 0, minyi.Shanghai)

func month(l page.Lang) page.Data {
	d := page.Data{Now: noon, Name: page.Text{ZH: "某市12345热线", EN: "Hotline 12345"}, Banner: page.Text{ZH: "演示租户：发送时段全天开放", EN: "Demo tenant: sending is open at any hour"}}
	d.Filter = page.Filter{Slice: minyi.Slice{Tenant: minyi.DefaultTenant, Audience: minyi.Resident}, Lang: l}
	d.Units.Value = chartstest.Units()
	d.Sheet.Value = chartstest.Sheet()
	d.Table.Value = chartstest.Table()
	d.Funnel.Value = chartstest.Funnel()
	d.Words.Value = chartstest.Words()
	d.Topics.Value = chartstest.Topics()
	d.Verbatims.Value = minyi.VerbatimsReply{Verbatims: chartstest.Verbatims()}
	return d
}

func pages(t testing.TB) *page.Pages {
	t.Helper()
	p, err := page.New()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func overview(t testing.TB, d page.Data) string {
	t.Helper()
	var b bytes.Buffer
	if err := pages(t).Overview(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// bulky is the page's style and script, which are files of their own.
var bulky = regexp.MustCompile(`(?s)(<style>|<script>).*?(</style>|</script>)`)

func TestGolden(t *testing.T) {
	for _, l := range []page.Lang{page.ZH, page.EN} {
		for name, html := range map[string]string{"overview": overview(t, month(l)), "empty": overview(t, nothing(l)), "remarks": remarks(t, month(l))} {
			got := bulky.ReplaceAllString(html, "$1$2")
			testenv.Golden(t, filepath.Join("testdata", name+"."+string(l)+".html"), []byte(got))
		}
	}
}
