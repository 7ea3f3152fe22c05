package stat

// Suppress says which cells of a table may be shown so that no cell under k
// people can be read or worked out. Cells 1…k−1 are hidden (primary). Where a
// row or a column with a known total hides just one cell, that cell could be had
// by subtraction; where the hidden ones hold fewer than k people together, too
// much is known of each (two that hold two people hold one each). So the smallest
// shown neighbour is hidden too (complementary), until nothing changes. A cell
// that alone joins two groups of hidden ones follows from the totals of either
// group: another is hidden between them. Zeros hold no one and are hidden last.
func Suppress(cells [][]int, k int) [][]bool {
	hide := make([][]bool, len(cells))
	for r, row := range cells {
		hide[r] = make([]bool, len(row))
		for c, v := range row {
			hide[r][c] = v > 0 && v < k
		}
	}
	for complement(cells, hide, k) || join(cells, hide) {
	}
	return hide
}

// complement hides one more cell in every line that gives its hidden ones away.
func complement(cells [][]int, hide [][]bool, k int) bool {
	changed := false
	for r := range cells {
		line := make([][2]int, len(cells[r]))
		for c := range cells[r] {
			line[c] = [2]int{r, c}
		}
		changed = complementLine(cells, hide, line, k) || changed
	}
	if len(cells) == 0 {
		return changed
	}
	for c := range cells[0] {
		line := make([][2]int, len(cells))
		for r := range cells {
			line[r] = [2]int{r, c}
		}
		changed = complementLine(cells, hide, line, k) || changed
	}
	return changed
}

func complementLine(cells [][]int, hide [][]bool, line [][2]int, k int) bool {
	hidden, people, best := 0, 0, -1
	for i, at := range line {
		v := cells[at[0]][at[1]]
		switch {
		case hide[at[0]][at[1]]:
			hidden++
			people += v
		case best < 0 || before(v, cells[line[best][0]][line[best][1]]):
			best = i
		}
	}
	if hidden == 0 || best < 0 || hidden > 1 && people >= k {
		return false
	}
	hide[line[best][0]][line[best][1]] = true
	return true
}

// join hides one more cell where a hidden one alone joins two groups.
func join(cells [][]int, hide [][]bool) bool {
	for r := range cells {
		for c := range cells[r] {
			if !hide[r][c] {
				continue
			}
			hide[r][c] = false
			a, b := groupOf(hide, r, -1), groupOf(hide, -1, c)
			hide[r][c] = true
			if a.columns[c] {
				continue
			}
			row, column := -1, -1
			for i := range cells {
				for j, v := range cells[i] {
					between := a.rows[i] && b.columns[j] || b.rows[i] && a.columns[j]
					if between && !hide[i][j] && (row < 0 || before(v, cells[row][column])) {
						row, column = i, j
					}
				}
			}
			if row >= 0 {
				hide[row][column] = true
				return true
			}
		}
	}
	return false
}

// group is the rows and columns that hidden cells join.
type group struct{ rows, columns []bool }

// groupOf follows the hidden cells from a row, or from a column.
func groupOf(hide [][]bool, row, column int) group {
	g := group{make([]bool, len(hide)), make([]bool, len(hide[0]))}
	if row >= 0 {
		g.rows[row] = true
	}
	if column >= 0 {
		g.columns[column] = true
	}
	for grown := true; grown; {
		grown = false
		for r := range hide {
			for c, hidden := range hide[r] {
				if hidden && g.rows[r] != g.columns[c] {
					g.rows[r], g.columns[c], grown = true, true, true
				}
			}
		}
	}
	return g
}

// before orders cells by how soon they are hidden: the smallest first, empty
// ones last.
func before(a, b int) bool { return a > 0 && (b == 0 || a < b) }
