package survey

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// cell is what a campaign's invitations are counted by.
type cell struct {
	unit        minyi.UnitID
	audience    minyi.Audience
	day         string
	disposition minyi.Disposition
	reason      string
	delivered   bool
}

// sort is the cell as an index entry.
func (c cell) sort() string {
	return docstore.Part(string(c.unit), string(c.audience), c.day, string(c.disposition), c.reason, strconv.FormatBool(c.delivered))
}

func cellOf(sort string) cell {
	p := docstore.Parts(sort)
	return cell{unit: minyi.UnitID(p[0]), audience: minyi.Audience(p[1]), day: p[2], disposition: minyi.Disposition(p[3]), reason: p[4], delivered: p[5] == "true"}
}

// mark is what answers are counted by, the day first.
type mark struct {
	day      string
	unit     minyi.UnitID
	audience minyi.Audience
	channel  minyi.Channel
	family   minyi.Family
	campaign minyi.CampaignID
	valid    bool // complete, a rating, given by a person and not set aside
}

func (a Answer) mark() mark {
	return mark{a.Day, a.Unit, a.Audience, a.Channel, a.Family, a.Campaign, a.valid() && a.rated() && !a.Default && !a.setAside()}
}

func (m mark) sort() string {
	return docstore.Part(m.day, string(m.unit), string(m.audience), string(m.channel), string(m.family), string(m.campaign), strconv.FormatBool(m.valid))
}

func markOf(sort string) mark {
	p := docstore.Parts(sort)
	return mark{p[0], minyi.UnitID(p[1]), minyi.Audience(p[2]), minyi.Channel(p[3]), minyi.Family(p[4]), minyi.CampaignID(p[5]), p[6] == "true"}
}

// endOf ends a range of marks behind every entry of a day; "" stays open.
func endOf(day string) string {
	if day == "" {
		return ""
	}
	return day + "~"
}

// tally counts one campaign's invitations. It is counted from their index,
// whose entries are written with the documents, and never kept by increments:
// neither a crash nor a race can make it drift.
type tally struct {
	cells map[cell]int
	until time.Time // counted anew after this
}

// tallies remembers recent counts for a few seconds, longer where counting
// took longer, so that a page that polls does not count a large campaign over
// and over. One caller counts, the others wait for it.
type tallies struct {
	mu sync.Mutex
	of map[minyi.CampaignID]tally
}

func (s *Service) tally(ctx context.Context, t minyi.TenantID, c Campaign) (tally, error) {
	s.tallies.mu.Lock()
	defer s.tallies.mu.Unlock()
	start := time.Now()
	if known, ok := s.tallies.of[c.ID]; ok && start.Before(known.until) {
		return known, nil
	}
	counts, err := s.store.invitations.Tally(ctx, docstore.Query{Index: invitationsByCell.Name, Part: docstore.Part(string(t), string(c.ID))})
	if err != nil {
		return tally{}, err
	}
	fresh := tally{cells: make(map[cell]int, len(counts))}
	for sort, n := range counts {
		fresh.cells[cellOf(sort)] = int(n)
	}
	fresh.until = time.Now().Add(min(max(10*time.Since(start), 500*time.Millisecond), 10*time.Second))
	if s.tallies.of == nil {
		s.tallies.of = map[minyi.CampaignID]tally{}
	}
	s.tallies.of[c.ID] = fresh
	return fresh, nil
}

// cell names the reason only where it explains why nobody was asked or
// reached: those the operator must see.
func (i Invitation) cell() cell {
	c := cell{unit: i.Unit, audience: i.Audience, day: i.Day, disposition: i.Disposition, delivered: i.delivered()}
	if c.day == "" {
		c.day = minyi.Day(i.CreatedAt)
	}
	switch i.Disposition {
	case minyi.NotSampled, minyi.Failed, minyi.Unreachable, minyi.Unknown, minyi.Cancelled:
		c.reason = i.Reason
	}
	return c
}

