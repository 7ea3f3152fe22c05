package nlp

import (
	"bytes"
	"context"
	"maps"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/nlp/clean"
)

// Job is a re-analysis of the past under new models. Verdicts are written
// beside the ones shown; when all are there, the tenant switches over at once.
type Job struct {
	Target  string         `json:"target"` // the models to come, as verdict.Model
	From    map[string]int `json:"from"`   // the versions shown meanwhile
	Done    int            `json:"done"`
	Total   int            `json:"total"`
	Started time.Time      `json:"started"`
}

// want takes a version of a task into use once the past has been analysed by
// it.
func (s *Service) want(ctx context.Context, tenant minyi.TenantID, task string, version int) error {
	_, err := s.store.settings.Put(ctx, string(tenant), func(b *settings, _ bool) error {
		if b.Versions[task] == version {
			return docstore.Unchanged
		}
		from := b.Versions
		if b.Job != nil {
			from = b.Job.From
		}
		b.Versions = maps.Clone(b.Versions)
		if b.Versions == nil {
			b.Versions = make(map[string]int)
		}
		b.Versions[task] = version
		b.Job = &Job{From: from, Started: s.clock.Now()}
		return nil
	})
	if err != nil {
		return err
	}
	wanted, err := s.wanted(ctx, tenant)
	if err != nil {
		return err
	}
	_, err = s.store.settings.Update(ctx, string(tenant), func(b *settings) error {
		if b.Job == nil {
			return docstore.Unchanged
		}
		b.Job.Target = wanted.Version()
		return nil
	})
	s.tenant(tenant)
	return err
}

// wanted gives the analyser that the tenant's settings ask for.
func (s *Service) wanted(ctx context.Context, tenant minyi.TenantID) (*Analyser, error) {
	set, err := s.readSettings(ctx, tenant)
	if err != nil {
		return nil, err
	}
	return s.analyserFor(ctx, tenant, set.Body.Versions)
}

// reanalyse does a tenant's job, if it has one: after new models were wanted,
// or when this program brings other models or dictionaries than the verdicts
// shown were made with. It is idempotent, so a killed process's successor goes
// on.
func (s *Service) reanalyse(ctx context.Context, tenant minyi.TenantID) error {
	set, err := s.readSettings(ctx, tenant)
	if err != nil {
		return err
	}
	if set.Body.Switched != nil {
		if err := s.tellSwitched(ctx, tenant, set.Body); err != nil {
			return err
		}
	}
	target, err := s.analyserFor(ctx, tenant, set.Body.Versions)
	if err != nil {
		return err
	}
	if set.Body.Active == target.Version() && set.Body.Job == nil {
		return nil
	}
	job, err := s.begin(ctx, tenant, target, set.Body.Versions)
	if err != nil || job == nil {
		return err
	}
	if err := s.judgeAll(ctx, tenant, set.Body.Active, target, job.Done); err != nil {
		return err
	}
	_, err = s.store.settings.Put(ctx, string(tenant), func(b *settings, _ bool) error {
		if b.Job == nil || b.Job.Target != target.Version() {
			return docstore.Unchanged // another was wanted meanwhile
		}
		b.Switched = switchedFrom(*b, s.clock.Now())
		b.Active, b.Job = target.Version(), nil
		return nil
	})
	if err != nil {
		return err
	}
	s.log.Info("past analysed anew", "tenant", tenant, "model", target.Version())
	if set, err = s.readSettings(ctx, tenant); err != nil || set.Body.Switched == nil {
		return err
	}
	return s.tellSwitched(ctx, tenant, set.Body)
}

// begin notes the job, with how much there is to do; a job that a killed
// process left goes on where it was. It gives nil where other models were
// wanted meanwhile.
func (s *Service) begin(ctx context.Context, tenant minyi.TenantID, target *Analyser, versions map[string]int) (*Job, error) {
	total, err := s.store.analyses.Count(ctx, docstore.Query{Index: byChange, Part: docstore.Part(string(tenant))})
	if err != nil {
		return nil, err
	}
	var job *Job
	_, err = s.store.settings.Put(ctx, string(tenant), func(b *settings, _ bool) error {
		if job = nil; !maps.Equal(b.Versions, versions) {
			return docstore.Unchanged
		}
		if b.Job == nil {
			b.Job = &Job{From: versions, Started: s.clock.Now()}
		}
		if b.Job.Target != target.Version() {
			b.Job.Target, b.Job.Done = target.Version(), 0
		}
		b.Job.Total = int(total)
		job = b.Job
		return nil
	})
	return job, err
}

// judgeAll writes target's verdict beside the one shown, for every analysis
// that lacks it. The text is cut anew: target may have another dictionary. done
// is how many a killed process had judged.
func (s *Service) judgeAll(ctx context.Context, tenant minyi.TenantID, active string, target *Analyser, done int) error {
	// To keeps what this very run writes, which moves to the end of the index,
	// from being met again.
	q := docstore.Query{Index: byChange, Part: docstore.Part(string(tenant)), To: docstore.SortTime(s.clock.Now())}
	verdicts := make(map[string]verdict)
	flush := func() error {
		err := s.putVerdicts(ctx, active, verdicts)
		done += len(verdicts)
		clear(verdicts)
		if err != nil {
			return err
		}
		return s.tell(ctx, tenant, done)
	}
	for d, err := range s.store.analyses.Find(ctx, q) {
		if err != nil {
			return err
		}
		if a := &d.Body; a.Text != "" && a.verdictBy(target.Version()) == nil {
			verdicts[d.ID] = s.verdictAnew(a, active, target)
		}
		if len(verdicts) >= 500 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// verdictAnew cuts and judges a kept text.
func (s *Service) verdictAnew(a *analysis, active string, target *Analyser) verdict {
	tokens := target.seg.Tag(clean.Simplify(a.Text))
	v := verdictOf(target.judge(a.Family, a.Text, tokens))
	if cuts := encodeCuts(tokens); !bytes.Equal(cuts, a.cutsBy(active)) {
		v.Cuts = cuts
	}
	return v
}

// putVerdicts puts the verdict shown into Now and the one to come into Next.
func (s *Service) putVerdicts(ctx context.Context, active string, verdicts map[string]verdict) error {
	if len(verdicts) == 0 {
		return nil
	}
	return s.store.analyses.UpdateMany(ctx, sortedKeys(verdicts), func(id string, a *analysis) error {
		v := verdicts[id]
		if a.Text == "" {
			return docstore.Unchanged // erased meanwhile
		}
		if a.Next != nil && a.Next.Model == active {
			a.Cuts, a.Now = a.cutsBy(active), *a.Next
			a.Now.Cuts = nil
		}
		a.Next = &v
		a.At = s.clock.Now()
		return nil
	})
}

// tell notes progress for those who watch.
func (s *Service) tell(ctx context.Context, tenant minyi.TenantID, done int) error {
	_, err := s.store.settings.Put(ctx, string(tenant), func(b *settings, _ bool) error {
		if b.Job == nil {
			return docstore.Unchanged
		}
		b.Job.Done = done
		return nil
	})
	return err
}
