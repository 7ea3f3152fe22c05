package survey

import (
	"context"

	"minyi"
	"minyi/internal/docstore"
)

// UnitRecord is a unit seen in a list, or entered by the operator.
type UnitRecord struct {
	Tenant minyi.TenantID `json:"tenant"`
	minyi.Unit
	Depth int `json:"depth"` // 0 at the top
}

// Units gives the tenant's unit tree, parents before their children.
func (s *Service) Units(ctx context.Context, req minyi.UnitsRequest) (minyi.UnitsReply, error) {
	var reply minyi.UnitsReply
	q := docstore.Query{Index: "tenant", Part: docstore.Part(string(tenantOf(ctx, req.Tenant)))}
	for doc, err := range s.store.units.Find(ctx, q) {
		if err != nil {
			return reply, err
		}
		reply.Units = append(reply.Units, doc.Body.Unit)
	}
	return reply, nil
}

// noteUnits keeps the units that a list names. What stands is left as it is.
func (s *Service) noteUnits(ctx context.Context, t minyi.TenantID, seen map[minyi.UnitID]bool) error {
	var docs []docstore.Doc[UnitRecord]
	for u := range seen {
		if u != "" {
			docs = append(docs, docstore.Doc[UnitRecord]{ID: docstore.Part(string(t), string(u)),
				Body: UnitRecord{Tenant: t, Unit: minyi.Unit{ID: u, Name: string(u)}}})
		}
	}
	_, err := s.store.units.InsertMany(ctx, docs)
	return err
}

// unitSet is a unit with all below it; nil is every unit.
type unitSet map[minyi.UnitID]bool

func (u unitSet) has(id minyi.UnitID) bool { return u == nil || u[id] }

// below gives a unit with all units below it, whom its figures are about.
func (s *Service) below(ctx context.Context, t minyi.TenantID, unit minyi.UnitID) (unitSet, error) {
	if unit == "" {
		return nil, nil
	}
	tree, err := s.Units(ctx, minyi.UnitsRequest{Tenant: t})
	if err != nil {
		return nil, err
	}
	set := unitSet{unit: true}
	for _, u := range tree.Units { // parents come before their children
		if u.Parent != "" && set[u.Parent] {
			set[u.ID] = true
		}
	}
	return set, nil
}
