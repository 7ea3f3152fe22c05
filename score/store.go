package score

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/id"
)

// partition is where an answer's row lives: rows of one questionnaire version,
// unit and day share chunks.
type partition struct {
	Tenant        minyi.TenantID        `json:"t"`
	Unit          minyi.UnitID          `json:"u"`
	Day           string                `json:"d"`
	Questionnaire minyi.QuestionnaireID `json:"q"`
	Version       int                   `json:"v"`
}

// chunkID names the chunk of a partition at a branch: "" the first, then one
// bit of the row keys for each time it has split.
func (p partition) chunkID(branch string) string {
	return id.Derive(string(p.Tenant), string(p.Unit), p.Day, string(p.Questionnaire), strconv.Itoa(p.Version), branch)
}

// chunk holds the packed rows of a partition, or of a branch of it.
type chunk struct {
	partition
	Branch string `json:"k"`
	// Split says that the rows have moved on to the branches k+"0" and k+"1".
	// A branch whose parent is not split is an unfinished split: not read.
	Split bool `json:"split,omitempty"`
	// Seq counts changes. The sum of a unit-day's Seq only grows, so that of two
	// sheets the one read later is known by it.
	Seq  int64  `json:"seq"`
	Rows []byte `json:"rows,omitempty"` // tally.Block
	Sum  []byte `json:"sum,omitempty"`  // tally.Sum of Rows
}

// place remembers where an answer's row is, so that a new day or unit moves it
// and an erasure finds it.
type place struct {
	At   partition   `json:"at"`
	Old  []partition `json:"old,omitempty"` // where it was and may still have to be taken out
	Rev  int64       `json:"rev"`
	Gone bool        `json:"gone,omitempty"`
}

// mark says that a unit's day has to be summed again, with its month and year;
// or a month, or a year; without a day, that its lines have to be prepared anew.
type mark struct {
	Tenant minyi.TenantID `json:"t"`
	Unit   minyi.UnitID   `json:"u"`
	Day    string         `json:"d"`
}

type (
	markDoc  = docstore.Doc[mark]
	sheetDoc = docstore.Doc[sheet]
)

// Kinds of sheets: lean ones leave out channel and campaign, so that a table
// of all units reads little; see lineOf for the third kind.
const (
	lean = "lean"
	wide = "wide"
)

// sheet is the sum of one unit, its children included, over a day, a month or
// a year.
type sheet struct {
	Tenant minyi.TenantID `json:"t"`
	Unit   minyi.UnitID   `json:"u"`
	Parent minyi.UnitID   `json:"p"`
	Period string         `json:"d"` // 2006-01-02, 2006-01 or 2006
	Kind   string         `json:"k"`
	Epoch  int64          `json:"e"` // of the unit tree
	Seq    int64          `json:"seq"`
	At     time.Time      `json:"at"`
	Sum    []byte         `json:"sum,omitempty"`
	Line   []byte         `json:"line,omitempty"` // instead of Sum, in sheets of a lineOf
}

func (b *sheet) id() string {
	return id.Derive("sheet", string(b.Tenant), string(b.Unit), b.Period, b.Kind)
}

// grain tells days, months and years apart: the length of a period's text.
func grain(period string) string { return strconv.Itoa(len(period)) }

// indicator is an imported value.
type indicator struct {
	Tenant minyi.TenantID `json:"t"`
	Unit   minyi.UnitID   `json:"u"`
	Period string         `json:"d"` // 2006, 2006-Q2, 2006-01 or 2006-01-02
	Path   string         `json:"path"`
	Value  float64        `json:"value"`
	File   string         `json:"file"` // name of the file, never its contents
	Line   int            `json:"line"`
	By     string         `json:"by"`
	At     time.Time      `json:"at"`
	// Was holds the values that this one replaced, newest first.
	Was []replaced `json:"was,omitempty"`
}

type replaced struct {
	Value float64   `json:"value"`
	File  string    `json:"file"`
	By    string    `json:"by"`
	At    time.Time `json:"at"`
}