// each calls f for every cell of the slice, over its campaigns.
func (s *Service) each(ctx context.Context, sl minyi.Slice, f func(cell, int)) error {
	tenant := tenantOf(ctx, sl.Tenant)
	units, err := s.below(ctx, tenant, sl.Unit)
	if err != nil {
		return err
	}
	q := docstore.Query{Index: "tenant", Part: docstore.Part(string(tenant))}
	for doc, err := range s.store.campaigns.Find(ctx, q) {
		if err != nil {
			return err
		}
		c := doc.Body
		if sl.Campaign != "" && sl.Campaign != c.ID || sl.Family != "" && sl.Family != c.Family {
			continue
		}
		counted, err := s.tally(ctx, tenant, c)
		if err != nil {
			return err
		}
		for k, n := range counted.cells {
			if k.within(sl, units) {
				f(k, n)
			}
		}
	}
	return nil
}

func (c cell) within(sl minyi.Slice, units unitSet) bool {
	return units.has(c.unit) && (sl.Audience == "" || sl.Audience == c.audience) &&
		(sl.From == "" || c.day >= sl.From) && (sl.To == "" || c.day <= sl.To)
}

// Funnel counts a slice's invitations by disposition, and the reasons of those
// not reached; a unit's with those of all units below it. Slice.Channel does not narrow it: an invitation has no channel
// before it is answered. Figures are at most seconds old.
func (s *Service) Funnel(ctx context.Context, req minyi.FunnelRequest) (minyi.Funnel, error) {
	f := minyi.Funnel{Slice: req.Slice, Counts: map[minyi.Disposition]int{}, Reasons: map[string]int{}}
	err := s.each(ctx, req.Slice, func(c cell, n int) {
		f.Total += n
		f.Counts[c.disposition] += n
		if c.reason != "" {
			f.Reasons[c.reason] += n
		}
	})
	return f, err
}

// UnitCounts counts a slice's invitations and valid answers by unit, each unit
// alone; of a slice's unit, the lines are its own and of all units below it.
// Invited are those that were to be asked (not-sampled and cancelled ones are
// not), Delivered those that came into the respondent's hands, Answered those of
// them that were answered in full. Valid are the complete answers of every
// channel, imported ones and those by open link included, without system-default
// and set-aside ones.
func (s *Service) UnitCounts(ctx context.Context, req minyi.UnitCountsRequest) (minyi.UnitCountsReply, error) {
	by := map[minyi.UnitID]*minyi.UnitCount{}
	of := func(u minyi.UnitID) *minyi.UnitCount {
		if by[u] == nil {
			by[u] = &minyi.UnitCount{Unit: u}
		}
		return by[u]
	}
	err := s.each(ctx, req.Slice, func(c cell, n int) {
		row := of(c.unit)
		if c.disposition != minyi.NotSampled && c.disposition != minyi.Cancelled {
			row.Invited += n
		}
		if c.delivered {
			row.Delivered += n
			if c.disposition == minyi.Completed {
				row.Answered += n
			}
		}
	})
	if err != nil {
		return minyi.UnitCountsReply{}, err
	}
	units, err := s.below(ctx, tenantOf(ctx, req.Slice.Tenant), req.Slice.Unit)
	if err != nil {
		return minyi.UnitCountsReply{}, err
	}
	answers, err := s.store.answers.Tally(ctx, docstore.Query{Index: answersByDay.Name, Part: docstore.Part(string(tenantOf(ctx, req.Slice.Tenant))),
		From: req.Slice.From, To: endOf(req.Slice.To)})
	for sort, n := range answers {
		if m := markOf(sort); m.valid && m.within(req.Slice, units) {
			of(m.unit).Valid += int(n)
		}
	}
	var reply minyi.UnitCountsReply
	for _, u := range slices.Sorted(maps.Keys(by)) {
		reply.Units = append(reply.Units, *by[u])
	}
	return reply, err
}

// within leaves the days to the range that was read.
func (m mark) within(sl minyi.Slice, units unitSet) bool {
	return (sl.Campaign == "" || sl.Campaign == m.campaign) && units.has(m.unit) &&
		(sl.Audience == "" || sl.Audience == m.audience) && (sl.Family == "" || sl.Family == m.family) &&
		(sl.Channel == "" || sl.Channel == m.channel)
}
