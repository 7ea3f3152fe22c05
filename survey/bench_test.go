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
	"testing"
	"time"

	"minyi/internal/docstore"
	"minyi/internal/testenv"
	"minyi/survey"
	"minyi/survey/questionnaires"
	"minyi/survey/surveytest"
)

// clients runs work n times over so many clients and reports the rate.
func clients(b *testing.B, n int, work func(i int)) {
	b.Helper()
	var next atomic.Int64
	b.ResetTimer()
	start := time.Now()
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				work(int(i))
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "ops/s")
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

// BenchmarkSubmit is a form POST until it is durable, through the router.
//
//	go test ./survey -run xxx -bench 'Submit|RawInsert' -benchtime 10000x
func BenchmarkSubmit(b *testing.B) {
	for _, n := range []int{1, 8, 32} {
		b.Run(fmt.Sprint("clients=", n), func(b *testing.B) {
			bench, tokens := invited(b, b.N)
			clients(b, n, func(i int) {
				r := httptest.NewRequest(http.MethodPost, "/s/"+tokens[i], strings.NewReader(fmt.Sprintf(filledForm, i, 1+i%5)))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				w := httptest.NewRecorder()
				bench.Public.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Error("status", w.Code)
				}
			})
		})
	}
}

// BenchmarkRawInsert inserts documents of an answer's size into a bare
// collection of the same store, with and without an answer's three indexes.
func BenchmarkRawInsert(b *testing.B) {
	for _, indexed := range []bool{false, true} {
		for _, n := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("indexes=%v/clients=%d", indexed, n), func(b *testing.B) {
				var indexes []docstore.Index[survey.Answer]
				if indexed {
					for _, name := range []string{"a", "b", "c"} {
						indexes = append(indexes, docstore.Index[survey.Answer]{Name: name, Key: func(_ string, a survey.Answer) (docstore.Key, bool) {
							return docstore.Key{Part: string(a.Tenant), Sort: docstore.SortTime(a.At)}, true
						}})
					}
				}
				c, err := docstore.Open(b.Context(), testenv.DB(b), "bench_answers", indexes...)
				if err != nil {
					b.Fatal(err)
				}
				clients(b, n, func(i int) {
					if _, err := c.Insert(b.Context(), fmt.Sprintf("answer-%020d", i), sampleAnswer(i)); err != nil {
						b.Error(err)
					}
				})
			})
		}
	}
}

func sampleAnswer(i int) survey.Answer {
	e := questionnaires.Entries{}
	for _, id := range []string{"handling", "hotline", "resolved", "overall", "process", "awareness", "standing", "trust"} {
		e[id] = questionnaires.Entry{V: 1 + i%5}
	}
	return survey.Answer{Tenant: "default", Family: "case-closed", Questionnaire: "case-closed", Version: 1, Campaign: "cmp_00000000000000000000000000",
		Invitation: "00000000000000000000000000", Case: "C-00000", Unit: "教育局", District: "东湖区", Category: "城乡建设/供热", Audience: "resident", Channel: "page",
		Day: "2026-11-03", At: surveytest.Start, Respondent: strings.Repeat("x", 27), Entries: e, Remark: strings.Repeat("s", 80),
		Submission: "page:" + strings.Repeat("0", 24), Revision: 1, NextAt: surveytest.Start, Told: 1}
}

// BenchmarkPage gets the form over HTTP, beside a bare handler that writes as
// many bytes.
//
//	go test ./survey -run xxx -bench Page -benchtime 20000x
func BenchmarkPage(b *testing.B) {
	bench, tokens := invited(b, 2000)
	size := len(bench.Get("/s/" + tokens[0]).Body)
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(make([]byte, size))
	})
	for name, h := range map[string]http.Handler{"page": bench.Public, "bare": bare} {
		for _, n := range []int{1, 8, 32} {
			b.Run(fmt.Sprintf("%s/clients=%d", name, n), func(b *testing.B) {
				server := httptest.NewServer(h)
				defer server.Close()
				client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n}}
				clients(b, n, func(i int) {
					res, err := client.Get(server.URL + "/s/" + tokens[i%len(tokens)])
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, res.Body)
					_ = res.Body.Close()
				})
			})
		}
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
