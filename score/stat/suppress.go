package stat

// Suppress says which cells of a table may be shown so that no cell under k
// people can be read or worked out. Cells 1…k−1 are hidden (primary). Where a
// row or a column with a known total hides just one cell, that cell could be had
// by subtraction; where the hidden ones hold fewer than k people together, too
// much is known of each (two that hold two people hold one each). So the smallest
// shown neighbour is hidden too (complementary), until nothing changes. Zeros
// hold no one and are hidden last.
func Suppress(cells [][]int, k int) [][]bool {
	hide := make([][]bool, len(cells))
	for r, row := range cells {
		hide[r] = make([]bool, len(row))
		for c, v := range row {
			hide[r][c] = v > 0 && v < k
		}
	}
	for complement(cells, hide, k) {
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

// before orders cells by how soon they are hidden: the smallest first, empty
// ones last.
func before(a, b int) bool { return a > 0 && (b == 0 || a < b) }
