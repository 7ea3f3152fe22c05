package survey_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"minyi/internal/docstore"
	"minyi/internal/id"
	"minyi/survey"
	"minyi/survey/questionnaires"
	"minyi/survey/surveytest"
)

// spent is the time that work took, by the clock and on the processors.
type spent struct{ wall, processor time.Duration }

func (s *spent) add(more spent) {
	s.wall, s.processor = s.wall+more.wall, s.processor+more.processor
}

// processor is what this process has used so far, the system's part included.
func processor() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // cannot fail for oneself
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// race runs work for i in [from, to) over so many clients.
func race(clients, from, to int, work func(i int)) spent {
	var next atomic.Int64
	next.Store(int64(from))
	start, before := time.Now(), processor()
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(to); i = next.Add(1) - 1 {
				work(int(i))
			}
		})
	}
	wg.Wait()
	return spent{time.Since(start), processor() - before}
}

// against runs two works in turns, 250 of each at a time, so that a noisy
// machine is as noisy to both, and reports both rates, their ratio, and the
// processor time of each operation.
func against(b *testing.B, clients int, ours, theirs func(i int)) {
	b.Helper()
	var us, them spent
	b.ResetTimer()
	for from := 0; from < b.N; from += 250 {
		to := min(from+250, b.N)
		them.add(race(clients, from, to, theirs))
		us.add(race(clients, from, to, ours))
	}
	b.ReportMetric(float64(b.N)/us.wall.Seconds(), "ops/s")
	b.ReportMetric(float64(b.N)/them.wall.Seconds(), "raw/s")
	b.ReportMetric(100*them.wall.Seconds()/us.wall.Seconds(), "%of-raw")
	b.ReportMetric(float64(us.processor.Microseconds())/float64(b.N), "cpu-µs/op")
	b.ReportMetric(float64(them.processor.Microseconds())/float64(b.N), "raw-cpu-µs/op")
}

// invited gives n tokens of a campaign whose worker has been stopped.
func invited(b *testing.B, n int) (*surveytest.Bench, []string) {
	b.Helper()
	bench := surveytest.New(b, func(c *survey.Config) { c.Hotline = "示例市12345热线" })
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { _ = bench.Service.Run(ctx) })
	bench.Campaign(n, survey.NewCampaign{})
	due := bench.Due(n)
	cancel()
	wg.Wait()
	tokens := make([]string, 0, n)
	for len(due) > 0 {
		some := due[:min(500, len(due))]
		due = due[len(some):]
		for _, brief := range bench.Briefs(some...) {
			tokens = append(tokens, bench.Token(brief))
		}
	}
	return bench, tokens
}

const filledForm = "k=%024x&q.handling=%d&q.hotline=4&q.resolved=2&q.overall=4&q.process=4&q.awareness=3&q.standing=4&q.trust=dk&remark=%%E5%%8A%%9E%%E7%%90%%86%%E5%%BE%%88%%E5%%BF%%AB%%EF%%BC%%8C%%E8%%B0%%A2%%E8%%B0%%A2"

// BenchmarkSubmit is a form POST until it is durable, through the router,
// beside raw inserts of documents of an answer's size, under ids as scattered as
// an answer's, into a bare collection of the same store: without indexes, and
// with as many as answers have.
//
//	go test ./survey -run xxx -bench Submit -benchtime 10000x
func BenchmarkSubmit(b *testing.B) {
	for _, indexes := range []int{0, 3} {
		for _, n := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("raw-indexes=%d/clients=%d", indexes, n), func(b *testing.B) {
				bench, tokens := invited(b, b.N)
				bare := bareCollection(b, bench.DB, indexes)
				requests := make([]*http.Request, b.N) // making them is the client's work
				for i := range requests {
					requests[i] = httptest.NewRequest(http.MethodPost, "/s/"+tokens[i], strings.NewReader(fmt.Sprintf(filledForm, i, 1+i%5)))
					requests[i].Header.Set("Content-Type", "application/x-www-form-urlencoded")
				}
				against(b, n, func(i int) {
					w := &answer{header: http.Header{}}
					bench.Public.ServeHTTP(w, requests[i])
					if w.status != http.StatusOK {
						b.Error("status", w.status)
					}
				}, func(i int) {
					if _, err := bare.Insert(b.Context(), id.Derive("answer", fmt.Sprint(i)), sampleAnswer(i)); err != nil {
						b.Error(err)
					}
				})
			})
		}
	}
}

