package survey

import (
	"context"

	"minyi/internal/docstore"
	"minyi/survey/questionnaires"
)

// store holds survey's collections. Every one bears the service's name.
type store struct {
	drafts      *docstore.Collection[Draft]
	versions    *docstore.Collection[questionnaires.Version]
	cases       *docstore.Collection[Case]
	contacts    *docstore.Collection[Contact]
	imports     *docstore.Collection[Import]
	batches     *docstore.Collection[ImportBatch]
	campaigns   *docstore.Collection[Campaign]
	invitations *docstore.Collection[Invitation]
	answers     *docstore.Collection[Answer]
	attempts    *docstore.Collection[Attempt]
	addenda     *docstore.Collection[Addendum]
	followups   *docstore.Collection[Followup]
	erasures    *docstore.Collection[Erasure]
	units       *docstore.Collection[UnitRecord]
}

// everything is the part of an index that spans tenants: sweepers serve all.
const everything = "all"

func openStore(ctx context.Context, db *docstore.DB) (*store, error) {
	s := &store{}
	steps := []func() error{
		func() (err error) {
			s.drafts, err = docstore.Open(ctx, db, "survey_drafts", byTenant(Draft.tenant))
			return
		},
		func() (err error) {
			s.versions, err = docstore.Open[questionnaires.Version](ctx, db, "survey_versions")
			return
		},
		func() (err error) {
			s.cases, err = docstore.Open(ctx, db, "survey_cases", closedCases, casesOfRespondent)
			return
		},
		func() (err error) {
			s.contacts, err = docstore.Open(ctx, db, "survey_contacts", contactsByNumber, contactsByAge)
			return
		},
		func() (err error) {
			s.imports, err = docstore.Open(ctx, db, "survey_imports", byTenant(Import.tenant))
			return
		},
		func() (err error) {
			s.batches, err = docstore.Open[ImportBatch](ctx, db, "survey_import_batches")
			return
		},
		func() (err error) {
			s.campaigns, err = docstore.Open(ctx, db, "survey_campaigns", byTenant(Campaign.tenant), movingCampaigns, openLinks)
			return
		},
		func() (err error) {
			s.invitations, err = docstore.Open(ctx, db, "survey_invitations", invitationsOfCampaign, invitationsByCell, invitationsDue)
			return
		},
		func() (err error) {
			s.answers, err = docstore.Open(ctx, db, "survey_answers", answersByDay, answersUnsettled, answersOfRespondent)
			return
		},
		func() (err error) {
			s.attempts, err = docstore.Open(ctx, db, "survey_attempts", attemptsOfAnswer, attemptsExpiring, attemptsOfRespondent)
			return
		},
		func() (err error) {
			s.addenda, err = docstore.Open(ctx, db, "survey_addenda", addendaOfRespondent)
			return
		},
		func() (err error) {
			s.followups, err = docstore.Open(ctx, db, "survey_followups", followupsByStatus)
			return
		},
		func() (err error) {
			s.erasures, err = docstore.Open(ctx, db, "survey_erasures", byTenant(Erasure.tenant))
			return
		},
		func() (err error) {
			s.units, err = docstore.Open(ctx, db, "survey_units", byTenant(UnitRecord.tenant))
			return
		},
	}
	for _, open := range steps {
		if err := open(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// byTenant lists a tenant's documents in order of a text, newest last.
func byTenant[T any](of func(T) (tenant, sort string)) docstore.Index[T] {
	return docstore.Index[T]{Name: "tenant", Key: func(_ string, body T) (docstore.Key, bool) {
		tenant, sort := of(body)
		return docstore.Key{Part: docstore.Part(tenant), Sort: sort}, true
	}}
}

func (d Draft) tenant() (string, string)    { return string(d.Tenant), string(d.Questionnaire.ID) }
func (i Import) tenant() (string, string)   { return string(i.Tenant), docstore.SortTime(i.At) }
func (c Campaign) tenant() (string, string) { return string(c.Tenant), docstore.SortTime(c.CreatedAt) }
func (e Erasure) tenant() (string, string)  { return string(e.Tenant), docstore.SortTime(e.At) }
func (u UnitRecord) tenant() (string, string) {
	return string(u.Tenant), docstore.SortInt(int64(u.Depth)) + string(u.ID)
}

var closedCases = docstore.Index[Case]{Name: "closed", Key: func(_ string, c Case) (docstore.Key, bool) {
	return docstore.Key{Part: docstore.Part(string(c.Tenant)), Sort: docstore.SortTime(c.Closed)}, c.Case != ""
}}

var casesOfRespondent = docstore.Index[Case]{Name: "respondent", Key: func(_ string, c Case) (docstore.Key, bool) {
	return docstore.Key{Part: docstore.Part(string(c.Tenant), c.Respondent)}, c.Respondent != ""
}}

var contactsByNumber = docstore.Index[Contact]{Name: "number", Key: func(_ string, c Contact) (docstore.Key, bool) {
	return docstore.Key{Part: docstore.Part(string(c.Tenant), c.Blind), Sort: docstore.SortTime(c.Since)}, true
}}

var contactsByAge = docstore.Index[Contact]{Name: "age", Key: func(_ string, c Contact) (docstore.Key, bool) {
	return docstore.Key{Part: everything, Sort: docstore.SortTime(c.Since)}, true
}}

// movingCampaigns are those with work left for the worker.
var movingCampaigns = docstore.Index[Campaign]{Name: "moving", Key: func(_ string, c Campaign) (docstore.Key, bool) {
	return docstore.Key{Part: everything, Sort: docstore.SortTime(c.CreatedAt)}, c.State == Starting || c.State == Resuming || c.State == Stopping
}}

var openLinks = docstore.Index[Campaign]{Name: "open_link", Key: func(_ string, c Campaign) (docstore.Key, bool) {
	return docstore.Key{Part: c.OpenHash}, c.OpenHash != ""
}}

var invitationsOfCampaign = docstore.Index[Invitation]{Name: "campaign", Key: func(_ string, i Invitation) (docstore.Key, bool) {
	return docstore.Key{Part: docstore.Part(string(i.Tenant), string(i.Campaign)), Sort: i.Key}, true
}}

// invitationsByCell is what the funnel is counted from.
var invitationsByCell = docstore.Index[Invitation]{Name: "cell", Key: func(_ string, i Invitation) (docstore.Key, bool) {
	return docstore.Key{Part: docstore.Part(string(i.Tenant), string(i.Campaign)), Sort: i.cell().sort()}, true
}}

var invitationsDue = docstore.Index[Invitation]{Name: "due", Key: func(_ string, i Invitation) (docstore.Key, bool) {
	return docstore.Key{Part: everything, Sort: docstore.SortTime(i.NextAt)}, !i.NextAt.IsZero()
}}

// answersByDay is the order of exports, and what valid answers are counted
// from.
var answersByDay = docstore.Index[Answer]{Name: "daily", Key: func(_ string, a Answer) (docstore.Key, bool) {
	return docstore.Key{Part: docstore.Part(string(a.Tenant)), Sort: a.mark().sort()}, true
}}

var answersUnsettled = docstore.Index[Answer]{Name: "unsettled", Key: func(_ string, a Answer) (docstore.Key, bool) {
	return docstore.Key{Part: everything, Sort: docstore.SortTime(a.NextAt)}, !a.NextAt.IsZero()
}}

var answersOfRespondent = docstore.Index[Answer]{Name: "respondent", Key: func(_ string, a Answer) (docstore.Key, bool) {
	return docstore.Key{Part: docstore.Part(string(a.Tenant), a.Respondent)}, a.Respondent != ""
}}

var attemptsOfAnswer = docstore.Index[Attempt]{Name: "answer", Key: func(_ string, a Attempt) (docstore.Key, bool) {
	return docstore.Key{Part: string(a.Answer), Sort: docstore.SortTime(a.At)}, true
}}

var attemptsExpiring = docstore.Index[Attempt]{Name: "expiring", Key: func(_ string, a Attempt) (docstore.Key, bool) {
	return docstore.Key{Part: everything, Sort: docstore.SortTime(a.ExpiresAt)}, !a.ExpiresAt.IsZero()
}}

var attemptsOfRespondent = docstore.Index[Attempt]{Name: "respondent", Key: func(_ string, a Attempt) (docstore.Key, bool) {
	return docstore.Key{Part: docstore.Part(string(a.Tenant), a.Respondent)}, a.Respondent != ""
}}

var addendaOfRespondent = docstore.Index[Addendum]{Name: "respondent", Key: func(_ string, a Addendum) (docstore.Key, bool) {
	return docstore.Key{Part: docstore.Part(string(a.Tenant), a.Respondent)}, a.Respondent != ""
}}

var followupsByStatus = docstore.Index[Followup]{Name: "status", Key: func(_ string, f Followup) (docstore.Key, bool) {
	return docstore.Key{Part: docstore.Part(string(f.Tenant), string(f.Status)), Sort: docstore.SortTime(f.OpenedAt)}, true
}}
