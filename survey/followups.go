package survey

import (
	"context"
	"slices"
	"strings"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// FollowupStatus is how far the follow-up of a bad rating (差评整改) has come.
type FollowupStatus string

// Statuses.
const (
	FollowupOpen      FollowupStatus = "open"      // 待核实
	FollowupVerified  FollowupStatus = "verified"  // 已核实
	FollowupCorrected FollowupStatus = "corrected" // 已整改
	FollowupExplained FollowupStatus = "explained" // 已解释
	FollowupSetAside  FollowupStatus = "set-aside" // 不予采纳
	FollowupCalled    FollowupStatus = "called"    // 已回访
	FollowupClosed    FollowupStatus = "closed"    // 已办结
)

// nextStatus is the road of a follow-up: verify, then correct, explain or set
// aside, then call back, then close.
var nextStatus = map[FollowupStatus][]FollowupStatus{
	FollowupOpen:      {FollowupVerified},
	FollowupVerified:  {FollowupCorrected, FollowupExplained, FollowupSetAside},
	FollowupCorrected: {FollowupCalled}, FollowupExplained: {FollowupCalled},
	FollowupSetAside: {FollowupClosed}, FollowupCalled: {FollowupClosed},
}

// Followup is the follow-up of one bad rating. It bears the answer's id.
type Followup struct {
	Tenant   minyi.TenantID `json:"tenant"`
	Answer   minyi.AnswerID `json:"answer"`
	Family   minyi.Family   `json:"family"`
	Unit     minyi.UnitID   `json:"unit,omitempty"`
	CaseTail string         `json:"case_tail,omitempty"`
	Day      string         `json:"day"`
	Level    minyi.Level    `json:"level"` // the worst rating given
	Reasons  []string       `json:"reasons,omitempty"`
	Status   FollowupStatus `json:"status"`
	OpenedAt time.Time      `json:"opened_at"`
	// The first and the second step are due by then, in working days.
	VerifyBy  time.Time      `json:"verify_by,omitzero"`
	CorrectBy time.Time      `json:"correct_by,omitzero"`
	Overdue   bool           `json:"overdue,omitempty"` // told when read, never stored
	Steps     []FollowupStep `json:"steps,omitempty"`
}

// FollowupStep is one thing done, by whom and when. Note is sealed: it may
// hold names.
type FollowupStep struct {
	Status FollowupStatus `json:"status"`
	By     string         `json:"by"`
	Note   string         `json:"note,omitempty"`
	At     time.Time      `json:"at"`
}

// openFollowups opens one for each valid answer with a bad rating.
func (s *Service) openFollowups(ctx context.Context, answers map[string]docstore.Doc[Answer]) error {
	var docs []docstore.Doc[Followup]
	now := s.clock.Now()
	for id, doc := range answers {
		a := doc.Body
		if !a.valid() || a.Channel == minyi.ChannelImport || a.Handled > 0 {
			continue // old ratings are history; later revisions opened theirs before
		}
		v, err := s.version(ctx, a.Tenant, a.Questionnaire, a.Version)
		if err != nil {
			return err
		}
		level, reasons := v.Worst(a.Entries)
		if level == 0 {
			continue
		}
		docs = append(docs, docstore.Doc[Followup]{ID: id, Body: Followup{
			Tenant: a.Tenant, Answer: minyi.AnswerID(id), Family: a.Family, Unit: a.Unit, CaseTail: tail(string(a.Case)), Day: a.Day,
			Level: level, Reasons: reasons, Status: FollowupOpen, OpenedAt: now,
			VerifyBy: workdays(s.calendar, now, s.cfg.Deadlines.Verify), CorrectBy: workdays(s.calendar, now, s.cfg.Deadlines.Correct),
		}})
	}
	_, err := s.store.followups.InsertMany(ctx, docs)
	return err
}

// FollowupsRequest lists follow-ups of one status, oldest first.
type FollowupsRequest struct {
	Tenant  minyi.TenantID `json:"tenant"`
	Status  FollowupStatus `json:"status,omitempty" query:"status"` // open
	Unit    minyi.UnitID   `json:"unit,omitempty" query:"unit"`
	Overdue bool           `json:"overdue,omitempty" query:"overdue"` // only those that are late
	After   string         `json:"after,omitempty" query:"after"`
	Limit   int            `json:"limit,omitempty" query:"limit"` // 50, at most 500
}

// FollowupsReply is one page; Next is empty at the end.
type FollowupsReply struct {
	Followups []Followup `json:"followups"`
	Next      string     `json:"next,omitempty"`
}

// Followups lists follow-ups, a page at a time, notes opened for staff.
func (s *Service) Followups(ctx context.Context, req FollowupsRequest) (FollowupsReply, error) {
	if req.Status == "" {
		req.Status = FollowupOpen
	}
	if req.Limit <= 0 || req.Limit > 500 {
		req.Limit = 50
	}
	units, err := s.below(ctx, tenantOf(ctx, req.Tenant), req.Unit)
	if err != nil {
		return FollowupsReply{}, err
	}
	var reply FollowupsReply
	q := docstore.Query{Index: "status", Part: docstore.Part(string(tenantOf(ctx, req.Tenant)), string(req.Status)), After: req.After}
	for doc, err := range s.store.followups.Find(ctx, q) {
		if err != nil {
			return FollowupsReply{}, err
		}
		if !units.has(doc.Body.Unit) {
			continue
		}
		f, err := s.readable(doc.Body)
		if err != nil {
			return FollowupsReply{}, err
		}
		if req.Overdue && !f.Overdue {
			continue
		}
		reply.Followups = append(reply.Followups, f)
		if len(reply.Followups) == req.Limit {
			reply.Next = s.store.followups.Cursor(q, doc)
			break
		}
	}
	return reply, nil
}

func (s *Service) readable(f Followup) (Followup, error) {
	f.Steps, f.Overdue = slices.Clone(f.Steps), f.overdue(s.clock.Now())
	for i := range f.Steps {
		note, err := s.box.Open(f.Steps[i].Note)
		if err != nil {
			return f, err
		}
		f.Steps[i].Note = note
	}
	return f, nil
}

// FollowupStepRequest records the next step of a follow-up.
type FollowupStepRequest struct {
	Tenant minyi.TenantID `json:"tenant"`
	Answer minyi.AnswerID `json:"answer" path:"id"`
	Status FollowupStatus `json:"status"`
	Note   string         `json:"note,omitempty"`
	By     string         `json:"by,omitempty"` // who did it; the caller's name when empty
}

// StepFollowup moves a follow-up one step along its road. Setting the rating
// aside asks for a reason and marks the answer as well.
func (s *Service) StepFollowup(ctx context.Context, req FollowupStepRequest) (Followup, error) {
	tenant := tenantOf(ctx, req.Tenant)
	if req.By == "" {
		req.By = actor(ctx)
	}
	note := strings.TrimSpace(req.Note)
	if len([]rune(note)) > 2000 {
		return Followup{}, fault.New(fault.Invalid, "note_too_long", "说明最多 2000 字。", "a note has at most 2,000 characters").On("note")
	}
	if err := s.mayStep(ctx, tenant, req); err != nil {
		return Followup{}, err
	}
	if req.Status == FollowupSetAside {
		if _, err := s.SetAside(ctx, SetAsideRequest{Tenant: tenant, Answer: req.Answer, On: true, Reason: note, By: req.By}); err != nil {
			return Followup{}, err
		}
	}
	sealed, err := s.box.Seal(note)
	if err != nil {
		return Followup{}, err
	}
	doc, err := s.store.followups.Update(ctx, string(req.Answer), func(f *Followup) error {
		if err := f.may(tenant, req.Status); err != nil {
			return err
		}
		f.Status = req.Status
		f.Steps = append(f.Steps, FollowupStep{Status: req.Status, By: req.By, Note: sealed, At: s.clock.Now()})
		return nil
	})
	if fault.Is(err, fault.NotFound) {
		return Followup{}, noFollowup()
	}
	if err != nil {
		return Followup{}, err
	}
	return s.readable(doc.Body)
}

// mayStep refuses a wrong step before anything is done for it.
func (s *Service) mayStep(ctx context.Context, t minyi.TenantID, req FollowupStepRequest) error {
	doc, err := s.store.followups.Get(ctx, string(req.Answer))
	if fault.Is(err, fault.NotFound) {
		return noFollowup()
	}
	if err != nil {
		return err
	}
	return doc.Body.may(t, req.Status)
}

func (f Followup) may(t minyi.TenantID, next FollowupStatus) error {
	if f.Tenant != t {
		return noFollowup()
	}
	if !slices.Contains(nextStatus[f.Status], next) {
		return fault.New(fault.Conflict, "followup_step", "当前环节不能直接转到该环节，请按 核实→整改/解释/不予采纳→回访→办结 的顺序处理。",
			"a follow-up that is "+string(f.Status)+" cannot become "+string(next)).On("status")
	}
	return nil
}

func noFollowup() error {
	return fault.New(fault.NotFound, "followup_missing", "没有这条差评整改记录。", "there is no such follow-up").On("answer")
}
