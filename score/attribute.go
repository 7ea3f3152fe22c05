package score

import (
	"slices"
	"strconv"

	"minyi"
	"minyi/score/places"
	"minyi/score/tally"
)

// attribute gives what reads an answer's class on a margin: an attribute of the
// answer, the unit below the slice's in which it lies, a fact of its place, or
// else the value given to a closed question of that tag.
func (s *Service) attribute(units *unitTree, below minyi.UnitID, margin string) func(minyi.UnitID, tally.Row) string {
	switch margin {
	case "category":
		return func(_ minyi.UnitID, r tally.Row) string { return r.Category }
	case "channel":
		return func(_ minyi.UnitID, r tally.Row) string { return string(r.Channel) }
	case "campaign":
		return func(_ minyi.UnitID, r tally.Row) string { return string(r.Campaign) }
	case "family":
		return func(_ minyi.UnitID, r tally.Row) string { return string(r.Family) }
	case "unit":
		return func(u minyi.UnitID, _ tally.Row) string { return string(units.childOf(below, u)) }
	}
	if _, ok := (places.Place{}).By(margin); ok {
		return func(u minyi.UnitID, _ tally.Row) string { return s.placeValue(units, u, margin) }
	}
	return func(_ minyi.UnitID, r tally.Row) string { return given(r, margin) }
}

// given is the value that a row gives to the question of a tag, "" for none.
func given(r tally.Row, tag string) string {
	for _, g := range r.Values {
		if g.Tag == tag && g.V != tally.DontKnow {
			return strconv.Itoa(g.V)
		}
	}
	return ""
}

// childOf gives the unit directly below top in which u lies; "" when u is top
// itself or lies elsewhere.
func (t *unitTree) childOf(top, u minyi.UnitID) minyi.UnitID {
	up := append([]minyi.UnitID{u}, t.ancestors(u)...)
	if i := slices.Index(up, top); i > 0 {
		return up[i-1]
	}
	return ""
}

// placeValue is what the table of places says of u or the nearest unit above.
func (s *Service) placeValue(units *unitTree, u minyi.UnitID, by string) string {
	for _, x := range append([]minyi.UnitID{u}, units.ancestors(u)...) {
		if value, _ := s.placeOf(units, x).By(by); value != "" {
			return value
		}
	}
	return elsewhere
}

// class is a target's class as attribute gives it: units may be named.
func (t *unitTree) class(target Target) string {
	if target.Margin == "unit" {
		u, _ := t.named(target.Class)
		return string(u)
	}
	return target.Class
}
