package score_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"minyi"
	"minyi/internal/kit"
	"minyi/score"
	"minyi/score/scoretest"
)

const indicatorFile = "unit,indicator,score,period\n东区,服务渠道/亲和性/欢迎语,80,2026\neast,总体感知/品牌宣传/热线利用率/来电量,3000,2026-05\neast,总体感知/品牌宣传/热线利用率/常住人口,100000,2026\neast,总体感知/品牌宣传/优秀案例,1,2026\neast,服务渠道/亲和性/转人工,60,去年\n"

func TestImportIndicators(t *testing.T) {
	ctx := context.Background()
	w := scoretest.NewWorld(units...)
	s := service(t, w, nil)
	imp := func(text string, dry bool) score.ImportReport {
		t.Helper()
		r, err := s.ImportIndicators(ctx, score.ImportRequest{Tenant: minyi.DefaultTenant, File: "五月.csv", By: "张三", DryRun: dry}, strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := imp(indicatorFile, true); r.Rows != 3 || r.Added != 3 || len(r.Faults) != 2 || !r.DryRun {
		t.Fatalf("dry run: %+v", r)
	}
	if list, err := s.Indicators(ctx, score.IndicatorsRequest{Unit: "east"}); err != nil || len(list.Values) != 0 {
		t.Fatalf("a dry run wrote: %v %v", list, err)
	}
	imp(indicatorFile, false)
	if r := imp(indicatorFile, false); r.Same != 3 || r.Added+r.Changed != 0 {
		t.Errorf("the same file twice: %+v", r)
	}
	if r := imp(strings.Replace(indicatorFile, ",80,", ",85,", 1), false); r.Changed != 1 {
		t.Errorf("a corrected value: %+v", r)
	}
	list, err := s.Indicators(ctx, score.IndicatorsRequest{Unit: "east"})
	if err != nil || len(list.Values) != 3 {
		t.Fatal(list, err)
	}
	for _, v := range list.Values {
		if v.Path == "服务渠道/亲和性/欢迎语" && (v.Value != 85 || len(v.Was) != 1 || v.Was[0] != 80 || v.By != "张三" || v.File != "五月.csv" || v.Line != 2) {
			t.Errorf("provenance: %+v", v)
		}
	}
	sheet, err := s.Sheet(ctx, minyi.SheetRequest{Slice: minyi.Slice{Unit: "east", From: "2026-05-01", To: "2026-05-31"}})
	if err != nil {
		t.Fatal(err)
	}
	use := figure(&sheet.Root, "总体感知/品牌宣传/热线利用率")
	if want := 3000.0 * 365 / 31 / 100000 / 0.5284 * 100; use.Score == nil || abs(*use.Score-want) > 1e-9 || !strings.Contains(use.Formula, "五月.csv") {
		t.Errorf("%+v, want %v", use, want)
	}
}

func TestImportWithOwnHeadings(t *testing.T) {
	s := service(t, scoretest.NewWorld(units...), nil)
	req := score.ImportRequest{Tenant: minyi.DefaultTenant, Period: "2026", Columns: []score.Column{{Name: "unit", Heading: "热线"}, {Name: "score", Heading: "考核分"}}}
	r, err := s.ImportIndicators(context.Background(), req, strings.NewReader("热线,指标,得分,考核分\neast,总体感知/品牌宣传,1,61\n"))
	if err != nil || r.Added != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	list, err := s.Indicators(context.Background(), score.IndicatorsRequest{Unit: "east"})
	if err != nil || list.Values[0].Value != 61 {
		t.Errorf("%+v %v", list, err)
	}
	req.Columns[0].Heading = "城区"
	if _, err := s.ImportIndicators(context.Background(), req, strings.NewReader("热线,指标,考核分\neast,总体感知,1\n")); err == nil || !strings.Contains(err.Error(), "城区") {
		t.Errorf("a heading that is not there: %v", err)
	}
}

func TestOutcomesOfDispositions(t *testing.T) {
	o, outside := score.OutcomesOf(map[minyi.Disposition]int{minyi.Completed: 50, minyi.Partial: 5, minyi.Refused: 4, minyi.OptedOut: 1, minyi.Started: 5,
		minyi.Opened: 10, minyi.Delivered: 20, minyi.Unreachable: 3, minyi.Unknown: 2, minyi.NotSampled: 100, minyi.Queued: 7})
	if o.I != 50 || o.P != 5 || o.R != 10 || o.O != 10 || o.NC != 23 || o.UO != 2 || outside != 107 {
		t.Errorf("%+v, %d outside", o, outside)
	}
}

func abs(v float64) float64 { return max(v, -v) }

func TestImportXLSX(t *testing.T) {
	book := excelize.NewFile()
	for i, row := range [][]any{{"单位", "指标", "得分"}, {"east", "总体感知/品牌宣传/优秀案例宣传", 70.5}, {"east", "总体感知/品牌宣传/优秀案列宣传", 70.5}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	s := service(t, scoretest.NewWorld(units...), nil)
	r, err := s.ImportIndicators(context.Background(), score.ImportRequest{Tenant: minyi.DefaultTenant, Period: "2026-Q2"}, &file)
	if err != nil || r.Added != 1 || r.Format != "xlsx" || len(r.Faults) != 1 || r.Faults[0].Line != 3 || !strings.Contains(r.Faults[0].ZH, "优秀案例宣传") {
		t.Errorf("%+v %v", r, err)
	}
}

// TestPercentCellsOfExcel: a cell that shows 76.07% holds 0.7607.
func TestPercentCellsOfExcel(t *testing.T) {
	book := excelize.NewFile()
	for i, row := range [][]any{{"unit", "indicator", "score"}, {"east", "总体感知/品牌宣传/优秀案例宣传", 0.7607}, {"west", "总体感知/品牌宣传/优秀案例宣传", 0.7607}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	style, err := book.NewStyle(&excelize.Style{NumFmt: 9}) // 0%: shown rounded, as 76%
	if err != nil {
		t.Fatal(err)
	}
	if err := book.SetCellStyle("Sheet1", "C2", "C2", style); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	s := service(t, scoretest.NewWorld(units...), nil)
	if _, err := s.ImportIndicators(context.Background(), score.ImportRequest{Tenant: minyi.DefaultTenant, Period: "2026"}, &file); err != nil {
		t.Fatal(err)
	}
	for unit, want := range map[minyi.UnitID]float64{"east": 76.07, "west": 0.7607} {
		got, err := s.Indicators(context.Background(), score.IndicatorsRequest{Unit: unit})
		if err != nil || len(got.Values) != 1 || got.Values[0].Value != want {
			t.Errorf("%s: %+v %v", unit, got, err)
		}
	}
}

func TestImportRouteTakesBodyAndForm(t *testing.T) {
	s := service(t, scoretest.NewWorld(units...), nil)
	router := kit.NewRouter(kit.Config{Name: "staff"})
	s.Routes(router, nil)
	var form bytes.Buffer
	mw := multipart.NewWriter(&form)
	part, err := mw.CreateFormFile("file", "指标.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(part, indicatorFile); err != nil {
		t.Fatal(err)
	}
	mw.Close()
	for _, c := range []struct {
		body  io.Reader
		kind  string
		added int
	}{{strings.NewReader(indicatorFile), "text/csv", 3}, {&form, mw.FormDataContentType(), 0}} {
		req := httptest.NewRequest(http.MethodPost, "/api/v1/score/indicators", c.body)
		req.Header.Set("Content-Type", c.kind)
		rec := httptest.NewRecorder()
		router.Handler().ServeHTTP(rec, req)
		var report score.ImportReport
		if err := json.Unmarshal(rec.Body.Bytes(), &report); err != nil || rec.Code != 200 || report.Rows != 3 || report.Added != c.added {
			t.Errorf("%s: %d %s %v", c.kind, rec.Code, rec.Body, err)
		}
	}
}

// A dry run that is misspelt keeps nothing.
func TestImportRouteReadsDryRun(t *testing.T) {
	s := service(t, scoretest.NewWorld(units...), nil)
	router := kit.NewRouter(kit.Config{Name: "staff"})
	s.Routes(router, nil)
	for dry, want := range map[string]int{"1": 200, "True": 200, "yes": 422} {
		rec := httptest.NewRecorder()
		router.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/api/v1/score/indicators?dry_run="+dry, strings.NewReader(indicatorFile)))
		if rec.Code != want || want == 422 && !strings.Contains(rec.Body.String(), `"field":"dry_run"`) {
			t.Errorf("%s: %d %s", dry, rec.Code, rec.Body)
		}
	}
	if list, err := s.Indicators(context.Background(), score.IndicatorsRequest{}); err != nil || len(list.Values) != 0 {
		t.Errorf("kept: %v %v", list, err)
	}
}
