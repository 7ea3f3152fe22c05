package survey

import (
	"cmp"
	"context"
	"io"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/survey/intake"
)

// ImportRequest is a list to take in. File is read twice: once for its
// fingerprint, once for its rows.
type ImportRequest struct {
	Tenant  minyi.TenantID
	Name    string // of the file, for the report
	File    io.ReadSeeker
	Mapping intake.Mapping // columns that are called otherwise
	Sheet   string         // the worksheet to read; empty: the first that is a list
	DryRun  bool           // report only, keep nothing
	Answers AnswerDefaults // for ratings only
	// Audience is that of rows that say nothing; empty: residents, or whom the
	// questionnaire of imported answers is for.
	Audience minyi.Audience
	// Tell, when set, is called after each batch with the counts so far.
	Tell func(ImportCounts)
}

// ImportReport accounts for every row. Problems holds the first thousand;
// ImportProblems gives all of them.
type ImportReport struct {
	ID       string           `json:"id"`
	DryRun   bool             `json:"dry_run,omitempty"`
	Import   Import           `json:"import"`
	Problems []intake.Problem `json:"problems"`
	More     int              `json:"more,omitempty"` // problems not shown
}

// problemsShown bounds a report's memory whatever the file holds.
const problemsShown = 1000

func (r *ImportReport) problem(p intake.Problem) {
	if len(r.Problems) < problemsShown {
		r.Problems = append(r.Problems, p)
		return
	}
	r.More++
}

// ImportCases takes a work-order list or, where it has no case numbers, a
// contact list. Good rows are taken and each bad one is reported; the same
// file imported again adds nothing. A file that cannot be read, or whose
// columns cannot be found, is a fault and nothing is taken.
func (s *Service) ImportCases(ctx context.Context, req ImportRequest) (ImportReport, error) {
	in, err := s.open(ctx, "cases", req)
	if err != nil {
		return ImportReport{}, err
	}
	defer in.table.Close()
	list, err := intake.NewWorkOrders(in.table, req.Mapping)
	if err != nil {
		return ImportReport{}, err
	}
	list.Latest = s.clock.Now().AddDate(0, 0, 1) // clocks and days differ a little
	in.columns(list.Binding)
	var orders []intake.WorkOrder
	var found []intake.Problem
	flush := func() error {
		err := s.takeCases(ctx, in, orders, found)
		orders, found = orders[:0], nil
		return err
	}
	for order, problems := range list.All() {
		if in.count(problems) {
			if order.Audience == "" {
				order.Audience = req.Audience
			}
			orders = append(orders, order)
		}
		if found = append(found, problems...); len(orders)+len(found) >= batch {
			if err := flush(); err != nil {
				return ImportReport{}, err
			}
		}
	}
	if err := in.empty(); err != nil {
		return ImportReport{}, err
	}
	found = in.warn(found, list.Warnings())
	if err := flush(); err != nil {
		return ImportReport{}, err
	}
	return in.report, s.close(ctx, in)
}

// takeCases stores one batch: cases first, for their ids decide what is new;
// then the personal data; then the batch's own record, by which a campaign
// over this import walks.
func (s *Service) takeCases(ctx context.Context, in *incoming, orders []intake.WorkOrder, found []intake.Problem) error {
	cases, contacts, err := s.sealed(in, orders)
	if err != nil {
		return err
	}
	stood, err := s.keepCases(ctx, in, cases)
	if err != nil {
		return err
	}
	corrected, err := s.correctAudiences(ctx, in, orders, cases, stood)
	if err != nil {
		return err
	}
	found = append(found, corrected...)
	var listed []string
	units := map[minyi.UnitID]bool{}
	fresh := contacts[:0]
	for i, doc := range cases {
		switch stands := stood[i]; {
		case stands == nil:
			in.report.Import.Counts.Taken++
		case stands.Import == in.report.ID && stands.Record < doc.Body.Record:
			found = append(found, in.refuse(duplicate(orders[i])))
			continue
		default:
			in.report.Import.Counts.Known++
		}
		in.about(doc.Body.Audience)
		listed, units[doc.Body.Unit] = append(listed, doc.ID), true
		if stood[i] == nil || !stood[i].Erased {
			fresh = append(fresh, contacts[i])
		}
	}
	if in.dry {
		in.told()
		return nil
	}
	if _, err := s.store.contacts.InsertMany(ctx, fresh); err != nil {
		return err
	}
	if err := s.noteUnits(ctx, in.report.Import.Tenant, units); err != nil {
		return err
	}
	if err := s.keepBatch(ctx, in, ImportBatch{Cases: listed, Problems: found}); err != nil {
		return err
	}
	in.told()
	return nil
}

