package sqlite

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"minyi/internal/docstore"
)

// lookUps joins look-ups of single ids that wait at the same time into one
// statement. After every commit a connection begins with an empty page cache,
// so that under load each look-up by itself would read its way down the tree
// again. Whoever finds nobody reading reads for all that wait, itself included,
// and hands the duty on; a caller that is alone waits for nobody.
type lookUps struct {
	t *table

	mu      sync.Mutex
	waiting []*lookUp
	reading bool
	crowd   bool // the last round had several
}

type lookUp struct {
	id     string
	found  []docstore.Record
	err    error
	served chan bool // false: it is yours to read
}

// atOnce bounds a round, which is one statement.
const atOnce = 100

func (l *lookUps) read(ctx context.Context, id string) ([]docstore.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	mine := &lookUp{id: id}
	l.mu.Lock()
	l.waiting = append(l.waiting, mine)
	if l.reading {
		mine.served = make(chan bool, 1)
		l.mu.Unlock()
		if <-mine.served {
			return mine.found, mine.err
		}
		l.mu.Lock()
	}
	l.reading = true
	if l.crowd {
		// Those who were served together come again together: let them.
		l.mu.Unlock()
		runtime.Gosched()
		l.mu.Lock()
	}
	round := l.round(mine)
	l.mu.Unlock()
	l.serve(round)
	return mine.found, mine.err
}

// round takes mine and those that wait longest.
func (l *lookUps) round(mine *lookUp) []*lookUp {
	round := []*lookUp{mine}
	rest := l.waiting[:0]
	for _, w := range l.waiting {
		switch {
		case w == mine:
		case len(round) < atOnce:
			round = append(round, w)
		default:
			rest = append(rest, w)
		}
	}
	clear(l.waiting[len(rest):])
	l.waiting, l.crowd = rest, len(round) > 1
	return round
}

// serve reads for a round, whoever of it may have gone meanwhile, and hands the
// duty on.
func (l *lookUps) serve(round []*lookUp) {
	defer l.handOn(round)
	ids := make([]string, len(round))
	for i, w := range round {
		ids[i], w.err = w.id, errBrokenOff
	}
	records, err := l.t.readAll(context.Background(), ids)
	for _, w := range round {
		w.err = err
		for _, r := range records {
			if r.ID == w.id {
				w.found = []docstore.Record{r}
			}
		}
	}
}

// errBrokenOff is what the others get where serving them ended in a panic.
var errBrokenOff = errors.New("look-up broken off")

func (l *lookUps) handOn(round []*lookUp) {
	for _, w := range round[1:] {
		w.served <- true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reading = len(l.waiting) > 0
	if l.reading {
		l.waiting[0].served <- false
	}
}
