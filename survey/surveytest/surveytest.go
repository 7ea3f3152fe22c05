// Package surveytest sets up survey for tests: a service on a fresh store and
// an in-process Redis under a stepping clock, lists of made-up work orders, and
// a respondent who uses the phone page as a person would.
//
// It takes in a testing.TB and gives out a Bench; it is never part of the
// program.
package surveytest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/docstore/sqlite"
	"minyi/internal/kit"
	"minyi/internal/secret"
	"minyi/internal/stream"
	"minyi/internal/testenv"
	"minyi/survey"
)

// Start is where the clock of a Bench stands: a Sunday morning in Shanghai.
var Start = time.Date(2026, 11, 22, 9, 30, 0, 0, minyi.Shanghai)

// Bench is a service with all that it stands on.
type Bench struct {
	T       testing.TB
	Service *survey.Service
	Clock   *clock.Stepping
	DB      *docstore.DB
	Dir     string // where the store's files are
	Bus     *stream.Bus
	Box     *secret.Box
	OptOuts *OptOuts
	Public  http.Handler
	Staff   http.Handler
}

// New sets up a Bench; set changes the configuration, and may be nil.
func New(t testing.TB, set func(*survey.Config)) *Bench {
	t.Helper()
	b := &Bench{T: t, Dir: t.TempDir(), Clock: clock.NewStepping(Start), Bus: testenv.Bus(t), Box: testenv.Secrets(t), OptOuts: &OptOuts{}}
	engine, err := sqlite.Open(context.Background(), b.Dir)
	if err != nil {
		t.Fatal(err)
	}
	b.DB = docstore.New(engine)
	t.Cleanup(func() { _ = b.DB.Close() })
	cfg := survey.Config{BaseURL: "https://t.example.cn", Hotline: "示例市12345热线", Sweep: 20 * time.Millisecond}
	if set != nil {
		set(&cfg)
	}
	b.Service = b.Another(cfg)
	staff, public := kit.NewRouter(kit.Config{Name: "staff"}), kit.NewRouter(kit.Config{Name: "public"})
	b.Service.Routes(staff, public)
	b.Staff, b.Public = staff.Handler(), public.Handler()
	return b
}

// Another is a second service on the same store, as a restart or a second
// replica is.
func (b *Bench) Another(cfg survey.Config) *survey.Service {
	b.T.Helper()
	s, err := survey.New(survey.Deps{DB: b.DB, Bus: b.Bus, Box: b.Box, Clock: b.Clock.Clock(), OptOuts: b.OptOuts, Config: cfg})
	if err != nil {
		b.T.Fatal(err)
	}
	return s
}

// Run works in the background until the test ends.
func (b *Bench) Run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- b.Service.Run(ctx) }()
	b.T.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.T.Error("run:", err)
		}
	})
}

// OptOuts is a do-not-contact list that remembers.
type OptOuts struct {
	mu        sync.Mutex
	Seen      []minyi.OptOutRequest
	Forgotten []string // blind indexes
	Err       error    // what to answer
}

// Forget keeps the blind index.
func (o *OptOuts) Forget(_ context.Context, req minyi.ForgetRequest) (minyi.ForgetReply, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.Forgotten = append(o.Forgotten, req.Blind)
	return minyi.ForgetReply{Messages: 1}, o.Err
}

// OptOut keeps the request.
func (o *OptOuts) OptOut(_ context.Context, req minyi.OptOutRequest) (minyi.Done, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.Err == nil {
		o.Seen = append(o.Seen, req)
	}
	return minyi.Done{}, o.Err
}

// Orders makes a work-order list of n rows as CSV: cases C-00000…, four units,
// every sixth respondent an enterprise, closed over ten days.
func Orders(n int) string {
	var b strings.Builder
	b.WriteString("工单编号,受理时间,办结时间,诉求人,联系电话,诉求人类型,区县,承办单位,诉求类别,诉求标题\n")
	units := []string{"教育局", "公安局", "水务集团", "住房和城乡建设局"}
	for i := range n {
		kind := "个人"
		if i%6 == 5 {
			kind = "企业"
		}
		day := time.Date(2026, 11, 1+i%10, 10, 0, 0, 0, minyi.Shanghai)
		fmt.Fprintf(&b, "C-%05d,%s,%s,张三,1990000%04d,%s,东湖区,%s,城乡建设/供热,暖气不热\n", i,
			day.Format("2006-01-02 15:04"), day.Add(48*time.Hour).Format("2006-01-02 15:04"), i%10000, kind, units[i%len(units)])
	}
	return b.String()
}

// Import takes a work-order list in.
func (b *Bench) Import(list string) survey.ImportReport {
	b.T.Helper()
	report, err := b.Service.ImportCases(b.T.Context(), survey.ImportRequest{Name: "list.csv", File: strings.NewReader(list)})
	if err != nil {
		b.T.Fatal(err)
	}
	return report
}