// keepCases inserts the batch and gives, for each document, the one that stood
// before it under its id; nil where it is new. Of two rows with one number the
// first is new and the second finds it standing.
func (s *Service) keepCases(ctx context.Context, in *incoming, docs []docstore.Doc[Case]) ([]*Case, error) {
	if in.dry {
		return s.rehearse(ctx, in, docs)
	}
	inserted, err := s.store.cases.InsertMany(ctx, docs)
	if err != nil {
		return nil, err
	}
	var again []string
	for i, yes := range inserted {
		if !yes {
			again = append(again, docs[i].ID)
		}
	}
	stand, err := s.store.cases.GetMany(ctx, again)
	if err != nil {
		return nil, err
	}
	stood := make([]*Case, len(docs))
	for i, yes := range inserted {
		if !yes {
			body := stand[docs[i].ID].Body
			stood[i] = &body
		}
	}
	return stood, nil
}

func duplicate(o intake.WorkOrder) intake.Problem {
	field := "case"
	if o.Case == "" {
		field = "contact"
	}
	return intake.Problem{Record: o.Record, Line: o.Line, Field: field, Code: "case_duplicate",
		ZH: "编号与本文件前面的行重复，已取前一行", EN: "the number stood in an earlier row of this file, which was taken"}
}

// sealed splits rows into cases without and contacts with personal data.
func (s *Service) sealed(in *incoming, orders []intake.WorkOrder) ([]docstore.Doc[Case], []docstore.Doc[Contact], error) {
	cases := make([]docstore.Doc[Case], 0, len(orders))
	contacts := make([]docstore.Doc[Contact], 0, len(orders))
	tenant := in.report.Import.Tenant
	for _, o := range orders {
		key := contactKey(tenant, o.Contact)
		if o.Case != "" {
			key = caseKey(tenant, o.Case)
		}
		blind := s.blind(o.Phone)
		contact, err := s.sealContact(tenant, o, blind)
		if err != nil {
			return nil, nil, err
		}
		contacts = append(contacts, docstore.Doc[Contact]{ID: key, Body: contact})
		cases = append(cases, docstore.Doc[Case]{ID: key, Body: Case{
			Tenant: tenant, Case: o.Case, Contact: o.Contact, Import: in.report.ID, Record: o.Record,
			Accepted: o.Accepted, Closed: o.Closed, Unit: o.Unit, District: o.District, Category: o.Category,
			Audience: cmp.Or(o.Audience, minyi.Resident), Respondent: blind, VoiceOnly: o.Phone.Mobile.IsZero(),
		}})
	}
	return cases, contacts, nil
}

func (s *Service) sealContact(t minyi.TenantID, o intake.WorkOrder, blind string) (c Contact, err error) {
	c = Contact{Tenant: t, Blind: blind, Since: s.clock.Now()}
	for _, f := range []struct {
		into  *string
		plain string
	}{{&c.Name, o.Name}, {&c.Mobile, o.Phone.Mobile.Reveal()}, {&c.Landline, o.Phone.Landline}, {&c.Title, o.Title}} {
		if *f.into, err = s.box.Seal(f.plain); err != nil {
			return c, fault.Wrap(err, "seal a contact")
		}
	}
	return c, nil
}

// blind is the keyed index of a number, the same that sms uses.
func (s *Service) blind(p intake.Phone) string {
	if p.Landline != "" {
		return s.box.Blind("landline", p.Landline)
	}
	return s.box.Blind("mobile", p.Mobile.Reveal())
}
