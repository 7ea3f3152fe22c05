package stat_test

import (
	"math/rand/v2"
	"testing"

	"minyi/score/stat"
)

func TestSuppressLeavesNothingToWorkOut(t *testing.T) {
	cells := [][]int{{3, 20, 30}, {40, 12, 60}, {70, 80, 90}}
	hide := stat.Suppress(cells, 5)
	for r := range cells {
		row, col := 0, 0
		for c := range cells {
			if hide[r][c] {
				row++
			}
			if hide[c][r] {
				col++
			}
		}
		if row == 1 || col == 1 {
			t.Errorf("line %d hides one cell only: %v", r, hide)
		}
	}
	if !hide[0][0] || hide[2][2] {
		t.Errorf("%v", hide)
	}
	if h := stat.Suppress([][]int{{0, 9}, {9, 9}}, 5); h[0][0] || h[1][1] {
		t.Errorf("a table without small cells is hidden: %v", h)
	}
	// Among zeros the small cell is all of its row's total.
	if h := stat.Suppress([][]int{{3, 0, 0}, {0, 50, 60}, {0, 70, 80}}, 5); !h[0][0] || !h[0][1] && !h[0][2] || !h[1][0] && !h[2][0] {
		t.Errorf("the only people of a row are told by its total: %v", h)
	}
	// Two cells that hold two people hold one each.
	if h := stat.Suppress([][]int{{1, 1, 20, 30}, {40, 50, 60, 70}}, 5); !h[0][2] || h[0][3] {
		t.Errorf("two that hold two: %v", h)
	}
}

// TestSuppressHoldsAgainstTotals hides the small cells of random tables and asks
// whether any hidden one follows from the totals: whether the hidden cells,
// as edges between rows and columns, have one that lies on no circle.
func TestSuppressHoldsAgainstTotals(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	tables := [][][]int{{ // two groups that one hidden cell joins
		{3, 30, 900, 901, 902, 903}, {31, 4, 4, 904, 905, 906}, {907, 908, 32, 33, 909, 910}, {911, 912, 34, 3, 913, 914}}}
	for range 300 {
		cells := make([][]int, 2+rng.IntN(6))
		for r := range cells {
			for range 6 {
				cells[r] = append(cells[r], []int{0, 2, 4, 9, 30, 80, 100}[rng.IntN(7)])
			}
		}
		tables = append(tables, cells)
	}
	for _, cells := range tables {
		hide := stat.Suppress(cells, 5)
		for r := range cells {
			for c, v := range cells[r] {
				if v > 0 && v < 5 && !hide[r][c] {
					t.Fatalf("%v shows %d", cells, v)
				}
				if hide[r][c] && follows(hide, r, c) {
					t.Fatalf("cell %d,%d of %v follows from the totals: %v", r, c, cells, hide)
				}
			}
		}
	}
}

// follows reports whether no other way of hidden cells leads from a cell's row
// to its column.
func follows(hide [][]bool, row, column int) bool {
	rows, columns := map[int]bool{row: true}, map[int]bool{}
	for grown := true; grown; {
		grown = false
		for r := range hide {
			for c := range hide[r] {
				if hide[r][c] && (r != row || c != column) && rows[r] != columns[c] {
					rows[r], columns[c], grown = true, true, true
				}
			}
		}
	}
	return !columns[column]
}

// TestRakeTrimsTheHighFirst: one of a hundred stands for nearly everyone. What
// is cut off its weight lifts the others over the low bound; the mean stays 1.
func TestRakeTrimsTheHighFirst(t *testing.T) {
	m := stat.Margin{Name: "sex", Of: make([]int, 100), Share: []float64{0.01, 0.99}}
	m.Of[0] = 1
	r, err := stat.Rake(100, nil, []stat.Margin{m}, stat.RakeOptions{Low: 0.3, High: 3})
	if err != nil {
		t.Fatal(err)
	}
	var sum float64
	for _, w := range r.Weights {
		sum += w
	}
	near(t, "mean weight", sum/100, 1, 1e-9)
	near(t, "the one's weight", r.Weights[0], 3, 1e-9)
	near(t, "the others' weight", r.Weights[1], 97.0/99, 1e-9)
}