// Campaign imports n cases and starts a campaign over them, which runs.
func (b *Bench) Campaign(n int, req survey.NewCampaign) survey.Campaign {
	b.T.Helper()
	report := b.Import(Orders(n))
	req.Filter.Import = report.ID
	if req.Name == "" {
		req.Name = "十一月回访"
	}
	reply, err := b.Service.CreateCampaign(b.T.Context(), req)
	if err != nil {
		b.T.Fatal(err)
	}
	if _, err := b.Service.StartCampaign(b.T.Context(), survey.CampaignRequest{Campaign: reply.Campaign.ID}); err != nil {
		b.T.Fatal(err)
	}
	b.WaitState(reply.Campaign.ID, survey.Running)
	return reply.Campaign
}

// WaitState waits until a campaign stands there.
func (b *Bench) WaitState(id minyi.CampaignID, want survey.State) {
	b.T.Helper()
	testenv.Eventually(b.T, 20*time.Second, func() bool {
		got, err := b.Service.Campaign(b.T.Context(), survey.CampaignRequest{Campaign: id})
		return err == nil && got.Campaign.State == want
	}, "campaign is not ", want)
}

// Due reads the invitations announced to sms until n distinct ones came.
func (b *Bench) Due(n int) []minyi.InvitationID {
	b.T.Helper()
	return Take(b, minyi.TopicInvitationDue, "sms", n, func(e minyi.InvitationDue) minyi.InvitationID { return e.Invitation })
}

// Briefs asks as sms does.
func (b *Bench) Briefs(ids ...minyi.InvitationID) []minyi.Brief {
	b.T.Helper()
	reply, err := b.Service.Briefs(b.T.Context(), minyi.BriefsRequest{Tenant: minyi.DefaultTenant, Invitations: ids})
	if err != nil {
		b.T.Fatal(err)
	}
	return reply.Briefs
}

// Report reports as sms does.
func (b *Bench) Report(reports ...minyi.Progress) {
	b.T.Helper()
	if _, err := b.Service.Progress(b.T.Context(), minyi.ProgressRequest{Tenant: minyi.DefaultTenant, Progress: reports}); err != nil {
		b.T.Fatal(err)
	}
}

// Funnel counts a campaign's invitations.
func (b *Bench) Funnel(id minyi.CampaignID) minyi.Funnel {
	b.T.Helper()
	f, err := b.Service.Funnel(b.T.Context(), minyi.FunnelRequest{Slice: minyi.Slice{Tenant: minyi.DefaultTenant, Campaign: id}})
	if err != nil {
		b.T.Fatal(err)
	}
	return f
}

var linkIn = regexp.MustCompile(`/s/([2-9A-Za-z]{11})`)

// Token gives the token in a brief's text.
func (b *Bench) Token(brief minyi.Brief) string {
	b.T.Helper()
	m := linkIn.FindStringSubmatch(brief.Text)
	if m == nil {
		b.T.Fatalf("no link in a text (go %v, why %q)", brief.Go, brief.Why)
	}
	return m[1]
}

// Page is one page as a respondent has it.
type Page struct {
	Status int
	Body   string
	Header http.Header
}

// Key gives the page's idempotency key.
func (p Page) Key() string {
	if m := keyIn.FindStringSubmatch(p.Body); m != nil {
		return m[1]
	}
	return ""
}

var keyIn = regexp.MustCompile(`name="k" value="([^"]+)"`)

// Get opens an address of the public listener.
func (b *Bench) Get(address string) Page {
	return b.do(httptest.NewRequest(http.MethodGet, address, nil))
}

// Post sends a form to an address of the public listener.
func (b *Bench) Post(address string, form url.Values) Page {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

func (b *Bench) do(r *http.Request) Page {
	b.T.Helper()
	w := httptest.NewRecorder()
	b.Public.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Body)
	if err != nil {
		b.T.Fatal(err)
	}
	return Page{Status: w.Code, Body: string(body), Header: w.Header()}
}

// CaseClosed fills the three required questions of 办结回访.
func CaseClosed(handling, hotline, resolved int) url.Values {
	return url.Values{"q.handling": {fmt.Sprint(handling)}, "q.hotline": {fmt.Sprint(hotline)}, "q.resolved": {fmt.Sprint(resolved)}}
}

// Attempts counts what is kept beside an answer, of one kind.
func (b *Bench) Attempts(answer minyi.AnswerID, kind string) int {
	b.T.Helper()
	reply, err := b.Service.Attempts(b.T.Context(), survey.AttemptsRequest{Answer: answer})
	if err != nil {
		b.T.Fatal(err)
	}
	n := 0
	for _, a := range reply.Attempts {
		if a.Kind == kind {
			n++
		}
	}
	return n
}
