package survey

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/internal/id"
	"minyi/survey/intake"
)

// Erasure is the audit record of one erasure by phone number. It holds the
// blind index, never the number.
type Erasure struct {
	Tenant   minyi.TenantID `json:"tenant"`
	Blind    string         `json:"blind"`
	By       string         `json:"by"`
	Reason   string         `json:"reason"`
	At       time.Time      `json:"at"`
	Contacts int            `json:"contacts"`
	Answers  int            `json:"answers"`
	Attempts int            `json:"attempts"`
	Messages int            `json:"messages"` // in the SMS ledger, replies included
	Calls    int            `json:"calls"`    // in the ledger of calls, with what was recorded
	Done     bool           `json:"done"`
}

// EraseRequest asks that what is known of a person be erased.
type EraseRequest struct {
	Tenant minyi.TenantID `json:"tenant"`
	Phone  string         `json:"phone"`
	Reason string         `json:"reason"`            // e.g. the request's file number
	OptOut bool           `json:"opt_out,omitempty"` // and never ask again
}

// EraseReply counts what was erased.
type EraseReply struct {
	Contacts int `json:"contacts"`
	Answers  int `json:"answers"`  // whose remark and link to the person are gone
	Attempts int `json:"attempts"` // including 追评
	Messages int `json:"messages"` // sent and received by SMS
	Calls    int `json:"calls"`
}

// Erase deletes names, numbers and words of the person with this number and
// cuts every link to them. The ratings themselves stay, as ratings of nobody.
// It may be asked again after a crash and goes on where it stood: the contacts,
// by which the rest is found, go last.
func (s *Service) Erase(ctx context.Context, req EraseRequest) (EraseReply, error) {
	phone, problem := intake.ReadPhone(req.Phone)
	if problem != nil && !problem.Warning {
		return EraseReply{}, fault.New(fault.Invalid, problem.Code, problem.ZH, problem.EN).On("phone")
	}
	e := Erasure{Tenant: tenantOf(ctx, req.Tenant), Blind: s.blind(phone), By: actor(ctx), Reason: req.Reason, At: s.clock.Now()}
	record, err := s.store.erasures.Insert(ctx, id.New("era"), e)
	if err != nil {
		return EraseReply{}, err
	}
	if req.OptOut && s.optOuts != nil && !phone.Mobile.IsZero() {
		sealed, err := s.box.Seal(phone.Mobile.Reveal())
		if err != nil {
			return EraseReply{}, err
		}
		if _, err := s.optOuts.OptOut(ctx, minyi.OptOutRequest{Tenant: e.Tenant, Blind: e.Blind, To: sealed, Source: "erasure", At: e.At}); err != nil {
			return EraseReply{}, err
		}
	}
	if err := s.erase(ctx, &e); err != nil {
		return EraseReply{}, err
	}
	e.Done = true
	record.Body = e
	_, err = s.store.erasures.Replace(ctx, record)
	return EraseReply{Contacts: e.Contacts, Answers: e.Answers, Attempts: e.Attempts, Messages: e.Messages, Calls: e.Calls}, err
}

func (s *Service) erase(ctx context.Context, e *Erasure) error {
	part := docstore.Part(string(e.Tenant), e.Blind)
	contacts, err := idsOf(s.store.contacts.Find(ctx, docstore.Query{Index: "number", Part: part}))
	if err != nil {
		return err
	}
	// Cases outlive their contacts, which retention deletes.
	cases, err := idsOf(s.store.cases.Find(ctx, docstore.Query{Index: "respondent", Part: part}))
	if err != nil {
		return err
	}
	keys := distinct(contacts, cases)
	for _, step := range []func(context.Context, *Erasure, []string) error{s.eraseCases, s.eraseAnswers, s.eraseWords} {
		if err := step(ctx, e, keys); err != nil {
			return err
		}
	}
	if s.optOuts != nil {
		told, err := s.optOuts.Forget(ctx, minyi.ForgetRequest{Tenant: e.Tenant, Blind: e.Blind})
		if err != nil {
			return err
		}
		e.Messages, e.Calls = told.Messages+told.Replies, told.Calls
	}
	e.Contacts = len(contacts)
	return s.store.contacts.DeleteMany(ctx, contacts)
}

func distinct(lists ...[]string) []string {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return slices.Compact(all)
}

