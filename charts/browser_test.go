package charts_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/charts/chartstest"
	"minyi/charts/svg"
	"minyi/internal/testenv"
)

// chromium runs the browser without a window and gives what it prints.
func chromium(t *testing.T, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		testenv.Require(t, "chromium (apt-get install chromium)")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	profile := t.TempDir()
	cmd := exec.CommandContext(ctx, path, append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir=" + profile}, args...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("chromium %v: %v", args, err)
	}
	return string(out)
}

// file writes a page that the browser can open.
func file(t *testing.T, html string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(path, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	return "file://" + path
}

// What the layout keeps apart must be apart on a real screen too, whatever
// faces the reader has.
func TestDrawnWordsDoNotOverlap(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	var html strings.Builder
	html.WriteString("<!doctype html><meta charset=utf-8><body>")
	for n := range 12 {
		words := make([]svg.Word, 20+r.IntN(60))
		for i := range words {
			words[i] = svg.Word{Text: []string{"噪音扰民", "地下车库", "WiFi信号", "Wmmmiil", "ЖКХ", "ئۇيغۇر", "12345热线", "é à ü"}[r.IntN(8)] + fmt.Sprint(i), Weight: r.ExpFloat64(), Tone: svg.Tone(r.IntN(3) - 1)}
		}
		html.WriteString(svg.Cloud(words, svg.CloudOptions{Frame: svg.Frame{ID: fmt.Sprint("c", n)}, Width: 400 + r.Float64()*400, Height: 200 + r.Float64()*300}))
	}
	html.WriteString(`<script>
	let bad = [], drawn = 0;
	for (const s of document.querySelectorAll("svg")) {
		const boxes = [...s.querySelectorAll("text")].map(t => [t.textContent, t.getBoundingClientRect()]);
		drawn += boxes.length;
		const frame = s.getBoundingClientRect();
		boxes.forEach(([a, p], i) => {
			if (p.left < frame.left - 1 || p.right > frame.right + 1) bad.push(a + " leaves the picture");
			boxes.slice(0, i).forEach(([b, q]) => {
				// A line's box is taller than its glyphs: a third of it may be shared air.
				const air = Math.min(p.height, q.height) / 3;
				if (p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - air && q.top < p.bottom - air) bad.push(a + " over " + b);
			});
		});
	}
	document.title = "drawn=" + drawn + " bad=" + bad.join(", ");
	</script>`)
	out := chromium(t, "--dump-dom", file(t, html.String()))
	title := between(out, "<title>drawn=", "</title>")
	count, bad, _ := strings.Cut(title, " bad=")
	if count == "" || count == "0" || bad != "" {
		t.Errorf("%s words drawn; %s", count, bad)
	}
}

// Nothing may hang over the edge of a phone or an office screen.
func TestPageFitsItsScreen(t *testing.T) {
	h, _ := staff(t, chartstest.NewPeers())
	for _, lang := range []string{"zh", "en"} {
		html := body(t, h, "/?lang="+lang)
		html = strings.Replace(html, "</body>", `<script>document.title = "fit=" + document.documentElement.scrollWidth + "/" + innerWidth</script></body>`, 1)
		for _, size := range []string{"500,900", "1024,768", "1440,900"} { // a headless window is at least 500 wide
			title := between(chromium(t, "--window-size="+size, "--dump-dom", file(t, html)), "<title>fit=", "</title>")
			content, window, _ := strings.Cut(title, "/")
			if content == "" || content != window {
				t.Errorf("%s at %s: content is %s wide in a window of %s", lang, size, content, window)
			}
		}
	}
}

// The script swaps a section when its figure changes, under the page's own
// content security policy.
func TestPageRefreshesItself(t *testing.T) {
	p := chartstest.NewPeers()
	h, clock := staff(t, &growing{Peers: p})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		clock.Advance(10 * time.Second) // the service's time moves on while the browser looks
		h.ServeHTTP(w, r)
	}))
	defer server.Close()
	out := chromium(t, "--virtual-time-budget=15000", "--dump-dom", server.URL+"/")
	section := between(out, `data-fragment="score"`, "</section>")
	n := regexp.MustCompile(`<dd>(\d,\d{3})</dd>`).FindStringSubmatch(section)
	if n == nil || n[1] == "1,204" {
		t.Errorf("the page still shows what it was loaded with: %v", n)
	}
	if !strings.Contains(between(out, `id="live"`, "</span>"), "自动更新") {
		t.Error("the page does not say that it refreshes itself")
	}
}

// growing has one more answer each time it is asked.
type growing struct {
	*chartstest.Peers
}

func (g *growing) Sheet(ctx context.Context, r minyi.SheetRequest) (minyi.Sheet, error) {
	s, err := g.Peers.Sheet(ctx, r)
	s.Answers += 5 * (g.Calls("Sheet") - 1)
	return s, err
}

// On paper there are the formulas and no controls.
func TestPageOnPaper(t *testing.T) {
	totext, err := exec.LookPath("pdftotext")
	if err != nil {
		testenv.Require(t, "pdftotext (apt-get install poppler-utils)")
	}
	h, _ := staff(t, chartstest.NewPeers())
	pdf := filepath.Join(t.TempDir(), "page.pdf")
	chromium(t, "--no-pdf-header-footer", "--print-to-pdf="+pdf, file(t, body(t, h, "/?from=2026-11-01&to=2026-11-30")))
	text, err := exec.CommandContext(t.Context(), totext, "-layout", pdf, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	if pages := strings.Count(string(text), "\f"); pages < 2 || pages > 4 {
		t.Errorf("%d pages", pages)
	}
	for _, want := range []string{"74.40", "口径一览", "2026-11-01 – 2026-11-30", "噪音扰民", "样本不足"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("paper lacks %q", want)
		}
	}
	for _, not := range []string{"查询", "导出", "English", "▸"} {
		if strings.Contains(string(text), not) {
			t.Errorf("paper shows a control: %q", not)
		}
	}
}
