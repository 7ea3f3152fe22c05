package tally_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"minyi"
	"minyi/score/tally"
)

var tags = []string{minyi.TagHotline, minyi.TagHandling, minyi.TagResolved, minyi.TagTrust}

// facts makes a random answer; the same rng state gives the same one.
func facts(rng *rand.Rand, i int) (minyi.AnswerFacts, *minyi.TextFacts) {
	f := minyi.AnswerFacts{
		Answer: minyi.AnswerID(fmt.Sprintf("a%05d", i)), Rev: 1 + rng.Int64N(3), Campaign: minyi.CampaignID(fmt.Sprint("c", rng.IntN(2))),
		Family: []minyi.Family{minyi.FamilyAfterCall, minyi.FamilyCaseClosed}[rng.IntN(2)], Audience: minyi.Resident,
		Channel: []minyi.Channel{minyi.ChannelPage, minyi.ChannelSMS, minyi.ChannelOpen}[rng.IntN(3)], Category: "住房",
		Respondent: fmt.Sprint("r", rng.IntN(50)), Counts: rng.IntN(10) > 0, SetAside: rng.IntN(12) == 0, Default: rng.IntN(15) == 0,
		Remark: rng.IntN(2) == 0, Values: map[string]minyi.Value{},
	}
	for _, tag := range tags {
		k := 5
		if tag == minyi.TagResolved {
			k = 2
		}
		switch rng.IntN(6) {
		case 0:
		case 1:
			f.Values[tag] = minyi.Value{K: k, DontKnow: true}
		default:
			f.Values[tag] = minyi.Value{V: 1 + rng.IntN(k), K: k}
		}
	}
	if !f.Remark || rng.IntN(3) == 0 {
		return f, nil
	}
	return f, &minyi.TextFacts{Answer: f.Answer, Rev: f.Rev, Seq: rng.Int64N(4), Content: rng.IntN(3) > 0, Polarity: rng.IntN(3) - 1, Suggestion: rng.IntN(4) == 0}
}

func TestRowsEndAlikeInAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var rows []tally.Row
		for rev := int64(1); rev <= 4; rev++ {
			f, text := facts(rng, 7)
			f.Rev, f.Remark = rev, true
			if text != nil {
				text.Rev, text.Seq = min(rev, 2), rev
			}
			rows = append(rows, tally.RowOf(f, text))
		}
		if rng.IntN(3) == 0 {
			rows = append(rows, tally.Tombstone(rows[0].Key, 5))
		}
		var want tally.Block
		for _, r := range rows {
			want.Put(r)
		}
		for range 10 {
			shuffled := append(slices.Clone(rows), rows[rng.IntN(len(rows))])
			rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			var got tally.Block
			for _, r := range shuffled {
				got.Put(r)
			}
			if len(got) != 1 || !got[0].Equal(want[0]) {
				t.Fatalf("order changes the row:\n%+v\n%+v", got, want)
			}
		}
	}
}

func TestTombstoneStands(t *testing.T) {
	f, text := facts(rand.New(rand.NewPCG(3, 3)), 1)
	f.Rev, f.Counts = 2, true
	var b tally.Block
	b.Put(tally.RowOf(f, text))
	b.Put(tally.Tombstone(tally.KeyOf(f.Answer), 2))
	if b.Put(tally.RowOf(f, text)) {
		t.Error("a replay of the same revision undid the tombstone")
	}
	if len(b.Sum()) != 0 {
		t.Error("an erased answer still counts")
	}
}

func TestBlockRoundTripAndSize(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	var b tally.Block
	for i := range 300 {
		b.Put(tally.RowOf(facts(rng, i)))
	}
	packed := b.Encode()
	back, err := tally.Decode(packed)
	if err != nil || !slices.EqualFunc(b, back, tally.Row.Equal) {
		t.Fatalf("rows differ after a round trip: %v", err)
	}
	if per := len(packed) / len(b); per > 40 {
		t.Errorf("%d bytes a row", per)
	}
	zero, one := b.Split(0)
	if len(zero)+len(one) != len(b) || len(zero) < 100 || len(one) < 100 {
		t.Errorf("split %d into %d and %d", len(b), len(zero), len(one))
	}
}

