package page

import (
	"cmp"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"minyi"
)

// unitsView is the unit table: graded units first, by rank; those with too few
// answers, or with data for too little of the weight, last and without one.
type unitsView struct {
	Rows   []unitRow
	Ranked int
}

// unitRow is one unit. Grade comes before rank: policy wants classes, not a
// race.
type unitRow struct {
	Name, Link                string
	Grade, Rank               string
	Score                     treeRow
	Satisfied, TopTwo         string
	SatisfiedIn, TopTwoIn     string
	Resolved, ResolvedIn      string
	Invited, Delivered, Valid string
	Rate                      string // 参评率 = valid / delivered
	Defaults                  string
	Short                     bool
	score                     float64
	unit                      minyi.UnitID
}

func unitsOf(d Data, t minyi.UnitTable) unitsView {
	var ranked, rest []unitRow
	for _, row := range t.Rows {
		r := unitOf(d, row)
		if !r.Short && row.Score != nil && row.Score.Score != nil && row.Score.Grade != "" {
			ranked = append(ranked, r)
		} else {
			rest = append(rest, r)
		}
	}
	names := collate.New(language.Chinese) // by pinyin, as lists of units are
	order := func(a, b unitRow) int {
		return cmp.Or(cmp.Compare(b.score, a.score), names.CompareString(a.Name, b.Name), cmp.Compare(a.unit, b.unit))
	}
	slices.SortFunc(ranked, order)
	slices.SortFunc(rest, func(a, b unitRow) int {
		return cmp.Or(names.CompareString(a.Name, b.Name), cmp.Compare(a.unit, b.unit))
	})
	for i := range ranked {
		ranked[i].Rank = count(i + 1)
		if i > 0 && ranked[i].Score.Score == ranked[i-1].Score.Score { // equal as printed is equal
			ranked[i].Rank = ranked[i-1].Rank
		}
	}
	return unitsView{Rows: append(ranked, rest...), Ranked: len(ranked)}
}

func unitOf(d Data, row minyi.UnitRow) unitRow {
	l := d.Filter.Lang
	r := unitRow{
		Name: row.Name, unit: row.Unit, Link: d.Filter.withUnit(row.Unit).Link("/"),
		Invited: count(row.Invited), Delivered: count(row.Delivered), Valid: count(row.Valid),
		Rate: share(float64(row.Valid), float64(row.Delivered)), Defaults: count(row.Defaults),
		Score: rowOf(l, minyi.Figure{}), Grade: "—",
	}
	if r.Name == "" {
		r.Name = d.unitName(row.Unit)
	}
	if row.Score != nil {
		r.Score = rowOf(l, *row.Score)
		r.Short = row.Score.Short
		if row.Score.Grade != "" {
			r.Grade = row.Score.Grade
		}
		if row.Score.Score != nil {
			r.score = *row.Score.Score
		}
	}
	r.Satisfied, r.SatisfiedIn = rate(row.Satisfied)
	r.TopTwo, r.TopTwoIn = rate(row.TopTwo)
	r.Resolved, r.ResolvedIn = rate(row.Resolved)
	return r
}

// rate prints a proportion kept as 0…100 with its interval.
func rate(f *minyi.Figure) (value, in string) {
	if f == nil || f.Score == nil {
		return "—", ""
	}
	return points(f.Score) + "%", interval(*f)
}
