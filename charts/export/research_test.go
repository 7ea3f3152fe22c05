package export

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"minyi"
)

// TestAnonymise counts what is written for random answers: every group that
// leaves the house holds k answers or more, and none is lost unseen.
func TestAnonymise(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 1))
		counts, all := map[Group]int{}, 0
		for range 400 {
			g := Group{Month: fmt.Sprintf("2026-%02d", 1+rng.IntN(12)), Unit: fmt.Sprint("u", rng.IntN(9)), Channel: []string{"page", "sms", "voice"}[rng.IntN(3)],
				Family: minyi.FamilyTrust, Audience: []minyi.Audience{minyi.Resident, minyi.Enterprise}[min(1, rng.IntN(60)/58)]}
			counts[g]++
			all++
		}
		const k = 5
		written, left := Anonymise(counts, k)
		sums, kept := map[Group]int{}, 0
		for g, as := range written {
			if as.Audience != g.Audience || as.Family != g.Family {
				t.Fatalf("%+v is written as %+v: audiences were mixed", g, as)
			}
			sums[as] += counts[g]
			kept += counts[g]
		}
		for as, n := range sums {
			if n < k {
				t.Errorf("seed %d: %+v is shared by %d answers only", seed, as, n)
			}
		}
		if kept+left != all {
			t.Errorf("seed %d: %d kept and %d left out of %d", seed, kept, left, all)
		}
	}
}

// TestAnonymiseKeepsWhatIsCommon suppresses no more than it must.
func TestAnonymiseKeepsWhatIsCommon(t *testing.T) {
	at := func(month, unit, channel string) Group {
		return Group{Month: month, Unit: unit, Channel: channel, Family: minyi.FamilyTrust, Audience: minyi.Resident}
	}
	written, left := Anonymise(map[Group]int{
		at("2026-10", "a", "page"): 9, at("2026-10", "a", "sms"): 3, at("2026-10", "a", "voice"): 2,
		at("2026-10", "b", "page"): 1, at("2026-11", "b", "page"): 4,
	}, 5)
	for from, want := range map[Group]Group{
		at("2026-10", "a", "page"): at("2026-10", "a", "page"),
		at("2026-10", "a", "sms"):  at("2026-10", "a", "*"), at("2026-10", "a", "voice"): at("2026-10", "a", "*"),
		at("2026-10", "b", "page"): at("2026", "*", "*"), at("2026-11", "b", "page"): at("2026", "*", "*"),
	} {
		if written[from] != want {
			t.Errorf("%+v is written as %+v, want %+v", from, written[from], want)
		}
	}
	if left != 0 {
		t.Errorf("%d left out", left)
	}
}

// TestResearchRowsSayNothingOfOneCase writes a row and looks for what must not
// be in it.
func TestResearchRowsSayNothingOfOneCase(t *testing.T) {
	a := answer(7)
	cells := a.ResearchCells(nil, Group{Month: "2026", Unit: "*", Channel: "*"})
	cols := ResearchColumns()
	if len(cells) != len(cols) {
		t.Fatalf("%d cells under %d columns", len(cells), len(cols))
	}
	for i, c := range cells {
		switch text := c.text; {
		case text == "":
		case strings.Contains(text, string(a.Answer)), text == a.Day, text == a.UnitName, text == a.CaseTail, text == a.Remark.Text, text == a.Category:
			t.Errorf("column %s holds %q", cols[i].Key, text)
		}
	}
}
