package stat

// Suppress says which cells of a table may be shown so that no cell under k
// people can be read or worked out. Cells 1…k−1 are hidden (primary). When
// just one cell of a row or a column with a printed total is hidden, it could
// be had by subtraction, so its smallest shown neighbour is hidden too
// (complementary), until nothing changes. Zeros stay: they hold no one.
func Suppress(cells [][]int, k int) [][]bool {
	hide := make([][]bool, len(cells))
	for r, row := range cells {
		hide[r] = make([]bool, len(row))
		for c, v := range row {
			hide[r][c] = v > 0 && v < k
		}
	}
	for complement(cells, hide) {
	}
	return hide
}

// complement hides one more cell in every line that has exactly one hidden.
func complement(cells [][]int, hide [][]bool) bool {
	changed := false
	for r := range cells {
		line := make([][2]int, len(cells[r]))
		for c := range cells[r] {
			line[c] = [2]int{r, c}
		}
		changed = complementLine(cells, hide, line) || changed
	}
	if len(cells) == 0 {
		return changed
	}
	for c := range cells[0] {
		line := make([][2]int, len(cells))
		for r := range cells {
			line[r] = [2]int{r, c}
		}
		changed = complementLine(cells, hide, line) || changed
	}
	return changed
}

func complementLine(cells [][]int, hide [][]bool, line [][2]int) bool {
	hidden, best := 0, -1
	for i, at := range line {
		if hide[at[0]][at[1]] {
			hidden++
			continue
		}
		v := cells[at[0]][at[1]]
		if v > 0 && (best < 0 || v < cells[line[best][0]][line[best][1]]) {
			best = i
		}
	}
	if hidden != 1 || best < 0 {
		return false
	}
	hide[line[best][0]][line[best][1]] = true
	return true
}
