package score

import (
	"cmp"
	"context"

	"minyi"
	"minyi/internal/fault"
	"minyi/score/places"
	"minyi/score/tally"
)

// elsewhere is the part of units that the table of places does not know.
const elsewhere = "其他"

// byPlace groups the units below a slice's unit by what the table of places
// says of them. A unit that is a place (by id or name) brings all its answers;
// below one that is not, its own units are looked at.
func (s *Service) byPlace(ctx context.Context, req BreakdownRequest) (map[string]tally.Sum, error) {
	if _, ok := (places.Place{}).By(req.By); !ok {
		return nil, fault.New(fault.Invalid, "by_bad", "by 应为 channel、campaign、family、audience、category、province、region、rank 或 tier。",
			"by must be channel, campaign, family, audience, category, province, region, rank or tier").On("by")
	}
	tree, err := s.trees.of(ctx, req.Slice.Tenant, req.Slice.Unit)
	if err != nil {
		return nil, err
	}
	parts := map[string]tally.Sum{}
	return parts, s.groupBelow(ctx, req, tree, req.Slice.Unit, parts)
}

func (s *Service) groupBelow(ctx context.Context, req BreakdownRequest, tree *unitTree, unit minyi.UnitID, parts map[string]tally.Sum) error {
	slice := req.Slice
	slice.Unit = unit
	sums, err := s.sumsBelow(ctx, slice)
	if err != nil {
		return err
	}
	for u, sum := range sums {
		value, _ := s.placeOf(tree, u).By(req.By)
		switch {
		case value != "":
			partOf(parts, value).Merge(sum)
		case tree.hasChildren(u):
			if err := s.groupBelow(ctx, req, tree, u, parts); err != nil {
				return err
			}
		default:
			partOf(parts, elsewhere).Merge(sum)
		}
	}
	return nil
}

// placeOf finds a unit in the table, by its id or its name; what the unit's own
// record says counts before the table.
func (s *Service) placeOf(tree *unitTree, u minyi.UnitID) places.Place {
	p, known := s.places.Find(string(u))
	if !known {
		p, known = s.places.Find(tree.names[u])
	}
	own := tree.units[u]
	p.Region, p.Rank, p.Tier = cmp.Or(own.Region, p.Region), cmp.Or(own.Rank, p.Rank), cmp.Or(own.Tier, p.Tier)
	return p
}

// hasChildren reports whether any unit stands below u.
func (t *unitTree) hasChildren(u minyi.UnitID) bool {
	for _, p := range t.parents {
		if p == u {
			return true
		}
	}
	return false
}
