package survey

import (
	"context"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/survey/questionnaires"
)

// Draft is a questionnaire being written. Publishing copies it into an
// immutable version; the draft may then be changed again.
type Draft struct {
	Tenant        minyi.TenantID               `json:"tenant"`
	Questionnaire questionnaires.Questionnaire `json:"questionnaire"`
	By            string                       `json:"by"`
	At            time.Time                    `json:"at"`
}

// SaveDraftRequest carries a questionnaire file (YAML or JSON) as text.
type SaveDraftRequest struct {
	Tenant minyi.TenantID `json:"-"`
	Text   string         `json:"text"`
}

// QuestionnaireRequest names a questionnaire, and a version where one is
// meant (0: the latest).
type QuestionnaireRequest struct {
	Tenant        minyi.TenantID        `json:"tenant"`
	Questionnaire minyi.QuestionnaireID `json:"questionnaire" path:"id"`
	Version       int                   `json:"version,omitempty" query:"version"`
}

// SaveDraft checks a questionnaire and keeps it as the draft under its id.
// fault.Invalid names every path and reason.
func (s *Service) SaveDraft(ctx context.Context, req SaveDraftRequest) (Draft, error) {
	q, err := questionnaires.Decode([]byte(req.Text))
	if err != nil {
		return Draft{}, err
	}
	tenant := tenantOf(ctx, req.Tenant)
	d, err := s.store.drafts.Put(ctx, docstore.Part(string(tenant), string(q.ID)), func(d *Draft, _ bool) error {
		*d = Draft{Tenant: tenant, Questionnaire: *q, By: actor(ctx), At: s.clock.Now()}
		return nil
	})
	return d.Body, err
}

// PublishQuestionnaire freezes the draft as the next version. Publishing an
// unchanged draft again gives the version that stands.
func (s *Service) PublishQuestionnaire(ctx context.Context, req QuestionnaireRequest) (questionnaires.Version, error) {
	tenant := tenantOf(ctx, req.Tenant)
	d, err := s.store.drafts.Get(ctx, docstore.Part(string(tenant), string(req.Questionnaire)))
	if fault.Is(err, fault.NotFound) {
		return questionnaires.Version{}, fault.New(fault.NotFound, "draft_missing",
			"没有这份问卷的草稿，请先保存草稿。", "there is no draft of this questionnaire; save one first").On("questionnaire")
	}
	if err != nil {
		return questionnaires.Version{}, err
	}
	return s.publish(ctx, tenant, &d.Body.Questionnaire, actor(ctx))
}

// publish inserts the next number; whoever inserts it first owns it, and the
// loser takes the number after it.
func (s *Service) publish(ctx context.Context, tenant minyi.TenantID, q *questionnaires.Questionnaire, by string) (questionnaires.Version, error) {
	if found := questionnaires.Check(q); len(found) > 0 {
		return questionnaires.Version{}, fault.New(fault.Invalid, "questionnaire_bad", found[0].ZH, found[0].EN).On(found[0].Path)
	}
	for {
		last, err := s.latest(ctx, tenant, q.ID)
		if err != nil {
			return questionnaires.Version{}, err
		}
		if last != nil && last.Hash == questionnaires.Hash(q) {
			return *last, nil
		}
		next := 1
		if last != nil {
			next = last.Number + 1
		}
		v := questionnaires.Publish(q, next, by, s.clock.Now())
		_, err = s.store.versions.Insert(ctx, versionKey(tenant, v.ID, v.Number), v)
		if !fault.Is(err, fault.Exists) {
			return v, err
		}
	}
}

// shared is the tenant of the questionnaires that ship: every tenant sees
// them, and numbers its own versions after them.
const shared minyi.TenantID = ""

func versionKey(t minyi.TenantID, q minyi.QuestionnaireID, number int) string {
	return docstore.Part(string(t), questionnaires.Ref(q, number))
}

