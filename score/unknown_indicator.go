package score

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"minyi/internal/fault"
	"minyi/score/methods"
)

// unknownIndicator says that m has no such indicator, and which the name may
// have meant; where none is near, which there are at the place it names.
func unknownIndicator(path string, m *methods.Method) *fault.Error {
	zh, en := fmt.Sprintf("没有指标 %q，", path), fmt.Sprintf("there is no indicator %q; ", path)
	above, _ := cutLast(path)
	if near := nearest(path, m.Importable()); len(near) > 0 {
		zh, en = zh+"相近的是 "+quoted(near, "、"), en+"near it: "+quoted(near, ", ")
	} else if n, ok := m.Find(above); ok && len(n.Children) > 0 {
		zh, en = zh+n.Path+" 之下有 "+quoted(names(n.Children), "、"), en+n.Path+" has "+quoted(names(n.Children), ", ")
	} else {
		zh, en = zh+"第一级有 "+quoted(names(m.Tree), "、")+"，下级写作 一级/二级/三级", en+"the first level has "+quoted(names(m.Tree), ", ")+", what is below is written with strokes"
	}
	return fault.New(fault.NotFound, "indicator_unknown", zh+"。", en).On("path")
}

func quoted(list []string, by string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(out, by)
}

func names(nodes []methods.Node) []string {
	out := make([]string, len(nodes))
	for i, n := range nodes {
		out[i] = n.Name
	}
	return out
}

// nearest gives up to three known paths that path may have meant, the nearest
// first: its last part differs by a third of its characters at most or stands
// in theirs, or the whole path differs by a quarter.
func nearest(path string, known []string) []string {
	type candidate struct {
		path string
		far  int
	}
	var near []candidate
	above, name := cutLast(path)
	for _, k := range known {
		parent, its := cutLast(k)
		far, whole := changes(name, its), changes(path, k)
		if holds(its, name) || holds(name, its) {
			far = 0
		}
		if far > max(1, len([]rune(name))/3) && whole > len([]rune(path))/4 {
			continue
		}
		if parent != above {
			far++
		}
		near = append(near, candidate{k, min(far, whole)})
	}
	slices.SortStableFunc(near, func(a, b candidate) int { return cmp.Compare(a.far, b.far) })
	var out []string
	for _, c := range near[:min(3, len(near))] {
		if c.far == near[0].far {
			out = append(out, c.path)
		}
	}
	return out
}

// holds says whether part, of two characters at least, stands in name.
func holds(name, part string) bool {
	return len([]rune(part)) > 1 && strings.Contains(name, part)
}

func cutLast(path string) (above, last string) {
	i := strings.LastIndex(path, "/")
	return path[:max(i, 0)], path[i+1:]
}

// changes is the Levenshtein distance in characters.
func changes(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			cost := diagonal
			if x[i] != y[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}
