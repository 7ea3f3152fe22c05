package charts_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"minyi"
	"minyi/charts/chartstest"
	"minyi/internal/fault"
)

func TestExports(t *testing.T) {
	p := chartstest.NewPeers()
	for i := range 1200 { // more than two pages
		p.Rows = append(p.Rows, chartstest.Row(minyi.AnswerID(strings.Repeat("z", 1+i%3)), "u01", "2026-11-01"))
	}
	h, _ := staff(t, p)
	rows := readCSV(t, body(t, h, "/export/answers.csv"))
	if len(rows) != 1+len(p.Rows) {
		t.Fatalf("%d rows for %d answers", len(rows)-1, len(p.Rows))
	}
	line := strings.Join(rows[1], "|")
	for _, want := range []string{"a1", "城市管理局", "***0042", "138****0123", "trust", "nps=9/11", "回复敷衍"} {
		if !strings.Contains(line, want) {
			t.Errorf("the first answer lacks %q: %s", want, line)
		}
	}
	scores := readCSV(t, body(t, h, "/export/scores.csv?lang=en"))
	at := slices.IndexFunc(scores, func(r []string) bool { return r[7] == "总体感知" })
	if at < 0 || scores[0][0] != "unit_id" {
		t.Fatalf("no line of 总体感知 under %v", scores[0])
	}
	if got, want := strings.Join(scores[at], "|"), "总体感知|1|0.3|74.40|72.91|75.88|bootstrap|1204|C+|0|0.9333"; !strings.Contains(got, want) {
		t.Errorf("the line is %s, want %s in it", got, want)
	}
	if len(readCSV(t, body(t, h, "/export/codebook.csv"))) < 50 {
		t.Error("the codebook lacks columns")
	}
	if w := get(t, h, "/export/people.csv"); w.Code != http.StatusNotFound {
		t.Errorf("an unknown export gives %d", w.Code)
	}
}

func readCSV(t *testing.T, s string) [][]string {
	t.Helper()
	rest, bom := strings.CutPrefix(s, "\ufeff")
	if !bom {
		t.Fatal("no byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(rest)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestXLSXExportsOpen(t *testing.T) {
	h, _ := staff(t, chartstest.NewPeers())
	names := map[string]string{"/export/answers.xlsx": "答卷 编码说明", "/export/scores.xlsx": "得分 研究统计 编码说明"}
	for path, want := range map[string]string{"/export/answers.xlsx": "a1", "/export/scores.xlsx": ""} {
		f, err := excelize.OpenReader(bytes.NewReader([]byte(body(t, h, path))))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if sheets := strings.Join(f.GetSheetList(), " "); sheets != names[path] {
			t.Errorf("%s has sheets %s", path, sheets)
		}
		if got, _ := f.GetCellValue(f.GetSheetList()[0], "A2"); got != want {
			t.Errorf("%s: A2 is %q, want %q", path, got, want)
		}
	}
}

// The study export has one line a statistic; what is hidden says why.
func TestStudyExport(t *testing.T) {
	h, _ := staff(t, chartstest.NewPeers())
	rows := readCSV(t, body(t, h, "/export/study.csv"))
	if len(rows) != 4 || rows[1][0] != "response" || rows[1][1] != "RR1" || rows[2][3] == "" || rows[3][2] != "" || rows[3][6] != "已隐去" {
		t.Errorf("%q", rows)
	}
}

// An export that fails before its first row answers with the fault; one that
// fails later breaks off, so that no cut file passes for a whole one.
func TestExportFaults(t *testing.T) {
	p := chartstest.NewPeers()
	p.Fault = fault.New(fault.Unavailable, "down", "暂不可用", "down")
	h, _ := staff(t, p)
	if w := get(t, h, "/export/answers.csv"); w.Code != http.StatusServiceUnavailable || strings.Contains(w.Header().Get("Content-Type"), "csv") {
		t.Errorf("%d %s", w.Code, w.Header().Get("Content-Type"))
	}

	p = chartstest.NewPeers()
	for range 5000 {
		p.Rows = append(p.Rows, chartstest.Row("a", "u01", "2026-11-01"))
	}
	h, _ = staff(t, &failing{Peers: p, after: 8})
	server := httptest.NewServer(h)
	defer server.Close()
	resp, err := server.Client().Get(server.URL + "/export/answers.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadAll(resp.Body); err == nil {
		t.Error("a cut export ended like a whole one")
	}
}

// failing breaks off after some pages.
type failing struct {
	*chartstest.Peers
	after int
}

func (f *failing) AnswerRows(ctx context.Context, r minyi.AnswerRowsRequest) (minyi.AnswerRowsReply, error) {
	if f.after--; f.after < 0 {
		return minyi.AnswerRowsReply{}, errors.New("store gone")
	}
	return f.Peers.AnswerRows(ctx, r)
}

// TestResearchExport asks for the researchers' file: a lone answer of a unit
// is not to be found in it.
func TestResearchExport(t *testing.T) {
	p := chartstest.NewPeers()
	p.Rows = nil
	for i := range 40 {
		p.Rows = append(p.Rows, chartstest.Row(minyi.AnswerID(fmt.Sprint("r", i)), "u01", "2026-11-01"))
	}
	p.Rows = append(p.Rows, chartstest.Row("lone", "u02", "2026-11-02"))
	h, _ := staff(t, p)
	rows := readCSV(t, body(t, h, "/export/research.csv?lang=en"))
	if len(rows) != 1+40 || rows[0][0] != "month" || rows[1][0] != "2026-11" {
		t.Fatalf("%d rows, %v", len(rows)-1, rows[:2])
	}
	for _, r := range rows[1:] {
		if strings.Contains(strings.Join(r, "|"), "u02") {
			t.Errorf("the lone answer is in the file: %v", r)
		}
	}
}