// version gives a published version; they never change, so each is read once.
func (s *Service) version(ctx context.Context, t minyi.TenantID, q minyi.QuestionnaireID, number int) (*questionnaires.Version, error) {
	own := versionKey(t, q, number)
	s.mu.RLock()
	v, ok := s.versions[own]
	s.mu.RUnlock()
	if ok {
		return v, nil
	}
	common := versionKey(shared, q, number)
	found, err := s.store.versions.GetMany(ctx, []string{own, common})
	if err != nil {
		return nil, err
	}
	doc, ok := found[own]
	if !ok {
		doc, ok = found[common]
	}
	if !ok {
		return nil, fault.New(fault.NotFound, "questionnaire_missing",
			"没有这份已发布的问卷。", "there is no such published questionnaire").On("questionnaire")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.versions[own] = &doc.Body
	return &doc.Body, nil
}

// latest gives the highest published version, nil where there is none.
// Numbers have no gaps, so it counts up.
func (s *Service) latest(ctx context.Context, t minyi.TenantID, q minyi.QuestionnaireID) (*questionnaires.Version, error) {
	var last *questionnaires.Version
	for n := 1; ; n++ {
		v, err := s.version(ctx, t, q, n)
		if fault.Is(err, fault.NotFound) {
			return last, nil
		}
		if err != nil {
			return nil, err
		}
		last = v
	}
}

func (s *Service) publishShipped(ctx context.Context) error {
	all, err := questionnaires.Shipped()
	if err != nil {
		return err
	}
	for _, q := range all {
		if _, err := s.publish(ctx, shared, q, "minyi"); err != nil {
			return fault.Wrap(err, "publish the questionnaire "+string(q.ID))
		}
	}
	return nil
}

// Questionnaire gives a published version; Version 0 means the latest.
func (s *Service) Questionnaire(ctx context.Context, req QuestionnaireRequest) (questionnaires.Version, error) {
	tenant := tenantOf(ctx, req.Tenant)
	if req.Version > 0 {
		v, err := s.version(ctx, tenant, req.Questionnaire, req.Version)
		if err != nil {
			return questionnaires.Version{}, err
		}
		return *v, nil
	}
	v, err := s.latest(ctx, tenant, req.Questionnaire)
	if err != nil {
		return questionnaires.Version{}, err
	}
	if v == nil {
		_, err := s.version(ctx, tenant, req.Questionnaire, 1)
		return questionnaires.Version{}, err
	}
	return *v, nil
}

// QuestionnaireList lists the latest version of each questionnaire a tenant
// can use.
type QuestionnaireList struct {
	Questionnaires []QuestionnaireLine `json:"questionnaires"`
}

// QuestionnaireLine is one published questionnaire.
type QuestionnaireLine struct {
	ID        minyi.QuestionnaireID `json:"id"`
	Family    minyi.Family          `json:"family"`
	Title     questionnaires.Text   `json:"title"`
	Version   int                   `json:"version"`
	Hash      string                `json:"hash"`
	Published time.Time             `json:"published"`
}

// TenantRequest asks for something of a tenant.
type TenantRequest struct {
	Tenant minyi.TenantID `json:"tenant"`
}

// Questionnaires lists what can be asked: what ships, then the tenant's own.
func (s *Service) Questionnaires(ctx context.Context, req TenantRequest) (QuestionnaireList, error) {
	tenant := tenantOf(ctx, req.Tenant)
	ids := []minyi.QuestionnaireID{"after-call", "case-closed", "enterprise", "trust"}
	seen := map[minyi.QuestionnaireID]bool{}
	for d, err := range s.store.drafts.Find(ctx, docstore.Query{Index: "tenant", Part: docstore.Part(string(tenant))}) {
		if err != nil {
			return QuestionnaireList{}, err
		}
		ids = append(ids, d.Body.Questionnaire.ID)
	}
	var list QuestionnaireList
	for _, id := range ids {
		v, err := s.latest(ctx, tenant, id)
		if err != nil {
			return QuestionnaireList{}, err
		}
		if v == nil || seen[id] {
			continue
		}
		seen[id] = true
		list.Questionnaires = append(list.Questionnaires, QuestionnaireLine{ID: v.ID, Family: v.Family, Title: v.Title, Version: v.Number, Hash: v.Hash, Published: v.Published})
	}
	return list, nil
}
