package sms

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

func queryAll() docstore.Query { return docstore.Query{} }

func TestDoNotContactByHand(t *testing.T) {
	ctx := kit.WithPrincipal(context.Background(), kit.Principal{Name: "王科长", Tenant: minyi.DefaultTenant})
	b := newBench(t)
	if _, err := b.AddStop(ctx, StopRequest{Mobile: "12"}); fault.As(err).Field != "mobile" {
		t.Fatalf("%v", err)
	}
	added, err := b.AddStop(ctx, StopRequest{Mobile: "+86 199-0000-0001", Note: "来电要求"})
	if err != nil || added.Mobile != "199****0001" || added.By != "王科长" {
		t.Fatalf("%+v, %v", added, err)
	}
	b.clock.Advance(time.Hour)
	again, err := b.AddStop(ctx, StopRequest{Mobile: "19900000001"})
	if err != nil || !again.At.Equal(added.At) || again.ID != added.ID {
		t.Fatalf("a second time changed it: %+v, %v", again, err)
	}
	b.invite("inv", 1, shortText)
	b.due("inv")
	if got := b.state("inv"); got.State != StateRefused {
		t.Fatalf("%s", got.State)
	}
	list, err := b.Stopped(ctx, PageRequest{})
	if err != nil || len(list.Items) != 1 || list.Items[0].Note != "来电要求" {
		t.Fatalf("%+v, %v", list, err)
	}
	if _, err := b.RemoveStop(ctx, UnstopRequest{Tenant: "another", ID: added.ID}); !fault.Is(err, fault.NotFound) {
		t.Fatalf("another tenant took it off: %v", err)
	}
	if _, err := b.RemoveStop(ctx, UnstopRequest{ID: added.ID}); err != nil {
		t.Fatal(err)
	}
	if list, err = b.Stopped(ctx, PageRequest{}); err != nil || len(list.Items) != 0 {
		t.Fatalf("%+v, %v", list, err)
	}
}

func TestRoutesAnswerStaff(t *testing.T) {
	b := newBench(t)
	b.invite("inv", 1, shortText)
	b.due("inv")
	b.says(1, "1")
	b.says(9, "我从未收到过短信")
	staff := kit.NewRouter(kit.Config{Name: "staff"})
	b.Routes(staff, kit.NewRouter(kit.Config{Name: "public"}))
	server := httptest.NewServer(staff.Handler())
	defer server.Close()
	call := func(method, path, body string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := server.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		out, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(out)
	}
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/api/v1/sms/ledger?campaign=cmp", "", 200, `"submitted":1`},
		{"GET", "/api/v1/sms/ledger", "", 422, "campaign"},
		{"GET", "/api/v1/sms/unknown", "", 200, `"total":0`},
		{"GET", "/api/v1/sms/replies?limit=1", "", 200, `"after":"`},
		{"GET", "/api/v1/sms/replies", "", 200, `"outcome":"unmatched"`},
		{"POST", "/api/v1/sms/do-not-contact", `{"mobile":"19900000005"}`, 200, `199****0005`},
		{"GET", "/api/v1/sms/do-not-contact?limit=5", "", 200, `199****0005`},
		{"DELETE", "/api/v1/sms/do-not-contact/nobody", "", 404, ""},
		{"GET", "/api/v1/sms/gateways", "", 200, `"bound":true`},
	} {
		status, body := call(c.method, c.path, c.body)
		if status != c.status || !strings.Contains(body, c.want) || strings.Contains(body, "19900000") {
			t.Errorf("%s %s: %d %s", c.method, c.path, status, body)
		}
	}
}

func TestCampaignsInParallelCannotExceedACap(t *testing.T) {
	b := newBench(t)
	var wg sync.WaitGroup
	for i := range 12 {
		inv := minyi.InvitationID(rune('a' + i))
		b.invite(inv, 1, shortText)
		wg.Go(func() { b.due(inv) })
	}
	wg.Wait()
	if n := len(b.carrier.texts()); n != 1 {
		t.Fatalf("one person got %d surveys in a week", n)
	}
	counts, err := b.Ledger(context.Background(), LedgerRequest{Campaign: "cmp"})
	if err != nil || counts.Counts[StateRefused] != 11 || counts.Counts[StateSubmitted] != 1 {
		t.Fatalf("%+v, %v", counts, err)
	}
}

func TestQuietHoursAskSurveyToComeBack(t *testing.T) {
	b := newBench(t)
	b.clock.Advance(10 * time.Hour) // 22:00
	b.invite("inv", 1, shortText)
	b.due("inv")
	p := b.survey.Last("inv")
	if want := noon.Add(20*time.Hour + 30*time.Minute); !p.RetryAt.Equal(want) || p.Reason != ReasonQuietHours || p.Disposition != "" {
		t.Fatalf("told %+v, want back at %s", p, want)
	}
	if len(b.carrier.texts()) != 0 {
		t.Fatal("sent at night")
	}
}
