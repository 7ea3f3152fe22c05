package survey_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/testenv"
	"minyi/survey"
	"minyi/survey/surveytest"
)

func open(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.Open(testenv.Data(t, path))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func importCases(t *testing.T, b *surveytest.Bench, req survey.ImportRequest) survey.ImportReport {
	t.Helper()
	if _, err := req.File.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	report, err := b.Service.ImportCases(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// The dirty list as its expectations say, the row that repeats another's case
// number included; again, nothing is added.
func TestDirtyListWithDuplicates(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	list := open(t, "workorders/dirty.csv")
	dry := importCases(t, b, survey.ImportRequest{File: list, DryRun: true})
	first := importCases(t, b, survey.ImportRequest{File: list})
	want := survey.ImportCounts{Rows: 200, Taken: 190, Refused: 10, Warned: 2}
	if first.Import.Counts != want || dry.Import.Counts != want {
		t.Errorf("counts %+v, dry run %+v, want %+v", first.Import.Counts, dry.Import.Counts, want)
	}
	duplicates := 0
	for _, p := range first.Problems {
		if p.Code == "case_duplicate" {
			duplicates++
			if p.Record != 29 || p.ZH == "" {
				t.Errorf("duplicate reported as %+v", p)
			}
		}
	}
	if duplicates != 1 {
		t.Errorf("%d duplicates", duplicates)
	}
	again := importCases(t, b, survey.ImportRequest{File: list})
	if c := again.Import.Counts; c.Taken != 0 || c.Known != 190 || c.Refused != 10 || again.ID != first.ID {
		t.Errorf("again %+v", c)
	}
	kept := 0
	for _, err := range b.Service.ImportProblems(t.Context(), first.ID) {
		if err != nil {
			t.Fatal(err)
		}
		kept++
	}
	if kept != 12 {
		t.Errorf("%d problems kept, want 10 refusals and 2 warnings", kept)
	}
}

// No name, number, title or remark stands in clear in any file of the store.
func TestPersonalDataIsSealed(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	b.Campaign(3, survey.NewCampaign{})
	form := surveytest.CaseClosed(1, 1, 1)
	form.Set("remark", "机密留言")
	token := b.Token(b.Briefs(b.Due(3)...)[0])
	b.Post("/s/"+token, form)
	files, err := os.ReadDir(b.Dir)
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(b.Dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all += string(text)
	}
	if !strings.Contains(all, "教育局") {
		t.Fatal("the units are not found either: this test looks in the wrong place")
	}
	for _, secret := range []string{"张三", "1990000000", "暖气不热", "机密留言", token} {
		if strings.Contains(all, secret) {
			t.Errorf("the store holds %s in clear", secret)
		}
	}
}

func TestMayorsMailboxBecomesAnswers(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	list := open(t, "text/teddy_messages_2019.csv")
	report, err := b.Service.ImportAnswers(t.Context(), survey.ImportRequest{Name: "mailbox.csv", File: list})
	if err != nil || report.Import.Counts.Taken != 4326 || report.Import.Counts.Refused != 0 {
		t.Fatalf("%+v, %v", report.Import.Counts, err)
	}
	if _, err := list.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	again, err := b.Service.ImportAnswers(t.Context(), survey.ImportRequest{File: list})
	if err != nil || again.Import.Counts.Taken != 0 || again.Import.Counts.Known != 4326 {
		t.Errorf("again %+v, %v", again.Import.Counts, err)
	}
	all := rows(t, b)
	if len(all) != 4326 || all[0].Channel != minyi.ChannelImport || all[0].Day > all[len(all)-1].Day {
		t.Fatalf("%d rows from %s to %s", len(all), all[0].Day, all[len(all)-1].Day)
	}
	people := map[string]bool{}
	for _, row := range all {
		people[row.Respondent] = true
		if !row.Remark || row.Rated {
			t.Fatalf("a letter without a rating is no valid rating: row %+v", row)
		}
	}
	facts, err := b.Service.Facts(t.Context(), minyi.AnswersRequest{Tenant: minyi.DefaultTenant, Answers: []minyi.AnswerID{all[0].Answer}})
	if err != nil || !reflect.DeepEqual(facts.Facts[0], all[0].AnswerFacts) {
		t.Errorf("a recount would read %+v where score was told %+v, %v", all[0].AnswerFacts, facts.Facts, err)
	}
	if len(people) < 1000 || len(people) == 4326 {
		t.Errorf("%d people wrote 4326 messages", len(people))
	}
}

func TestRatingsImport(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	text := "工单编号,评价时间,满意度,内容,承办单位,诉求人类型,是否解决,系统默认\nW-1,2026-10-01,非常满意,,教育局,个人,是,\nW-2,2026-10-02,2,太慢,公安局,企业,否,\nW-3,2026-10-03,基本满意,,公安局,个人,,是\nW-1,2026-10-04,不满意,,教育局,个人,否,\n"
	report, err := b.Service.ImportAnswers(t.Context(), survey.ImportRequest{File: strings.NewReader(text), Answers: survey.AnswerDefaults{Tag: minyi.TagOverall}})
	if err != nil || report.Import.Counts.Taken != 3 || report.Import.Counts.Refused != 1 {
		t.Fatalf("%+v, %v", report.Import.Counts, err)
	}
	all := rows(t, b)
	if v := all[0].Values; v[minyi.TagOverall].V != 5 || v[minyi.TagResolved] != (minyi.Value{V: 2, K: 2}) {
		t.Errorf("first row %+v", v)
	}
	if all[1].Audience != minyi.Enterprise || all[1].Values[minyi.TagOverall].V != 2 || !all[1].Remark || !all[2].Default {
		t.Errorf("rows %+v %+v", all[1], all[2])
	}
	if _, err := b.Service.ImportAnswers(t.Context(), survey.ImportRequest{File: strings.NewReader(text), Answers: survey.AnswerDefaults{Tag: "nonesuch"}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an unknown tag: %v", err)
	}
}

// The upload road: multipart with a mapping, and a plain body.
func TestUpload(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"mapping": `{"case":"甲","phone":"乙","closed":"丙"}`, "dry_run": "true"} {
		if err := form.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("file", "清单.csv")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(part, "甲,乙,丙\nA-1,19900000001,2026-01-02\nA-2,昨天,2026-01-02\n")
	form.Close()
	r := httptest.NewRequest(http.MethodPost, "/api/v1/imports/cases", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	report := upload(t, b, r, http.StatusOK)
	if c := report.Import.Counts; !report.DryRun || c.Taken != 1 || c.Refused != 1 || report.Problems[0].Code != "phone_bad" || report.Import.Name != "清单.csv" {
		t.Errorf("report %+v", report)
	}
	upload(t, b, httptest.NewRequest(http.MethodPost, "/api/v1/imports/cases?name=a.csv", strings.NewReader(surveytest.Orders(5))), http.StatusOK)
	upload(t, b, httptest.NewRequest(http.MethodPost, "/api/v1/imports/cases", strings.NewReader("")), http.StatusUnprocessableEntity)
	upload(t, b, httptest.NewRequest(http.MethodPost, "/api/v1/imports/answers", strings.NewReader("甲,乙\n1,2\n")), http.StatusUnprocessableEntity)
}

func upload(t *testing.T, b *surveytest.Bench, r *http.Request, status int) survey.ImportReport {
	t.Helper()
	w := httptest.NewRecorder()
	b.Staff.ServeHTTP(w, r)
	if w.Code != status {
		t.Fatalf("status %d, want %d", w.Code, status)
	}
	var report survey.ImportReport
	if err := json.Unmarshal(w.Body.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	return report
}

// The report of bad rows opens in a spreadsheet.
func TestProblemsDownload(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	report := b.Import("工单编号,联系电话,办结时间\n,19900000001,2026-01-02\nA-2,0571-88880000,2026-01-02\n")
	r := httptest.NewRequest(http.MethodGet, "/api/v1/imports/"+report.ID+"/problems", nil)
	w := httptest.NewRecorder()
	b.Staff.ServeHTTP(w, r)
	lines := strings.Split(strings.TrimSpace(w.Body.String()), "\n")
	if w.Code != 200 || len(lines) != 3 || !strings.Contains(lines[1], "case_missing") || !strings.HasSuffix(lines[2], ",是") {
		t.Errorf("status %d: %q", w.Code, lines)
	}
}

// A list of enterprises that has no audience column is one of enterprises, by
// what its columns are called, and can be asked the enterprises' questionnaire.
func TestListsSayWhomTheyAreAbout(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		list     string
		audience minyi.Audience
		want     map[minyi.Audience]int
	}{
		"enterprise columns":   {"企业名称,统一社会信用代码,联系电话,区县\n甲公司,91330100MA00000001,19900000001,东湖区\n乙公司,91330100MA00000002,19900000002,\n", "", map[minyi.Audience]int{minyi.Enterprise: 2}},
		"a unit as respondent": {"单位名称,名单编号,联系人,联系电话\n甲公司,1,张三,19900000001\n", "", map[minyi.Audience]int{minyi.Enterprise: 1}},
		"said for the list":    {"名单编号,联系电话\n1,19900000001\n", minyi.Enterprise, map[minyi.Audience]int{minyi.Enterprise: 1}},
		"the cell says more":   {"名单编号,联系电话,对象\n1,19900000001,群众\n2,19900000002,法人\n3,19900000003,\n", minyi.Enterprise, map[minyi.Audience]int{minyi.Resident: 1, minyi.Enterprise: 2}},
		"cases of both":        {"工单编号,联系电话,办结时间,企业名称,单位名称\nA-1,19900000001,2026-11-01,,教育局\nA-2,19900000002,2026-11-01,甲公司,教育局\n", "", map[minyi.Audience]int{minyi.Resident: 1, minyi.Enterprise: 1}},
		"nothing said":         {"名单编号,联系电话\n1,19900000001\n", "", map[minyi.Audience]int{minyi.Resident: 1}},
	} {
		b := surveytest.New(t, nil)
		got := importCases(t, b, survey.ImportRequest{File: strings.NewReader(c.list), Audience: c.audience})
		if !maps.Equal(got.Import.Audiences, c.want) {
			t.Errorf("%s: %v, want %v", name, got.Import.Audiences, c.want)
		}
	}
}

// A list imported as residents by mistake is put right by importing it again,
// but for whom was asked already.
func TestAudienceCorrected(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	b.Run()
	list := "名单编号,联系电话\n1,19900000001\n2,19900000002\n"
	first := b.Import(list)
	start := func(q minyi.QuestionnaireID, imp string) survey.Campaign {
		made, err := b.Service.CreateCampaign(t.Context(), survey.NewCampaign{Name: "一", Questionnaire: q, Filter: survey.Filter{Import: imp}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Service.StartCampaign(t.Context(), survey.CampaignRequest{Campaign: made.Campaign.ID}); err != nil {
			t.Fatal(err)
		}
		b.WaitState(made.Campaign.ID, survey.Running)
		got, err := b.Service.Campaign(t.Context(), survey.CampaignRequest{Campaign: made.Campaign.ID})
		if err != nil {
			t.Fatal(err)
		}
		if q == "enterprise" && got.Campaign.Invited == 0 && !strings.Contains(strings.Join(got.Warnings, ""), "2 residents") {
			t.Errorf("nobody was invited, and the reason is told as %q", got.Warnings)
		}
		return got.Campaign
	}
	if c := start("enterprise", first.ID); c.Invited != 0 {
		t.Fatalf("%d residents asked as enterprises", c.Invited)
	}
	dry := importCases(t, b, survey.ImportRequest{File: strings.NewReader(list), Audience: minyi.Enterprise, DryRun: true})
	second := importCases(t, b, survey.ImportRequest{File: strings.NewReader(list), Audience: minyi.Enterprise})
	if second.Import.Corrected != 2 || dry.Import.Corrected != 2 || second.Import.Counts.Known != 2 || second.Import.Audiences[minyi.Enterprise] != 2 {
		t.Fatalf("again as enterprises: %+v, dry %+v", second.Import, dry.Import)
	}
	if c := start("enterprise", second.ID); c.Invited != 2 {
		t.Fatalf("%d enterprises asked after the correction", c.Invited)
	}
	third := importCases(t, b, survey.ImportRequest{File: strings.NewReader(list), Audience: minyi.Resident})
	if third.Import.Corrected != 0 || len(third.Problems) != 2 || third.Problems[0].Code != "audience_kept" || third.Import.Audiences[minyi.Enterprise] != 2 {
		t.Errorf("after they were asked: %+v %v", third.Import, third.Problems)
	}
}

// One case rated twice in a file is one rating and one problem, foretold by the
// dry run.
func TestOneCaseRatedTwiceInAFile(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	list := "工单编号,评价时间,满意度,单位\nW-1,2026-10-01,非常满意,教育局\nW-1,2026-10-01,不满意,教育局\n"
	for _, dry := range []bool{true, false, false} {
		got, err := b.Service.ImportAnswers(t.Context(), survey.ImportRequest{File: strings.NewReader(list), DryRun: dry})
		if err != nil {
			t.Fatal(err)
		}
		if n := got.Import.Counts; n.Taken+n.Known != 1 || n.Refused != 1 || len(got.Problems) != 1 || got.Problems[0].Code != "case_rated_twice" || got.Problems[0].Record != 3 {
			t.Errorf("dry %v: %+v, %v", dry, n, got.Problems)
		}
	}
	if all := rows(t, b); len(all) != 1 || all[0].Unit != "教育局" || all[0].Values[minyi.TagHandling].V != 5 {
		t.Errorf("rows %+v", all)
	}
}

// A header without rows is told, and nothing is kept.
func TestNoRows(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	for _, list := range []string{"工单编号,联系电话,办结时间\n", "工单编号,联系电话,办结时间\r\n\r\n"} {
		_, err := b.Service.ImportCases(t.Context(), survey.ImportRequest{File: strings.NewReader(list)})
		if err == nil || fault.As(err).Code != "file_no_rows" {
			t.Errorf("%q: %v", list, err)
		}
	}
}

// A remark without a rating is read, and is no valid rating.
func TestRemarkAloneIsNoRating(t *testing.T) {
	t.Parallel()
	b := surveytest.New(t, nil)
	list := "编号,评价时间,满意度,内容,单位\n1,2026-10-01,,路灯坏了,教育局\n2,2026-10-01,满意,,教育局\n"
	if _, err := b.Service.ImportAnswers(t.Context(), survey.ImportRequest{File: strings.NewReader(list)}); err != nil {
		t.Fatal(err)
	}
	var ids []minyi.AnswerID
	for _, row := range rows(t, b) {
		if row.Rated == row.Remark || !row.Counts {
			t.Errorf("row %+v", row)
		}
		ids = append(ids, row.Answer)
	}
	if row := unitRow(t, b, "", "教育局"); row.Valid != 1 {
		t.Errorf("%d valid ratings of the unit, want 1", row.Valid)
	}
	read, err := b.Service.Remarks(t.Context(), minyi.AnswersRequest{Tenant: minyi.DefaultTenant, Answers: ids})
	if err != nil || len(read.Remarks) != 2 || !read.Remarks[0].Counts || !read.Remarks[1].Counts {
		t.Errorf("remarks to read: %+v, %v", read, err)
	}
}

func TestManySayTheSame(t *testing.T) {
	b := surveytest.New(t, nil)
	take := func(list string) survey.ImportCounts {
		t.Helper()
		r, err := b.Service.ImportAnswers(t.Context(), survey.ImportRequest{Name: "评价.csv", File: strings.NewReader(list), Answers: survey.AnswerDefaults{Day: "2026-11-01"}})
		if err != nil {
			t.Fatal(err)
		}
		return r.Import.Counts
	}
	list := "评价,意见\n满意,\n满意,\n满意,都好\n满意,都好\n不满意,\n"
	if n := take(list); n.Taken != 5 || n.Refused != 0 {
		t.Errorf("five votes of nobody in particular: %+v", n)
	}
	if n := take(list); n.Taken != 0 || n.Known != 5 {
		t.Errorf("the same file again: %+v", n)
	}
	if n := take(list + "满意,\n"); n.Taken != 1 || n.Known != 5 {
		t.Errorf("the file with one more: %+v", n)
	}
}
