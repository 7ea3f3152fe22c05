package survey_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"minyi/internal/kit"
	"minyi/survey"
	"minyi/survey/surveytest"
)

// A caller that listens hears how many rows were taken before it is done.
func TestUploadTellsItsRows(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	r := httptest.NewRequest(http.MethodPost, "/api/v1/imports/cases", strings.NewReader(surveytest.Orders(1200)))
	kit.AcceptSteps(r)
	w := httptest.NewRecorder()
	b.Staff.ServeHTTP(w, r)
	var told []int
	report, err := kit.ReadSteps[survey.ImportCounts, survey.ImportReport](w.Result(), func(c survey.ImportCounts) { told = append(told, c.Taken) })
	if err != nil || report.Import.Counts.Taken != 1200 {
		t.Fatalf("report %+v, %v", report.Import.Counts, err)
	}
	if len(told) < 2 || told[0] >= 1200 || told[len(told)-1] != 1200 {
		t.Errorf("told %v", told)
	}
}

// Each worksheet that is named is an import of its own.
func TestUploadOfANamedWorksheet(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	book := excelize.NewFile()
	for sheet, first := range map[string]string{"Sheet1": "A-1", "中旬": "A-2"} {
		if _, err := book.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for cell, row := range map[string][]any{"A1": {"工单编号", "联系电话", "办结时间"}, "A2": {first, "19900000001", "2026-11-01"}} {
			if err := book.SetSheetRow(sheet, cell, &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, sheet := range []string{"", "中旬"} {
		report := upload(t, b, httptest.NewRequest(http.MethodPost, "/api/v1/imports/cases?sheet="+sheet, bytes.NewReader(file.Bytes())), http.StatusOK)
		if report.Import.Counts.Taken != 1 {
			t.Errorf("sheet %q: %+v", sheet, report.Import.Counts)
		}
		ids[report.ID] = true
	}
	if len(ids) != 2 {
		t.Errorf("two worksheets are one import: %v", ids)
	}
}
