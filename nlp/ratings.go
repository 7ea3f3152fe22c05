package nlp

import (
	"context"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// ratingsLoop trains polarity on remarks and their ratings wherever enough new
// ones came in, until ctx is done.
func (s *Service) ratingsLoop(ctx context.Context) {
	tick := time.NewTicker(s.cfg.RatingsEvery)
	defer tick.Stop()
	tried := make(map[string]int)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, id := range s.knownTenants() {
			if err := s.keepPolarity(ctx, id, tried); err != nil && ctx.Err() == nil {
				s.log.Warn("train polarity on ratings", "tenant", id, "err", err)
			}
		}
	}
}

// keepPolarity trains the polarity of all questionnaires and that of each one
// where its rated remarks are enough and a fifth more than at the last time. A
// model that is worse is refused as ever, and a task that a person rolled back
// is left alone. tried remembers how many there were, by tenant and task.
func (s *Service) keepPolarity(ctx context.Context, tenant minyi.TenantID, tried map[string]int) error {
	rated, err := s.rated(ctx, tenant)
	if err != nil {
		return err
	}
	for _, task := range sortedKeys(rated) {
		if task != TaskPolarity && rated[task] == rated[TaskPolarity] {
			continue // the only questionnaire: the model of all is its own
		}
		key := docstore.Part(string(tenant), task)
		due, err := s.due(ctx, tenant, task, rated[task], tried[key])
		if err != nil {
			return err
		}
		if !due {
			continue
		}
		tried[key] = rated[task]
		reply, err := s.Train(ctx, TrainRequest{Tenant: tenant, Task: TaskPolarity, Questionnaire: familyOf(task)})
		if fault.Is(err, fault.Invalid) {
			continue // all praise, or all alike: more may come
		}
		if err != nil {
			return err
		}
		s.log.Info("polarity trained on ratings", "tenant", tenant, "task", task, "examples", reply.Examples, "taken", reply.Taken,
			"macro_f1", reply.New.MacroF1, "current_macro_f1", reply.Current.MacroF1)
	}
	return nil
}

// due reports whether a task has enough to be trained anew.
func (s *Service) due(ctx context.Context, tenant minyi.TenantID, task string, rated, tried int) (bool, error) {
	if rated < leastPairs || 5*rated < 6*tried {
		return false, nil
	}
	last, err := s.lastVersion(ctx, tenant, task)
	if err != nil {
		return false, err
	}
	set, err := s.readSettings(ctx, tenant)
	if err != nil || set.Body.Versions[task] != last.Version {
		return false, err
	}
	return 5*rated >= 6*last.Examples, nil
}

// rated counts remarks with content and a rating, by task.
func (s *Service) rated(ctx context.Context, id minyi.TenantID) (map[string]int, error) {
	t := s.tenant(id)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.follow(ctx, s.clock.Now(), s.cfg.FollowEvery); err != nil {
		return nil, err
	}
	out := make(map[string]int)
	for i := range t.rows.list {
		if r := &t.rows.list[i]; r.content && r.overall > 0 {
			out[TaskPolarity]++
			if r.family != "" {
				out[taskOf(TaskPolarity, r.family)]++
			}
		}
	}
	return out, nil
}
