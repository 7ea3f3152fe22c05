package nlp

import (
	"context"
	"sync"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
)

// overlap is how far behind the newest row a follower reads again: longer than
// clocks differ and a write takes between its stamp and its commit.
const overlap = 10 * time.Second

// tenant keeps one tenant's rows up to the store. Each process follows the
// store by the time of writing, so several of them agree without talking.
type tenant struct {
	id    minyi.TenantID
	store store
	build func(phraseBook, Dictionary) *vocabulary

	mu       sync.Mutex // guards all below; queries hold it while they count
	rows     *rows
	basis    basis     // what rows was made under
	newest   time.Time // stamp of the newest row seen
	followed time.Time // when the store was last asked
	answers  map[string]any
	counted  int // generation of answers

	units   map[minyi.UnitID][]minyi.UnitID // children
	unitsAt time.Time
}

func (s *Service) tenant(id minyi.TenantID) *tenant {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tenants[id]
	if t == nil {
		t = &tenant{id: id, store: s.store, build: func(b phraseBook, d Dictionary) *vocabulary { return newVocabulary(s.taxonomy, b, d) }}
		s.tenants[id] = t
	}
	return t
}

// follow brings the rows up to the store, at most once every so often. Call it
// with mu held.
func (t *tenant) follow(ctx context.Context, now time.Time, every time.Duration) error {
	if t.rows != nil && now.Sub(t.followed) < every {
		return nil
	}
	if t.rows == nil {
		basis, err := t.readBasis(ctx)
		if err != nil {
			return err
		}
		rows, newest, err := t.load(ctx, basis)
		if err != nil {
			return err
		}
		t.rows, t.basis, t.newest, t.followed = rows, basis, newest, now
		return nil
	}
	newest, err := t.read(ctx, t.rows, t.newest.Add(-overlap))
	if err != nil {
		return err
	}
	if newest.After(t.newest) {
		t.newest = newest
	}
	t.followed = now
	return nil
}

// switchOver builds the rows anew where phrases, dictionary or models have
// changed, beside the old ones, which answer meanwhile, and puts them in their
// place at once.
func (t *tenant) switchOver(ctx context.Context) error {
	basis, err := t.readBasis(ctx)
	if err != nil {
		return err
	}
	t.mu.Lock()
	same := t.rows == nil || basis.same(t.basis)
	t.mu.Unlock()
	if same {
		return nil
	}
	fresh, newest, err := t.load(ctx, basis)
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	fresh.generation = t.rows.generation + 1
	t.rows, t.basis, t.newest = fresh, basis, newest
	return nil
}

// basis is what rows are made under.
type basis struct {
	book       phraseBook
	dictionary Dictionary
	model      string
}

func (b basis) same(c basis) bool {
	return b.book.Version == c.book.Version && b.dictionary.Version == c.dictionary.Version && b.model == c.model
}

func (t *tenant) readBasis(ctx context.Context) (basis, error) {
	book, err := t.store.phrases.Get(ctx, string(t.id))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return basis{}, err
	}
	set, err := t.store.settings.Get(ctx, string(t.id))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return basis{}, err
	}
	return basis{book.Body, set.Body.Dictionary, set.Body.Active}, nil
}

// load reads all of the tenant's analyses under b.
func (t *tenant) load(ctx context.Context, b basis) (*rows, time.Time, error) {
	fresh := newRows(t.build(b.book, b.dictionary), b.model)
	newest, err := t.read(ctx, fresh, time.Time{})
	return fresh, newest, err
}

// read takes in what was written since, and gives the newest stamp among it.
func (t *tenant) read(ctx context.Context, into *rows, since time.Time) (newest time.Time, err error) {
	q := docstore.Query{Index: byChange, Part: docstore.Part(string(t.id))}
	if !since.IsZero() {
		q.From = docstore.SortTime(since)
	}
	for d, err := range t.store.analyses.Find(ctx, q) {
		if err != nil {
			return newest, err
		}
		into.apply(d)
		if d.Body.At.After(newest) {
			newest = d.Body.At
		}
	}
	return newest, nil
}

// remember keeps an answer until a row moves.
func (t *tenant) remember(key string, make func() any) any {
	if t.answers == nil || t.counted != t.rows.generation {
		t.answers, t.counted = map[string]any{}, t.rows.generation
	}
	if have, ok := t.answers[key]; ok {
		return have
	}
	if len(t.answers) >= 256 { // a person's filters never fill it; a robot's may
		clear(t.answers)
	}
	v := make()
	t.answers[key] = v
	return v
}
