package survey_test

import (
	"strings"
	"testing"
	"time"

	"minyi"
	"minyi/internal/testenv"
	"minyi/survey"
	"minyi/survey/surveytest"
)

// What is counted as valid by unit: every channel's complete answers.
func TestUnitCountsEveryChannel(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	c := b.Campaign(4, survey.NewCampaign{})
	for _, brief := range b.Briefs(b.Due(4)...)[:1] {
		b.Post("/s/"+b.Token(brief), surveytest.CaseClosed(4, 4, 2))
	}
	list := "编号,时间,满意度,承办单位,系统默认\n1,2026-11-03 10:00,满意,教育局,否\n2,2026-11-03 10:00,满意,教育局,是\n3,2026-11-03 10:00,不满意,信访局|二科,否\n"
	if _, err := b.Service.ImportAnswers(t.Context(), survey.ImportRequest{Name: "a.csv", File: strings.NewReader(list)}); err != nil {
		t.Fatal(err)
	}
	counts := func(sl minyi.Slice) map[minyi.UnitID]minyi.UnitCount {
		sl.Tenant = minyi.DefaultTenant
		reply, err := b.Service.UnitCounts(t.Context(), minyi.UnitCountsRequest{Slice: sl})
		if err != nil {
			t.Fatal(err)
		}
		by := map[minyi.UnitID]minyi.UnitCount{}
		for _, u := range reply.Units {
			by[u.Unit] = u
		}
		return by
	}
	testenv.Eventually(t, 10*time.Second, func() bool {
		answered := 0
		for _, u := range counts(minyi.Slice{}) {
			answered += u.Answered
		}
		return answered == 1
	}, "one invitation is answered, the one by page: imported ratings answer none")
	valid, all := 0, counts(minyi.Slice{})
	for _, u := range all {
		valid += u.Valid
	}
	if valid != 3 || all["信访局|二科"].Valid != 1 || all["信访局|二科"].Invited != 0 {
		t.Errorf("%d valid (want one by page, two imported, no default): %+v", valid, all)
	}
	if got := counts(minyi.Slice{Campaign: c.ID}); len(got) != 4 || got["信访局|二科"].Valid != 0 {
		t.Errorf("of the campaign: %+v", got)
	}
	if got := counts(minyi.Slice{From: "2026-11-03", To: "2026-11-03", Channel: minyi.ChannelImport}); got["教育局"].Valid != 1 {
		t.Errorf("imported on the day: %+v", got)
	}
}
