package api

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// traceable is a fixture whose door keeps a trail.
func traceable(t *testing.T) (fixture, *Trail) {
	t.Helper()
	f := newFixture(t)
	trail, err := OpenTrail(t.Context(), f.db, f.clock.Clock(), slog.New(slog.DiscardHandler), 30*24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	deps := f.door.deps
	deps.Trail = trail
	f.door = NewDoor(deps)
	for _, p := range []string{"POST /api/v1/erasures", "GET /api/v1/campaigns", "GET /export/{file}", "POST /peer/survey/briefs"} {
		f.door.Staff().Plain(p, http.HandlerFunc(alive))
	}
	return f, trail
}

// TestWhatStaffDoLeavesATrace changes and takes things out, by token and by
// cookie, and looks that reading and peers leave none.
func TestWhatStaffDoLeavesATrace(t *testing.T) {
	f, trail := traceable(t)
	cookie := f.signIn(t)
	f.clock.Advance(time.Second)
	r := httptest.NewRequest("POST", "/api/v1/erasures?phone=13800000000", strings.NewReader(`{"phone":"13800000000"}`))
	r.AddCookie(cookie)
	f.door.StaffHandler().ServeHTTP(httptest.NewRecorder(), r)
	f.clock.Advance(time.Second)
	f.staff("GET", "/export/answers.csv", bearer(f.token))
	f.clock.Advance(time.Second)
	f.staff("POST", "/api/v1/tokens/nobody/revoke", bearer(f.token))
	f.staff("GET", "/api/v1/campaigns", bearer(f.token))
	f.staff("POST", "/peer/survey/briefs", bearer("a shared secret of peers"))
	f.staff("POST", "/api/v1/erasures", nil) // refused at the door: nobody to name

	w := f.staff("GET", "/api/v1/actions", bearer(f.token))
	var got ActionsReply
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	var lines []string
	for _, a := range got.Actions {
		lines = append(lines, a.Name+" "+a.Method+" "+a.Path+" "+http.StatusText(a.Status))
	}
	want := "first start POST /api/v1/tokens/nobody/revoke Not Found; first start GET /export/answers.csv OK; first start POST /api/v1/erasures OK; first start GET /signin See Other"
	if strings.Join(lines, "; ") != want {
		t.Errorf("trail:\n%s\nwant\n%s", strings.Join(lines, "; "), want)
	}
	if bytes.Contains(w.Body.Bytes(), []byte("13800000000")) || bytes.Contains(w.Body.Bytes(), []byte(f.token)) {
		t.Error("the trail holds a number or a token")
	}
	f.clock.Advance(31 * 24 * time.Hour)
	if err := trail.forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left, err := trail.Actions(t.Context(), ActionsRequest{Tenant: "default"}); err != nil || len(left.Actions) != 0 {
		t.Errorf("after its time the trail holds %d actions, %v", len(left.Actions), err)
	}
}

// TestTrailIsReadPageByPage asks for days and pages.
func TestTrailIsReadPageByPage(t *testing.T) {
	f, trail := traceable(t)
	for range 5 {
		f.clock.Advance(24 * time.Hour)
		f.staff("POST", "/api/v1/erasures", bearer(f.token))
	}
	var seen []string
	for after := ""; ; {
		page, err := trail.Actions(t.Context(), ActionsRequest{Tenant: "default", From: "2026-11-22", To: "2026-11-24", Limit: 2, After: after})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page.Actions {
			seen = append(seen, a.At.Format("02"))
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if strings.Join(seen, " ") != "24 23 22" {
		t.Errorf("days %v, want the three asked for, newest first, once each", seen)
	}
	if _, err := trail.Actions(t.Context(), ActionsRequest{Tenant: "default", From: "yesterday"}); err == nil {
		t.Error("a day that is none was taken")
	}
}
