package tally

import (
	"cmp"
	"maps"
	"slices"

	"minyi"
)

// Status says whether an answer counts by default.
type Status byte

// Statuses.
const (
	Valid    Status = 'v'
	SetAside Status = 's' // 误评, 恶意: kept, shown with and without
	Default  Status = 'd' // given by the system when no one answered
)

// Cell is the place in a Sum where an answer counts.
type Cell struct {
	Audience minyi.Audience
	Family   minyi.Family
	Channel  minyi.Channel
	Campaign minyi.CampaignID
	Status   Status
}

// Lean drops channel and campaign, but keeps open links apart: who comes by an
// open link is another frame than who was invited.
func (c Cell) Lean() Cell {
	c.Campaign = ""
	if c.Channel != minyi.ChannelOpen {
		c.Channel = ""
	}
	return c
}

// Sum adds up rows by cell.
type Sum map[Cell]*Counts

// CellOf gives the cell of a row; ok is false when it counts nowhere: a
// tombstone, or no valid answer.
func CellOf(r Row) (Cell, bool) {
	if r.Gone || !r.Counts {
		return Cell{}, false
	}
	c := Cell{Audience: r.Audience, Family: r.Family, Channel: r.Channel, Campaign: r.Campaign, Status: Valid}
	switch {
	case r.SetAside:
		c.Status = SetAside
	case r.Default:
		c.Status = Default
	}
	return c, true
}

// Add counts a row.
func (s Sum) Add(r Row) {
	if c, ok := CellOf(r); ok {
		s.at(c).add(r)
	}
}

// Merge adds another sum.
func (s Sum) Merge(o Sum) {
	for c, n := range o {
		s.at(c).Merge(n)
	}
}

// Take adds another sum that the caller gives up: its counts may become part
// of s.
func (s Sum) Take(o Sum) {
	for c, n := range o {
		if s[c] == nil {
			s[c] = n
		} else {
			s[c].Merge(n)
		}
	}
}

// Lean gives the same counts by lean cells.
func (s Sum) Lean() Sum {
	out := Sum{}
	for c, n := range s {
		out.at(c.Lean()).Merge(n)
	}
	return out
}

// Pick merges the counts of every cell that keep accepts. The result is to be
// read only: of a single cell it is that cell's own.
func (s Sum) Pick(keep func(Cell) bool) *Counts {
	var kept []*Counts
	for _, c := range s.Cells() {
		if keep(c) {
			kept = append(kept, s[c])
		}
	}
	if len(kept) == 1 {
		return kept[0]
	}
	out := &Counts{}
	for _, n := range kept {
		out.Merge(n)
	}
	return out
}

// Cells gives the cells in a fixed order.
func (s Sum) Cells() []Cell {
	return slices.SortedFunc(maps.Keys(s), func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.Audience, b.Audience), cmp.Compare(a.Family, b.Family),
			cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Campaign, b.Campaign), cmp.Compare(a.Status, b.Status))
	})
}

func (s Sum) at(c Cell) *Counts {
	n := s[c]
	if n == nil {
		n = &Counts{}
		s[c] = n
	}
	return n
}

// sumFormat 2 added the groups; sums of format 1 are still read.
const sumFormat = 2

// Encode packs the sum. Equal sums have equal bytes.
func (s Sum) Encode() []byte {
	var w writer
	w.uint(sumFormat)
	w.uint(uint64(len(s)))
	for _, c := range s.Cells() {
		w.string(string(c.Audience))
		w.string(string(c.Family))
		w.string(string(c.Channel))
		w.string(string(c.Campaign))
		w.uint(uint64(c.Status))
		s[c].encode(&w)
	}
	return w.b
}

// DecodeSum unpacks a sum.
func DecodeSum(b []byte) (Sum, error) {
	s := Sum{}
	err := s.MergeEncoded(b)
	return s, err
}

// MergeEncoded adds a packed sum without building it first.
func (s Sum) MergeEncoded(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	r := &reader{b: b}
	f := r.uint()
	if f != 1 && f != sumFormat {
		return errFormat(f)
	}
	for range r.count() {
		c := Cell{Audience: minyi.Audience(r.string()), Family: minyi.Family(r.string()), Channel: minyi.Channel(r.string()),
			Campaign: minyi.CampaignID(r.string()), Status: Status(r.uint())}
		if r.err != nil {
			return r.err
		}
		s.at(c).decode(r, f)
	}
	return r.err
}
