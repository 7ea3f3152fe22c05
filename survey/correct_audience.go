package survey

import (
	"context"

	"minyi"
	"minyi/internal/docstore"
	"minyi/survey/intake"
)

// correctAudiences puts right the rows that stood already with another
// audience than this list states: a list is often imported once before anybody
// sees that it lacks the column. Whoever was invited keeps the audience as
// which he was asked, and the report says so. A row that says nothing corrects
// nothing.
func (s *Service) correctAudiences(ctx context.Context, in *incoming, orders []intake.WorkOrder, docs []docstore.Doc[Case], stood []*Case) ([]intake.Problem, error) {
	differs := map[string]int{}
	for i, before := range stood {
		again := before != nil && before.Import == in.report.ID && before.Record < docs[i].Body.Record
		if before == nil || again || before.Erased || before.Audience == orders[i].Audience {
			continue
		}
		if orders[i].Audience == "" {
			docs[i].Body.Audience = before.Audience
			continue
		}
		differs[docs[i].ID] = i
	}
	if len(differs) == 0 {
		return nil, nil
	}
	asked, err := s.asked(ctx, in.report.Import.Tenant, differs)
	if err != nil {
		return nil, err
	}
	var kept []intake.Problem
	for key, i := range differs {
		if !asked[key] {
			in.report.Import.Corrected++
			continue
		}
		kept = append(kept, in.note(audienceKept(orders[i])))
		docs[i].Body.Audience = stood[i].Audience
		delete(differs, key)
	}
	if in.dry {
		return kept, nil
	}
	keys := make([]string, 0, len(differs))
	for key := range differs {
		keys = append(keys, key)
	}
	return kept, s.store.cases.UpdateMany(ctx, keys, func(key string, c *Case) error {
		c.Audience = orders[differs[key]].Audience
		return nil
	})
}

// asked tells which cases some campaign has invited. One that was only
// registered as not sampled, or cancelled, was not.
func (s *Service) asked(ctx context.Context, t minyi.TenantID, keys map[string]int) (map[string]bool, error) {
	asked := map[string]bool{}
	q := docstore.Query{Index: "tenant", Part: docstore.Part(string(t))}
	for doc, err := range s.store.campaigns.Find(ctx, q) {
		if err != nil {
			return nil, err
		}
		c := doc.Body
		if c.State == Created || c.Form == FormOpen {
			continue
		}
		of := map[string]string{}
		var ids []string
		for key := range keys {
			id, err := invitationID(s.box, c.KeyID, t, c.ID, key)
			if err != nil {
				return nil, err
			}
			ids, of[string(id)] = append(ids, string(id)), key
		}
		found, err := s.store.invitations.GetMany(ctx, ids)
		if err != nil {
			return nil, err
		}
		for id, inv := range found {
			if d := inv.Body.Disposition; d != minyi.NotSampled && d != minyi.Cancelled {
				asked[of[id]] = true
			}
		}
	}
	return asked, nil
}

func audienceKept(o intake.WorkOrder) intake.Problem {
	return intake.Problem{Record: o.Record, Line: o.Line, Field: "audience", Code: "audience_kept", Warning: true,
		ZH: "该对象已按原对象类别（个人/企业）受邀，类别不变", EN: "was invited already with the other audience, which stays"}
}