// TestSumsAdd holds a sum of parts, through bytes, to the sum of the whole,
// and joint tables to a count by hand.
func TestSumsAdd(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	var whole tally.Block
	parts := make([]tally.Block, 7)
	for i := range 1000 {
		r := tally.RowOf(facts(rng, i))
		whole.Put(r)
		parts[rng.IntN(len(parts))].Put(r)
	}
	sum := tally.Sum{}
	for _, p := range parts {
		if err := sum.MergeEncoded(p.Sum().Encode()); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(sum.Encode(), whole.Sum().Encode()) {
		t.Fatal("the parts do not add up to the whole")
	}
	lean := sum.Lean().Pick(func(c tally.Cell) bool { return c.Status == tally.Valid })
	wide := sum.Pick(func(c tally.Cell) bool { return c.Status == tally.Valid })
	a, b := tally.Question{Tag: minyi.TagHandling, K: 5}, tally.Question{Tag: minyi.TagResolved, K: 2}
	want := map[[2]int]int64{}
	for _, r := range whole {
		va, okA := r.Value(a)
		vb, okB := r.Value(b)
		if r.Counts && !r.SetAside && !r.Default && okA && okB && va > 0 && vb > 0 {
			want[[2]int{va, vb}]++
		}
	}
	for _, n := range []*tally.Counts{lean, wide} {
		got := map[[2]int]int64{}
		n.Joint(a, b, func(x, y int, c int64) { got[[2]int{x, y}] += c })
		flipped := map[[2]int]int64{}
		n.Joint(b, a, func(y, x int, c int64) { flipped[[2]int{x, y}] += c })
		if !maps.Equal(got, want) || !maps.Equal(flipped, want) {
			t.Fatalf("joint table %v\nflipped %v\nwant %v", got, flipped, want)
		}
	}
}

// TestTheSamePersonFallsInTheSameGroup in every cell, and the groups of a
// question hold everyone who answered it.
func TestTheSamePersonFallsInTheSameGroup(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	s := tally.Sum{}
	for i := range 500 {
		s.Add(tally.RowOf(facts(rng, i)))
	}
	back, err := tally.DecodeSum(s.Encode())
	if err != nil {
		t.Fatal(err)
	}
	n := back.Pick(func(tally.Cell) bool { return true })
	for _, q := range n.Questions() {
		var inGroups, inHist int64
		for _, c := range n.Grouped(q) {
			inGroups += c
		}
		for _, c := range n.Hist(q)[1:] {
			inHist += c
		}
		if inGroups != inHist || inHist == 0 {
			t.Errorf("%v: %d in groups, %d answered", q, inGroups, inHist)
		}
	}
	one := func(answer minyi.AnswerID, family minyi.Family) []int64 {
		s := tally.Sum{}
		s.Add(tally.RowOf(minyi.AnswerFacts{Answer: answer, Respondent: "p", Family: family, Counts: true, Values: map[string]minyi.Value{"x": {V: 1, K: 2}}}, nil))
		return s.Pick(func(tally.Cell) bool { return true }).Grouped(tally.Question{Tag: "x", K: 2})
	}
	if !slices.Equal(one("a", minyi.FamilyAfterCall), one("b", minyi.FamilyCaseClosed)) {
		t.Error("one person stands in two groups")
	}
}

func TestPendingIsNotSilence(t *testing.T) {
	f := minyi.AnswerFacts{Answer: "a", Rev: 1, Counts: true, Remark: true, Audience: minyi.Resident}
	var b tally.Block
	b.Put(tally.RowOf(f, nil))
	n := b.Sum().Pick(func(tally.Cell) bool { return true })
	if n.Pending != 1 || n.Hist(tally.Suggestion) != nil {
		t.Errorf("a remark not analysed yet is counted as without suggestion: %+v", n)
	}
	b.Put(tally.RowOf(f, &minyi.TextFacts{Answer: "a", Rev: 1, Seq: 1, Content: true, Polarity: -1, Suggestion: true}))
	n = b.Sum().Pick(func(tally.Cell) bool { return true })
	if h := n.Hist(tally.Polarity); n.Pending != 0 || h[1] != 1 || n.Hist(tally.Suggestion)[2] != 1 {
		t.Errorf("after the analysis: %+v", n)
	}
}

func FuzzDecode(f *testing.F) {
	rng := rand.New(rand.NewPCG(6, 6))
	var b tally.Block
	for i := range 5 {
		b.Put(tally.RowOf(facts(rng, i)))
	}
	f.Add(b.Encode())
	f.Add(b.Sum().Encode())
	f.Fuzz(func(t *testing.T, raw []byte) {
		if rows, err := tally.Decode(raw); err == nil {
			rows.Sum()
		}
		if s, err := tally.DecodeSum(raw); err == nil {
			s.Lean().Encode()
		}
	})
}

func BenchmarkSum(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 7))
	var block tally.Block
	for i := range 400 {
		block.Put(tally.RowOf(facts(rng, i)))
	}
	packed := block.Encode()
	for b.Loop() {
		rows, err := tally.Decode(packed)
		if err != nil {
			b.Fatal(err)
		}
		rows.Sum().Encode()
	}
	b.ReportMetric(float64(len(packed))/400, "bytes/row")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/400, "ns/row")
}
