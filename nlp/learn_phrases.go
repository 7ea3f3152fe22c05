package nlp

import (
	"context"
	"iter"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/nlp/phrase"
	"minyi/nlp/token"
)

const (
	learnFrom = 30     // texts under which no phrase can show itself
	learnMost = 50_000 // newest texts learnt from: more add time, not phrases
)

// learnLoop follows the user dictionary, and learns phrases again wherever
// enough new texts came and the rush is over.
func (s *Service) learnLoop(ctx context.Context) {
	tick := time.NewTicker(s.cfg.LearnEvery)
	defer tick.Stop()
	seen := make(map[minyi.TenantID]int)
	s.tenant(minyi.DefaultTenant)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		s.followUserWords()
		for _, id := range s.knownTenants() {
			texts, err := s.keepUp(ctx, id, seen[id])
			if err != nil && ctx.Err() == nil {
				s.log.Warn("keep phrases up", "tenant", id, "err", err)
			}
			seen[id] = texts
		}
	}
}

// keepUp does a tenant's re-analysis if one is due, learns its phrases again if
// enough came in and the rush is over, and switches the figures over.
func (s *Service) keepUp(ctx context.Context, id minyi.TenantID, before int) (texts int, err error) {
	if err := s.reanalyse(ctx, id); err != nil {
		return before, err
	}
	texts, learnt, err := s.textsOf(ctx, id)
	if err != nil {
		return before, err
	}
	due := texts >= learnFrom && texts >= learnt+max(learnFrom, learnt/5)
	if due && texts == before {
		if err := s.LearnPhrases(ctx, id); err != nil {
			return texts, err
		}
	}
	return texts, s.tenant(id).switchOver(ctx)
}

func (s *Service) knownTenants() []minyi.TenantID {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []minyi.TenantID
	for id := range s.tenants {
		out = append(out, id)
	}
	return out
}

// textsOf counts a tenant's texts with content, and those learnt from.
func (s *Service) textsOf(ctx context.Context, id minyi.TenantID) (texts, learnt int, err error) {
	t := s.tenant(id)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.follow(ctx, s.clock.Now(), s.cfg.FollowEvery); err != nil {
		return 0, 0, err
	}
	for i := range t.rows.list {
		if t.rows.list[i].content {
			texts++
		}
	}
	return texts, t.basis.book.Texts, nil
}

// LearnPhrases discovers the phrases of a tenant's own texts and stores them;
// every process switches its words over when it next reads.
func (s *Service) LearnPhrases(ctx context.Context, id minyi.TenantID) error {
	start := s.clock.Now()
	texts := 0
	var failed error
	found := phrase.Discover(s.texts(ctx, id, &texts, &failed), phrase.Options{})
	if failed != nil {
		return failed
	}
	book, err := s.store.phrases.Put(ctx, string(id), func(b *phraseBook, _ bool) error {
		*b = phraseBook{Phrases: found, Texts: texts, Version: b.Version + 1, At: s.clock.Now()}
		return nil
	})
	if err != nil {
		return err
	}
	s.log.Info("phrases learnt", "tenant", id, "texts", texts, "phrases", len(found), "version", book.Body.Version, "took", s.clock.Now().Sub(start).Round(time.Millisecond))
	return nil
}

// texts streams the tokens of a tenant's newest texts.
func (s *Service) texts(ctx context.Context, id minyi.TenantID, n *int, failed *error) iter.Seq[[]token.Token] {
	q := docstore.Query{Index: byChange, Part: docstore.Part(string(id)), Desc: true, Limit: learnMost}
	return func(yield func([]token.Token) bool) {
		seen := make(map[string]bool) // the same words sent again teach nothing new
		for d, err := range s.store.analyses.Find(ctx, q) {
			if err != nil {
				*failed = err
				return
			}
			if !d.Body.Counts || !d.Body.Now.Content {
				continue
			}
			*n++
			if seen[d.Body.Text] {
				continue
			}
			seen[d.Body.Text] = true
			if !yield(d.Body.tokens()) {
				return
			}
		}
	}
}
