package survey

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// StartCampaign begins to make and announce invitations. It returns at once;
// the worker goes on in batches and, after a crash, where it stood.
func (s *Service) StartCampaign(ctx context.Context, req CampaignRequest) (CampaignReply, error) {
	now := s.clock.Now()
	return s.move(ctx, req, func(c *Campaign) error {
		if c.State != Created {
			return wrongState(c.State, "start")
		}
		c.State, c.StartedAt = Starting, now
		c.Deadline = now.Add(time.Duration(c.Days) * 24 * time.Hour)
		if c.Form == FormOpen {
			c.State = Running
		}
		return nil
	})
}

// PauseCampaign holds back everything that is not with a carrier yet.
func (s *Service) PauseCampaign(ctx context.Context, req CampaignRequest) (CampaignReply, error) {
	return s.move(ctx, req, func(c *Campaign) error {
		switch c.State {
		case Starting, Running, Resuming:
			c.Was, c.State = c.State, Paused
			return nil
		}
		return wrongState(c.State, "pause")
	})
}

// ResumeCampaign goes on where the pause came.
func (s *Service) ResumeCampaign(ctx context.Context, req CampaignRequest) (CampaignReply, error) {
	return s.move(ctx, req, func(c *Campaign) error {
		if c.State != Paused {
			return wrongState(c.State, "resume")
		}
		if c.State = Starting; c.Was != Starting {
			c.State, c.Cursor = Resuming, ""
		}
		return nil
	})
}

// StopCampaign ends a campaign for good. From the moment it returns no brief
// says go; what was not handed to a carrier is then cancelled in batches.
func (s *Service) StopCampaign(ctx context.Context, req CampaignRequest) (CampaignReply, error) {
	return s.move(ctx, req, func(c *Campaign) error {
		if c.State == Stopping || c.State == Stopped {
			return docstore.Unchanged
		}
		c.State, c.Cursor = Stopping, ""
		return nil
	})
}

func (s *Service) move(ctx context.Context, req CampaignRequest, change func(*Campaign) error) (CampaignReply, error) {
	tenant := tenantOf(ctx, req.Tenant)
	doc, err := s.store.campaigns.Update(ctx, string(req.Campaign), func(c *Campaign) error {
		if c.Tenant != tenant {
			return noCampaign()
		}
		return change(c)
	})
	if fault.Is(err, fault.NotFound) {
		return CampaignReply{}, noCampaign()
	}
	if err != nil {
		return CampaignReply{}, err
	}
	s.wake()
	return s.present(ctx, doc.Body)
}

func wrongState(at State, verb string) error {
	return fault.New(fault.Conflict, "campaign_state",
		"任务当前状态为“"+stateNames[at]+"”，不能执行该操作。", "a campaign that is "+string(at)+" cannot "+verb).On("state")
}

var stateNames = map[State]string{
	Created: "未开始", Starting: "正在生成邀请", Running: "进行中", Paused: "已暂停", Resuming: "正在恢复", Stopping: "正在停止", Stopped: "已停止",
}

// batch bounds what one step of a campaign's work holds in memory and writes
// at once.
const batch = 500

// drive goes on with every campaign that has work left.
func (s *Service) drive(ctx context.Context) error {
	for doc, err := range s.store.campaigns.Find(ctx, docstore.Query{Index: "moving", Part: everything}) {
		if err != nil {
			return err
		}
		if err := s.driveOne(ctx, doc.Body); err != nil {
			return fault.Wrap(err, "drive campaign "+string(doc.ID))
		}
	}
	return nil
}

// driveOne works in batches. After each the campaign's cursor is moved, unless
// someone changed its state meanwhile: then this worker lets go of it.
func (s *Service) driveOne(ctx context.Context, c Campaign) error {
	for ctx.Err() == nil {
		var step func(context.Context, Campaign) (progress, error)
		switch c.State {
		case Starting:
			step = s.invite
		case Resuming:
			step = s.remindSweeper
		case Stopping:
			step = s.cancel
		default:
			return nil
		}
		done, err := step(ctx, c)
		if err != nil {
			return err
		}
		doc, err := s.store.campaigns.Update(ctx, string(c.ID), func(now *Campaign) error {
			if now.State != c.State || now.Cursor != c.Cursor {
				return docstore.Unchanged
			}
			now.advance(done)
			return nil
		})
		if err != nil {
			return err
		}
		c = doc.Body
	}
	return ctx.Err()
}