// state is what is remembered of a tenant as a whole.
type state struct {
	// Epoch and Parents are the unit tree by which sheets were summed.
	Epoch int64 `json:"epoch"`
	// Moved holds units that have moved, with the parents they left, until
	// their days are summed anew.
	Moved   map[minyi.UnitID][]minyi.UnitID `json:"moved,omitempty"`
	Parents map[minyi.UnitID]minyi.UnitID   `json:"parents"`
	// Imported counts, by unit, how often indicators were imported for it.
	Imported map[minyi.UnitID]int64 `json:"imported,omitempty"`
	// Errors is what nlp last measured of its polarity model.
	Errors textErrors `json:"errors,omitzero"`
	// Prepared is the method and the errors by which all lines were prepared.
	Prepared string `json:"prepared,omitempty"`
}

type store struct {
	places     *docstore.Collection[place]
	chunks     *docstore.Collection[chunk]
	marks      *docstore.Collection[mark]
	sheets     *docstore.Collection[sheet]
	indicators *docstore.Collection[indicator]
	states     *docstore.Collection[state]
	methods    *docstore.Collection[published]
	targets    *docstore.Collection[targets]
}

func openStore(ctx context.Context, db *docstore.DB) (store, error) {
	var s store
	var errs [8]error
	s.places, errs[0] = docstore.Open[place](ctx, db, "score_places")
	s.chunks, errs[1] = docstore.Open(ctx, db, "score_chunks", docstore.Index[chunk]{Name: "day", Key: chunkKey},
		docstore.Index[chunk]{Name: "units", Key: func(_ string, b chunk) (docstore.Key, bool) {
			return docstore.Key{Part: string(b.Tenant), Sort: string(b.Unit)}, b.Branch == ""
		}})
	s.marks, errs[2] = docstore.Open[mark](ctx, db, "score_dirty")
	s.sheets, errs[3] = docstore.Open(ctx, db, "score_sheets",
		docstore.Index[sheet]{Name: "unit", Key: func(_ string, b sheet) (docstore.Key, bool) {
			return docstore.Key{Part: docstore.Part(string(b.Tenant), string(b.Unit), b.Kind, grain(b.Period)), Sort: b.Period}, true
		}},
		docstore.Index[sheet]{Name: "children", Key: func(_ string, b sheet) (docstore.Key, bool) {
			return docstore.Key{Part: docstore.Part(string(b.Tenant), string(b.Parent), b.Kind, b.Period), Sort: string(b.Unit)}, b.Unit != ""
		}},
		docstore.Index[sheet]{Name: "years", Key: func(_ string, b sheet) (docstore.Key, bool) {
			return docstore.Key{Part: string(b.Tenant), Sort: string(b.Unit)}, b.Kind == lean && len(b.Period) == len("2006")
		}})
	s.indicators, errs[4] = docstore.Open(ctx, db, "score_indicators", docstore.Index[indicator]{Name: "unit", Key: func(_ string, b indicator) (docstore.Key, bool) {
		return docstore.Key{Part: docstore.Part(string(b.Tenant), string(b.Unit)), Sort: b.Path + "|" + b.Period}, true
	}})
	s.states, errs[5] = docstore.Open[state](ctx, db, "score_state")
	s.methods, errs[6] = docstore.Open[published](ctx, db, "score_methods")
	s.targets, errs[7] = docstore.Open[targets](ctx, db, "score_targets")
	return s, errors.Join(errs[:]...)
}

func chunkKey(_ string, b chunk) (docstore.Key, bool) {
	return docstore.Key{Part: docstore.Part(string(b.Tenant), string(b.Unit)), Sort: chunkSort(b)}, true
}

// chunkSort orders a unit's chunks by day, then by questionnaire and branch.
func chunkSort(b chunk) string {
	return strings.Join([]string{b.Day, string(b.Questionnaire), docstore.SortInt(int64(b.Version)), b.Branch}, "|")
}