// eraseCases marks the cases, so that the same list imported again does not
// bring the contact back, and takes back what has not been sent.
func (s *Service) eraseCases(ctx context.Context, e *Erasure, keys []string) error {
	err := s.store.cases.UpdateMany(ctx, keys, func(_ string, c *Case) error {
		c.Erased, c.Respondent = true, ""
		return nil
	})
	if err != nil {
		return err
	}
	for doc, err := range s.store.campaigns.Find(ctx, docstore.Query{Index: "tenant", Part: docstore.Part(string(e.Tenant))}) {
		if err != nil {
			return err
		}
		ids := make([]string, len(keys))
		for i, key := range keys {
			id, err := invitationID(s.box, doc.Body.KeyID, e.Tenant, doc.Body.ID, key)
			if err != nil {
				return err
			}
			ids[i] = string(id)
		}
		err = s.store.invitations.UpdateMany(ctx, ids, func(_ string, i *Invitation) error {
			i.Respondent = ""
			i.cancel("erased")
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eraseAnswers finds a person's answers by the blind index and, for imported
// ones, which know no number, by their cases.
func (s *Service) eraseAnswers(ctx context.Context, e *Erasure, keys []string) error {
	ids, err := idsOf(s.store.answers.Find(ctx, docstore.Query{Index: "respondent", Part: docstore.Part(string(e.Tenant), e.Blind)}))
	if err != nil {
		return err
	}
	ofCases, err := s.answersOfCases(ctx, e.Tenant, keys)
	if err != nil {
		return err
	}
	ids = distinct(ids, ofCases)
	now, erased := s.clock.Now(), map[string]bool{}
	err = s.store.answers.UpdateMany(ctx, ids, func(id string, a *Answer) error {
		if a.Erased {
			return docstore.Unchanged
		}
		a.Remark, a.Respondent, a.Erased = "", "", true
		a.changed(now, s.cfg.Announce)
		erased[id] = true
		return nil
	})
	if err != nil {
		return err
	}
	for id := range erased {
		s.tell(minyi.AnswerLanded{Tenant: e.Tenant, Answer: minyi.AnswerID(id)})
	}
	e.Answers = len(erased)
	return s.eraseNotes(ctx, ids)
}

// answersOfCases gives the ids of the answers to these cases, in every family
// that the tenant can ask.
func (s *Service) answersOfCases(ctx context.Context, t minyi.TenantID, keys []string) ([]string, error) {
	list, err := s.Questionnaires(ctx, TenantRequest{Tenant: t})
	if err != nil {
		return nil, err
	}
	cases, err := s.store.cases.GetMany(ctx, keys)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, doc := range cases {
		for _, q := range list.Questionnaires {
			if doc.Body.Case != "" {
				ids = append(ids, string(answerOfCase(t, q.Family, doc.Body.Case)))
			}
		}
	}
	found, err := s.store.answers.GetMany(ctx, ids)
	return slices.Collect(maps.Keys(found)), err
}

// eraseNotes takes out what staff wrote while following up, which names people.
func (s *Service) eraseNotes(ctx context.Context, answers []string) error {
	return s.store.followups.UpdateMany(ctx, answers, func(_ string, f *Followup) error {
		for i := range f.Steps {
			f.Steps[i].Note = ""
		}
		return nil
	})
}

func (s *Service) eraseWords(ctx context.Context, e *Erasure, _ []string) error {
	part := docstore.Part(string(e.Tenant), e.Blind)
	attempts, err := idsOf(s.store.attempts.Find(ctx, docstore.Query{Index: "respondent", Part: part}))
	if err != nil {
		return err
	}
	addenda, err := idsOf(s.store.addenda.Find(ctx, docstore.Query{Index: "respondent", Part: part}))
	if err != nil {
		return err
	}
	err = s.store.attempts.UpdateMany(ctx, attempts, func(_ string, a *Attempt) error {
		a.Remark, a.Respondent = "", ""
		return nil
	})
	if err != nil {
		return err
	}
	e.Attempts = len(attempts) + len(addenda)
	return s.store.addenda.DeleteMany(ctx, addenda)
}

func idsOf[T any](seq iter.Seq2[docstore.Doc[T], error]) (ids []string, err error) {
	for doc, err := range seq {
		if err != nil {
			return nil, err
		}
		ids = append(ids, doc.ID)
	}
	return ids, nil
}
