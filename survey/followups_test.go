package survey_test

import (
	"testing"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/testenv"
	"minyi/survey"
	"minyi/survey/surveytest"
)

func TestFollowupRoad(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	_, token := one(t, b, survey.NewCampaign{})
	form := surveytest.CaseClosed(1, 2, 1)
	form["q.handling.why"] = []string{"slow", "made-up"}
	b.Post("/s/"+token, form)
	var f survey.Followup
	testenv.Eventually(t, 10*time.Second, func() bool {
		open, err := b.Service.Followups(t.Context(), survey.FollowupsRequest{})
		if err == nil && len(open.Followups) == 1 {
			f = open.Followups[0]
		}
		return f.Level == 1
	}, "no follow-up")
	if len(f.Reasons) != 1 || f.Reasons[0] != "slow" || f.Unit != "教育局" {
		t.Errorf("follow-up %+v", f)
	}
	late := func() int {
		list, err := b.Service.Followups(t.Context(), survey.FollowupsRequest{Overdue: true})
		if err != nil {
			t.Fatal(err)
		}
		return len(list.Followups)
	}
	if day := minyi.Day(f.VerifyBy.Add(-time.Second)); day != "2026-11-23" || f.Overdue || late() != 0 {
		t.Errorf("opened on a Sunday, to be verified by %s, overdue %v", day, f.Overdue)
	}
	b.Clock.Advance(48 * time.Hour)
	if late() != 1 {
		t.Error("two days later it is not overdue")
	}
	step := func(to survey.FollowupStatus, note string) error {
		_, err := b.Service.StepFollowup(t.Context(), survey.FollowupStepRequest{Answer: f.Answer, Status: to, Note: note, By: "王工"})
		return err
	}
	if err := step(survey.FollowupClosed, ""); !fault.Is(err, fault.Conflict) {
		t.Errorf("closed without being verified: %v", err)
	}
	if err := step(survey.FollowupSetAside, "太早"); !fault.Is(err, fault.Conflict) || rows(t, b)[0].SetAside {
		t.Errorf("set aside without being verified: %v, and marked %v", err, rows(t, b)[0].SetAside)
	}
	if err := step(survey.FollowupVerified, "已联系市民"); err != nil {
		t.Fatal(err)
	}
	if err := step(survey.FollowupSetAside, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("set aside without a reason: %v", err)
	}
	if err := step(survey.FollowupSetAside, "误按"); err != nil {
		t.Fatal(err)
	}
	if row := rows(t, b)[0]; !row.SetAside || !row.Counts {
		t.Errorf("after 不予采纳: %+v", row)
	}
	list, err := b.Service.Followups(t.Context(), survey.FollowupsRequest{Status: survey.FollowupSetAside})
	if err != nil || len(list.Followups) != 1 || len(list.Followups[0].Steps) != 2 || list.Followups[0].Steps[0].Note != "已联系市民" {
		t.Errorf("trace %+v, %v", list, err)
	}
}
