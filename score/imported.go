package score

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"minyi"
	"minyi/internal/docstore"
	"minyi/score/tally"
	"minyi/score/tree"
)

// importedValue is an imported value with the days it speaks for.
type importedValue struct {
	indicator
	days span
}

// imported gives the values that speak for a slice, by path.
func (s *Service) imported(ctx context.Context, slice minyi.Slice) (map[string]tree.Imported, error) {
	byPath := map[string][]importedValue{}
	q := docstore.Query{Index: "unit", Part: docstore.Part(string(slice.Tenant), string(slice.Unit))}
	for d, err := range s.store.indicators.Find(ctx, q) {
		if err != nil {
			return nil, fmt.Errorf("read imported indicators: %w", err)
		}
		_, days, err := parsePeriod(d.Body.Period)
		if err != nil {
			return nil, fmt.Errorf("imported indicator %s: %w", d.Body.Path, err)
		}
		byPath[d.Body.Path] = append(byPath[d.Body.Path], importedValue{d.Body, days})
	}
	out := map[string]tree.Imported{}
	for path, all := range byPath {
		if v, ok := speakFor(all, span{slice.From, slice.To}); ok {
			out[path] = v
		}
	}
	return out, nil
}

// inputs is all that a slice's figures are computed from: its sum, and what
// was imported and measured besides.
func (s *Service) inputs(ctx context.Context, st *state, slice minyi.Slice, sum tally.Sum) (tree.Inputs, error) {
	in := tree.Inputs{Sum: sum, Channel: slice.Channel, Errors: st.Errors.Measured}
	if st.Imported[slice.Unit] == 0 {
		return in, nil
	}
	var err error
	in.Imported, err = s.imported(ctx, slice)
	return in, err
}

// speakFor picks what stands for a span among a path's values: the shortest
// period that holds the whole span; else the mean, by days, of the periods
// within it; for an open span the latest period, the longest of that end.
func speakFor(all []importedValue, p span) (tree.Imported, bool) {
	if p.from == "" && p.to == "" {
		last := slices.MaxFunc(all, func(a, b importedValue) int {
			return cmp.Or(cmp.Compare(a.days.to, b.days.to), cmp.Compare(a.days.days(), b.days.days()))
		})
		return last.value(), true
	}
	var holds, within []importedValue
	for _, v := range all {
		switch {
		case p.holdsIn(v.days):
			holds = append(holds, v)
		case v.days.holdsIn(p):
			within = append(within, v)
		}
	}
	if len(holds) > 0 {
		return slices.MinFunc(holds, func(a, b importedValue) int { return cmp.Compare(a.days.days(), b.days.days()) }).value(), true
	}
	if len(within) == 0 {
		return tree.Imported{}, false
	}
	return meanOf(apart(within)), true
}

// holdsIn reports whether p lies wholly in o; an open end reaches for ever.
func (p span) holdsIn(o span) bool {
	fromOK := o.from == "" || p.from != "" && p.from >= o.from
	toOK := o.to == "" || p.to != "" && p.to <= o.to
	return fromOK && toOK
}

// apart keeps periods that do not overlap, the longer ones first, so that a
// year and its months are not both counted.
func apart(within []importedValue) []importedValue {
	slices.SortFunc(within, func(a, b importedValue) int {
		return cmp.Or(cmp.Compare(b.days.days(), a.days.days()), cmp.Compare(a.days.from, b.days.from))
	})
	var kept []importedValue
	for _, v := range within {
		if !slices.ContainsFunc(kept, func(k importedValue) bool { return v.days.from <= k.days.to && k.days.from <= v.days.to }) {
			kept = append(kept, v)
		}
	}
	return kept
}

// meanOf joins several periods: scores by their mean over the days, counts (of
// calls) by their total and the days it was taken over.
func meanOf(vs []importedValue) tree.Imported {
	if len(vs) == 1 {
		return vs[0].value()
	}
	var sum, total float64
	var days int
	names := make([]string, 0, len(vs))
	for _, v := range vs {
		sum += v.Value * float64(v.days.days())
		total += v.Value
		days += v.days.days()
		names = append(names, v.Period)
	}
	slices.Sort(names)
	return tree.Imported{Value: sum / float64(days), Total: total, Days: days,
		Source: fmt.Sprintf("%s 等 %d 期导入值，按天数平均", strings.Join(names[:min(3, len(names))], "、"), len(names))}
}

func (v importedValue) value() tree.Imported {
	return tree.Imported{Value: v.Value, Total: v.Value, Days: v.days.days(),
		Source: fmt.Sprintf("%s，%s 第 %d 行", v.Period, v.File, v.Line)}
}