// answer is a response whose page nobody reads.
type answer struct {
	header http.Header
	status int
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(b []byte) (int, error) { return len(b), nil }

func bareCollection(b *testing.B, db *docstore.DB, indexes int) *docstore.Collection[survey.Answer] {
	b.Helper()
	keys := []docstore.Index[survey.Answer]{
		{Name: "a", Key: func(_ string, a survey.Answer) (docstore.Key, bool) {
			return docstore.Key{Part: "p", Sort: a.Day}, true
		}},
		{Name: "b", Key: func(_ string, a survey.Answer) (docstore.Key, bool) {
			return docstore.Key{Part: "p", Sort: docstore.SortTime(a.NextAt)}, true
		}},
		{Name: "c", Key: func(_ string, a survey.Answer) (docstore.Key, bool) { return docstore.Key{Part: a.Respondent}, true }},
	}
	c, err := docstore.Open(b.Context(), db, "bench_answers", keys[:indexes]...)
	if err != nil {
		b.Fatal(err)
	}
	return c
}

func sampleAnswer(i int) survey.Answer {
	e := questionnaires.Entries{}
	for _, id := range []string{"handling", "hotline", "resolved", "overall", "process", "awareness", "standing", "trust"} {
		e[id] = questionnaires.Entry{V: 1 + i%5}
	}
	return survey.Answer{Tenant: "default", Family: "case-closed", Questionnaire: "case-closed", Version: 1, Campaign: "cmp_00000000000000000000000000",
		Invitation: "00000000000000000000000000", Case: "C-00000", Unit: "教育局", District: "东湖区", Category: "城乡建设/供热", Audience: "resident", Channel: "page",
		Day: "2026-11-03", At: surveytest.Start, Respondent: id.Derive("bench", fmt.Sprint(i)), Entries: e, Remark: strings.Repeat("s", 80),
		Submission: "page:" + strings.Repeat("0", 24), Revision: 1, NextAt: surveytest.Start.Add(time.Duration(i)), Told: 1}
}

// BenchmarkPage gets the form over HTTP, beside a bare handler that writes as
// many bytes.
//
//	go test ./survey -run xxx -bench Page -benchtime 20000x
func BenchmarkPage(b *testing.B) {
	bench, tokens := invited(b, 2000)
	body := []byte(bench.Get("/s/" + tokens[0]).Body)
	page, bare := httptest.NewServer(bench.Public), httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(body)
	}))
	defer page.Close()
	defer bare.Close()
	for _, n := range []int{1, 8, 32} {
		b.Run(fmt.Sprint("clients=", n), func(b *testing.B) {
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n}}
			get := func(url string) {
				res, err := client.Get(url)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
			}
			against(b, n, func(i int) { get(page.URL + "/s/" + tokens[i%len(tokens)]) }, func(i int) { get(bare.URL + "/s/" + tokens[i%len(tokens)]) })
		})
	}
}

// BenchmarkImport takes work orders in, per row.
//
//	go test ./survey -run xxx -bench Import -benchtime 100000x
func BenchmarkImport(b *testing.B) {
	bench := surveytest.New(b, nil)
	list := surveytest.Orders(b.N)
	b.ResetTimer()
	start := time.Now()
	report := bench.Import(list)
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "rows/s")
	if report.Import.Counts.Taken != b.N {
		b.Fatalf("%+v", report.Import.Counts)
	}
}
