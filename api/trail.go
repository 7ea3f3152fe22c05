package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"minyi"
	"minyi/internal/clock"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/id"
	"minyi/internal/kit"
)

// Action is one thing that a member of staff did: who, when, at which address,
// and how it ended. Body and query are not kept, for they may be personal; a
// path holds ids only.
type Action struct {
	Tenant minyi.TenantID `json:"tenant"`
	At     time.Time      `json:"at"`
	Token  string         `json:"token"` // the token's id, never the token
	Name   string         `json:"name"`  // the token's name
	Method string         `json:"method"`
	Path   string         `json:"path"`
	Status int            `json:"status"`
}

// Trail keeps what staff did (api_actions), as long as the settings say.
type Trail struct {
	col   *docstore.Collection[Action]
	clock clock.Clock
	log   *slog.Logger
	keep  time.Duration
}

// OpenTrail opens the trail; what is older than keep is forgotten.
func OpenTrail(ctx context.Context, db *docstore.DB, c clock.Clock, log *slog.Logger, keep time.Duration) (*Trail, error) {
	col, err := docstore.Open(ctx, db, "api_actions",
		docstore.Index[Action]{Name: "tenant", Key: func(_ string, a Action) (docstore.Key, bool) {
			return docstore.Key{Part: docstore.Part(string(a.Tenant)), Sort: docstore.SortTime(a.At)}, true
		}},
		docstore.Index[Action]{Name: "age", Key: func(_ string, a Action) (docstore.Key, bool) {
			return docstore.Key{Sort: docstore.SortTime(a.At)}, true
		}})
	if err != nil {
		return nil, err
	}
	return &Trail{col: col, clock: c, log: log, keep: keep}, nil
}

// taken are the lists and recordings whose reading leaves a trace too: they
// take personal data, or all of it, out of the house.
var taken = []string{"/export/", "/api/v1/answers/", "/api/v1/followups/", "/api/v1/imports/", "/api/v1/voice/recordings/"}

// traced reports whether a request leaves a trace: whatever may change
// something, and reading what taken names. Peers' own traffic does not.
func traced(p kit.Principal, r *http.Request) bool {
	switch {
	case p.Peer, r.URL.Path == "/api/v1/answers/pending":
		return false
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return true
	}
	for _, prefix := range taken {
		if strings.HasPrefix(r.URL.Path+"/", prefix) {
			return true
		}
	}
	return false
}

// serve lets next answer and notes how it ended.
func (t *Trail) serve(w http.ResponseWriter, r *http.Request, p kit.Principal, next http.Handler) {
	r = r.WithContext(kit.WithPrincipal(r.Context(), p))
	if t == nil || !traced(p, r) {
		next.ServeHTTP(w, r)
		return
	}
	sw := &codeWriter{ResponseWriter: w}
	defer func() { t.note(r, p, sw.code) }() // also when an export breaks off
	next.ServeHTTP(sw, r)
}

// note writes one action down. The action is done by then: a fault is logged,
// not answered.
func (t *Trail) note(r *http.Request, p kit.Principal, status int) {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 10*time.Second)
	defer cancel()
	if status == 0 {
		status = http.StatusOK
	}
	a := Action{Tenant: p.Tenant, At: t.clock.Now(), Token: p.ID, Name: p.Name, Method: r.Method, Path: cut(r.URL.Path, 200), Status: status}
	if _, err := t.col.Insert(ctx, id.New("act"), a); err != nil {
		t.log.ErrorContext(ctx, "an action of staff was not traced", "method", a.Method, "token", a.Token, "status", status, "err", err)
	}
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// ActionsRequest asks for a page of the trail, newest first.
type ActionsRequest struct {
	Tenant minyi.TenantID `json:"-"`
	From   string         `query:"from" json:"-"` // first day, 2006-01-02; open when empty
	To     string         `query:"to" json:"-"`   // last day
	After  string         `query:"after" json:"-"`
	Limit  int            `query:"limit" json:"-"` // 100; at most 1,000
}

// ActionsReply is one page; Next is empty at the end.
type ActionsReply struct {
	Actions []Action `json:"actions"`
	Next    string   `json:"next,omitempty"`
}

// Actions gives a page of what staff did.
func (t *Trail) Actions(ctx context.Context, r ActionsRequest) (ActionsReply, error) {
	if r.Limit <= 0 || r.Limit > 1000 {
		r.Limit = 100
	}
	q := docstore.Query{Index: "tenant", Part: docstore.Part(string(r.Tenant)), After: r.After, Desc: true}
	var err error
	if q.From, err = dayStart("from", r.From, 0); err != nil {
		return ActionsReply{}, err
	}
	if q.To, err = dayStart("to", r.To, 1); err != nil {
		return ActionsReply{}, err
	}
	reply := ActionsReply{Actions: []Action{}}
	for doc, err := range t.col.Find(ctx, q) {
		if err != nil {
			return ActionsReply{}, err
		}
		reply.Actions = append(reply.Actions, doc.Body)
		if len(reply.Actions) == r.Limit {
			reply.Next = t.col.Cursor(q, doc)
			break
		}
	}
	return reply, nil
}

// dayStart gives the sort key of the start of a day, some days on.
func dayStart(field, day string, more int) (string, error) {
	if day == "" {
		return "", nil
	}
	at, err := time.ParseInLocation(time.DateOnly, day, minyi.Shanghai)
	if err != nil {
		return "", fault.New(fault.Invalid, "day_bad", "日期应形如 2026-11-01。", "a day must look like 2026-11-01").On(field)
	}
	return docstore.SortTime(at.AddDate(0, 0, more)), nil
}

// sweep forgets what is older than the trail keeps, at once and then daily.
func (t *Trail) sweep(ctx context.Context) error {
	tick := time.NewTicker(24 * time.Hour)
	defer tick.Stop()
	for {
		if err := t.forget(ctx); err != nil && ctx.Err() == nil {
			t.log.WarnContext(ctx, "old actions of staff were not forgotten", "err", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// forgetBatch bounds what one delete holds.
const forgetBatch = 500

func (t *Trail) forget(ctx context.Context) error {
	q := docstore.Query{Index: "age", To: docstore.SortTime(t.clock.Now().Add(-t.keep)), Limit: forgetBatch}
	for {
		var ids []string
		for doc, err := range t.col.Find(ctx, q) {
			if err != nil {
				return err
			}
			ids = append(ids, doc.ID)
		}
		if len(ids) == 0 {
			return nil
		}
		if err := t.col.DeleteMany(ctx, ids); err != nil {
			return err
		}
	}
}
