package export

import (
	"iter"
	"math"
	"strconv"

	"minyi"
)

// Cell is one value of a row.
type Cell struct {
	text   string
	number bool
}

// Text is a cell that is never a number or a formula, whatever it looks like.
func Text(s string) Cell { return Cell{text: s} }

// Int is a whole number.
func Int(n int) Cell { return Cell{text: strconv.Itoa(n), number: true} }

// Points is a score or percentage with two decimals; nil is blank.
func Points(v *float64) Cell {
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return Cell{}
	}
	return Cell{text: strconv.FormatFloat(minyi.Round(*v, 2), 'f', 2, 64), number: true}
}

// Number is a number as exact as needed; nil is blank.
func Number(v *float64) Cell {
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return Cell{}
	}
	return Cell{text: strconv.FormatFloat(*v, 'f', -1, 64), number: true}
}

// Ratio is a share 0…1 to four decimals.
func Ratio(v float64) Cell {
	rounded := math.Round(v*1e4) / 1e4
	return Number(&rounded)
}

// Flag is 1 or 0.
func Flag(b bool) Cell {
	if b {
		return Int(1)
	}
	return Int(0)
}

// Column is a column of an export with its entry in the codebook.
type Column struct {
	Key    string // stable; the heading of English files
	ZH     string // the heading of Chinese files
	AboutZ string // what it holds, its values and units
	AboutE string
}

// Table is one sheet of a file.
type Table struct {
	Name    string // of the sheet
	Columns []Column
	English bool // headings by key
	// Rows gives the rows in order. A row may be reused for the next.
	Rows iter.Seq2[[]Cell, error]
}

func (t Table) heading() []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		if out[i] = c.ZH; t.English {
			out[i] = c.Key
		}
	}
	return out
}

// fixed gives rows that stand already.
func fixed(rows [][]Cell) iter.Seq2[[]Cell, error] {
	return func(yield func([]Cell, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}