// progress is what one batch did.
type progress struct {
	cursor  string // "" when nothing is left
	invited int
	unasked int
	passed  map[string]int
}

func (c *Campaign) advance(p progress) {
	c.Cursor, c.Invited, c.Unasked = p.cursor, c.Invited+p.invited, c.Unasked+p.unasked
	for why, n := range p.passed {
		if c.Passed == nil {
			c.Passed = map[string]int{}
		}
		c.Passed[why] += n
	}
	if p.cursor != "" {
		return
	}
	switch c.State {
	case Starting, Resuming:
		c.State = Running
	case Stopping:
		c.State = Stopped
	}
}

// invite makes the next batch of invitations and announces them.
func (s *Service) invite(ctx context.Context, c Campaign) (progress, error) {
	passed := map[string]int{}
	cases, next, err := s.nextCases(ctx, c, passed)
	if err != nil {
		return progress{}, err
	}
	docs, err := s.invitations(ctx, c, cases)
	if err != nil {
		return progress{}, err
	}
	if _, err := s.store.invitations.InsertMany(ctx, docs); err != nil {
		return progress{}, err
	}
	p := progress{cursor: next, passed: passed}
	var due []docstore.Doc[Invitation]
	for _, d := range docs {
		if d.Body.Disposition != minyi.Registered {
			p.unasked++
			continue
		}
		p.invited++
		due = append(due, d)
	}
	// Announced also when they stood already: a crash may have come between
	// the insert and the announcement, and sms takes the second for nothing.
	s.announceDue(ctx, due)
	return p, nil
}

// nextCases gives the cases of one batch that the filter lets through, and
// counts in passed why it does not.
func (s *Service) nextCases(ctx context.Context, c Campaign, passed map[string]int) (map[string]Case, string, error) {
	if c.Filter.Import != "" {
		return s.casesOfImport(ctx, c, passed)
	}
	q := docstore.Query{Index: "closed", Part: docstore.Part(string(c.Tenant)), After: c.Cursor, Limit: batch}
	if c.Filter.From != "" {
		q.From = docstore.SortTime(dayStart(c.Filter.From, 0))
	}
	if c.Filter.To != "" {
		q.To = docstore.SortTime(dayStart(c.Filter.To, 1))
	}
	cases, next, n := map[string]Case{}, "", 0
	for doc, err := range s.store.cases.Find(ctx, q) {
		if err != nil {
			return nil, "", err
		}
		n++
		next = s.store.cases.Cursor(q, doc)
		if why := c.Filter.refuses(doc.Body); why != "" {
			passed[why]++
			continue
		}
		cases[doc.ID] = doc.Body
	}
	if n < batch {
		next = ""
	}
	return cases, next, nil
}

func (s *Service) casesOfImport(ctx context.Context, c Campaign, passed map[string]int) (map[string]Case, string, error) {
	number, _ := strconv.Atoi(c.Cursor)
	listed, err := s.store.batches.Get(ctx, batchKey(c.Filter.Import, number))
	if fault.Is(err, fault.NotFound) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	found, err := s.store.cases.GetMany(ctx, listed.Body.Cases)
	if err != nil {
		return nil, "", err
	}
	cases := map[string]Case{}
	for key, doc := range found {
		if why := c.Filter.refuses(doc.Body); why != "" {
			passed[why]++
			continue
		}
		if doc.Body.Tenant == c.Tenant {
			cases[key] = doc.Body
		}
	}
	return cases, strconv.Itoa(number + 1), nil
}

func batchKey(imp string, number int) string { return fmt.Sprintf("%s/%08d", imp, number) }

// dayStart is midnight in Asia/Shanghai, plus days.
func dayStart(day string, plus int) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, day, minyi.Shanghai)
	return t.AddDate(0, 0, plus)
}

// refuses names the field of the filter that a case does not fit; "" where it
// fits.
func (f Filter) refuses(c Case) string {
	switch {
	case c.Erased:
		return "erased"
	case f.Audience != "" && f.Audience != c.Audience:
		return "audience"
	case c.Case != "" && (f.From != "" && minyi.Day(c.Closed) < f.From || f.To != "" && minyi.Day(c.Closed) > f.To):
		return "closed"
	case len(f.Units) > 0 && !slices.Contains(f.Units, c.Unit):
		return "unit"
	}
	return ""
}
