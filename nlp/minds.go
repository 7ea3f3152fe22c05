package nlp

import (
	"context"
	"fmt"
	"strings"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// minds are the analysers that a tenant's remarks pass: the one whose verdicts
// are shown and, while the past is analysed anew, the one to come.
type minds struct {
	tenant minyi.TenantID
	now    *Analyser
	next   *Analyser // nil: none
	masked []string  // the tenant's own words to cover
}

// know reports whether an analysis holds every verdict wanted.
func (m minds) know(a *analysis) bool {
	has := func(model string) bool { return a.Now.Model == model || a.Next != nil && a.Next.Model == model }
	return has(m.now.Version()) && (m.next == nil || has(m.next.Version()))
}

// veil covers the tenant's own masked words before any other stage.
func (m minds) veil(raw string) string { return veil(raw, m.masked) }

func veil(text string, masked []string) string {
	for _, w := range masked {
		if strings.Contains(text, w) {
			text = strings.ReplaceAll(text, w, strings.Repeat("*", len([]rune(w))))
		}
	}
	return text
}

// minds gives a tenant's analysers by its settings, trained once and kept.
func (s *Service) minds(ctx context.Context, id minyi.TenantID) (minds, error) {
	set, err := s.readSettings(ctx, id)
	if err != nil {
		return minds{}, err
	}
	wanted, err := s.analyserFor(ctx, id, set.Body.Versions)
	if err != nil {
		return minds{}, err
	}
	m := minds{tenant: id, now: wanted, masked: set.Body.Dictionary.Masked}
	if set.Body.Job != nil && set.Body.Job.Target == wanted.Version() {
		current, err := s.analyserFor(ctx, id, set.Body.Job.From)
		if err != nil {
			return minds{}, err
		}
		m.now, m.next = current, wanted
	}
	return m, nil
}

func (s *Service) readSettings(ctx context.Context, id minyi.TenantID) (docstore.Doc[settings], error) {
	d, err := s.store.settings.Get(ctx, string(id))
	if fault.Is(err, fault.NotFound) {
		return docstore.Doc[settings]{}, nil
	}
	return d, err
}

// analyserFor trains the versions named, or takes them from memory.
func (s *Service) analyserFor(ctx context.Context, id minyi.TenantID, versions map[string]int) (*Analyser, error) {
	base := s.base()
	key := analyserKey{id, namesOf(versions), base.Version()}
	if key.versions == "" {
		return base, nil
	}
	if a := s.known(key); a != nil {
		return a, nil
	}
	// One training at a time: whoever else asks for the same waits for it instead
	// of training it again, and trainings of others do not add up in memory.
	s.training.Lock()
	defer s.training.Unlock()
	if a := s.known(key); a != nil {
		return a, nil
	}
	m, err := s.modelsOf(ctx, id, versions)
	if err != nil {
		return nil, err
	}
	a := base.with(m)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.trained) >= 64 { // tenants times versions in use; the rest are old
		clear(s.trained)
	}
	s.trained[key] = a
	return a, nil
}

func (s *Service) known(key analyserKey) *Analyser {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trained[key]
}

type analyserKey struct {
	tenant   minyi.TenantID
	versions string
	base     string // version of the analyser that they stand on
}

// namesOf lists the versions that are not what ships.
func namesOf(versions map[string]int) string {
	var names []string
	for _, task := range sortedKeys(versions) {
		if versions[task] != 0 {
			names = append(names, fmt.Sprintf("%s-%d", task, versions[task]))
		}
	}
	return strings.Join(names, " ")
}
