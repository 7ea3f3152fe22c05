package survey_test

import (
	"strings"
	"testing"

	"minyi"
	"minyi/survey"
	"minyi/survey/surveytest"
)

func importAnswers(t *testing.T, b *surveytest.Bench, list string) survey.ImportReport {
	t.Helper()
	report, err := b.Service.ImportAnswers(t.Context(), survey.ImportRequest{File: strings.NewReader(list)})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// 序号 begins at 1 in every month's list: the second month is not the first.
func TestSerialNumbersAreNoIdentity(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	october := "序号,评价时间,满意度\n1,2026-10-01,满意\n2,2026-10-02,满意\n"
	november := "序号,评价时间,满意度\n1,2026-11-01,不满意\n2,2026-11-02,满意\n"
	for list, want := range map[string]int{october: 2, november: 2} {
		if c := importAnswers(t, b, list).Import.Counts; c.Taken != want {
			t.Errorf("counts %+v", c)
		}
	}
	if c := importAnswers(t, b, october).Import.Counts; c.Taken != 0 || c.Known != 2 || c.Warned != 0 {
		t.Errorf("again %+v", c)
	}
}

// A number that means another answer in another list is told of, row by row.
func TestANumberOfAnotherAnswerIsRefused(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	importAnswers(t, b, "编号,评价时间,满意度,留言\n1,2026-10-01,满意,快\n2,2026-10-02,满意,好\n")
	again := importAnswers(t, b, "编号,评价时间,满意度,留言\n1,2026-10-01,满意,快\n2,2026-10-02,满意,不好\n3,2026-10-03,满意,好\n")
	c := again.Import.Counts
	if c.Known != 1 || c.Refused != 1 || c.Taken != 1 || len(again.Problems) != 1 || again.Problems[0].Code != "answer_differs" || again.Problems[0].Record != 3 {
		t.Errorf("counts %+v, problems %v", c, again.Problems)
	}
}

// One case, one rating: a later list that says otherwise is kept beside it, once.
func TestALaterRatingOfACaseIsKeptBesideIt(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	importAnswers(t, b, "工单编号,评价时间,满意度\nA-1,2026-10-01,满意\n")
	for range 2 {
		later := importAnswers(t, b, "工单编号,评价时间,满意度\nA-1,2026-11-01,不满意\n")
		if c := later.Import.Counts; c.Known != 1 || c.Taken != 0 || c.Warned != 1 || later.Problems[0].Code != "case_rated_before" {
			t.Errorf("counts %+v, problems %v", c, later.Problems)
		}
	}
	all := rows(t, b)
	if len(all) != 1 {
		t.Fatalf("%d answers", len(all))
	}
	if n := b.Attempts(all[0].Answer, "late"); n != 1 {
		t.Errorf("%d late attempts", n)
	}
}

// The answer of a case that is known counts where and when the case was closed.
func TestAnImportedAnswerBelongsToItsCase(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Import("工单编号,联系电话,办结时间,承办单位,诉求人类型\nA-1,13800138001,2026-09-30 17:00,教育局,企业\n")
	importAnswers(t, b, "工单编号,评价时间,满意度\nA-1,2026-10-08,满意\n")
	all := rows(t, b)
	if len(all) != 1 {
		t.Fatalf("%d answers", len(all))
	}
	if row := all[0]; row.Day != "2026-09-30" || row.Unit != "教育局" || row.Audience != minyi.Enterprise {
		t.Errorf("counts on %s at %s for %s", row.Day, row.Unit, row.Audience)
	}
}
