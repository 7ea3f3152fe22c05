package methods

import (
	"fmt"
	"strings"

	"minyi"
)

// Method is one checked method file.
type Method struct {
	ID      string
	Version int
	Title   string
	Source  string   // where weights and formulas come from
	Notes   []string // what a reader of the figures must know
	Root    string   // name of the root, 总分
	Places  int      // decimals when printed
	Minimum int      // n under which a figure is neither graded nor ranked
	Level   float64  // of the intervals, 0.95
	Missing Missing
	Exclude Exclude
	Frames  map[minyi.Audience]string // whom the figures describe
	Grades  Grades
	Tree    []Node
	Rates   []Rate
	Table   Table
}

// Missing says what to do when a leaf has no data.
type Missing string

// Rules for missing leaves.
const (
	// Reweight shares the missing weight among the siblings in proportion, and
	// coverage falls.
	Reweight Missing = "reweight"
	// Fail leaves the parent without a score.
	Fail Missing = "fail"
)

// Exclude lists the answers that do not count by default. 不了解/不清楚 is
// always left out of a mean or rate and counted beside it.
type Exclude struct {
	Default  bool            // system-default ratings
	SetAside bool            // 误评, 恶意, with reason and trace
	Channels []minyi.Channel // another frame, e.g. open links: shown on their own
}

// Node is an indicator. It has children or a leaf, never both.
type Node struct {
	Name     string
	Path     string  // from level 1 down, joined by /
	Weight   float64 // as printed in the file
	Share    float64 // weight over the siblings' sum, 0…1
	Equal    bool    // no weight is published: equal by rule
	Children []Node
	Leaf     *Leaf
}

// Leaf is where a bottom indicator comes from: the first source with data.
type Leaf struct{ Sources []Source }

// Kind is the kind of a source.
type Kind string

// Kinds of sources.
const (
	Survey   Kind = "survey"   // a closed question, by its indicator tag
	Text     Kind = "text"     // a fact of the remark's analysis
	Ratio    Kind = "ratio"    // a quotient of two imported values
	Imported Kind = "imported" // an imported value 0…100
)

// Source is one way to get a leaf.
type Source struct {
	Kind Kind
	Tag  string // question or text measure (negative, suggestion)
	// Rate counts these values of a scale of Of; empty: a mean.
	Rate []int
	Of   int
	// Points maps each value of a mean to 0…100; nil: linear (v−1)/(k−1)·100.
	Points map[int]float64
	Invert bool // 100 minus
	// Num and Den are the imported parts of a ratio; Annual scales a shorter
	// period's numerator to a year.
	Num, Den string
	Annual   bool
	// Scale maps a rate or quotient to 0…100, piecewise linear and flat beyond
	// its ends.
	Scale []Point
	// Error corrects a text rate for the model's own mistakes as the file states
	// them; Measured, by what nlp measures on the tenant's own texts.
	Error    *TextError
	Measured bool `json:",omitempty"` // left out when unset, so that older methods keep their digest
	// Families narrows to these questionnaire families; empty: all.
	Families []minyi.Family
	Include  Include
}

// Include counts answers that Exclude would leave out, to show a figure with
// them beside the one without.
type Include struct{ Default, SetAside bool }

// Point is one corner of a piecewise linear scale.
type Point struct{ At, Score float64 }

// TextError is a classifier's measured error: the share of negative remarks
// that it calls so, and the share of others that it does not.
type TextError struct{ Sensitivity, Specificity float64 }

// Rate is a proportion shown beside the index.
type Rate struct {
	Name string
	Source
}

// Table names what the unit table shows in its columns.
type Table struct{ Satisfied, TopTwo, Resolved, Score string }

// Name is id@version, the name that a score prints.
func (m *Method) Name() string { return fmt.Sprintf("%s@%d", m.ID, m.Version) }

// Walk visits every node, parents before children; depth 1 is level 1.
func (m *Method) Walk(visit func(n *Node, depth int)) {
	var walk func([]Node, int)
	walk = func(nodes []Node, depth int) {
		for i := range nodes {
			visit(&nodes[i], depth)
			walk(nodes[i].Children, depth+1)
		}
	}
	walk(m.Tree, 1)
}

// Find gives the node at path. A ratio's imported part is not a node.
func (m *Method) Find(path string) (*Node, bool) {
	var found *Node
	m.Walk(func(n *Node, _ int) {
		if n.Path == path {
			found = n
		}
	})
	return found, found != nil
}

// Importable lists every path under which a value may be imported: each node,
// and each part of a ratio as a path below its leaf.
func (m *Method) Importable() []string {
	var paths []string
	m.Walk(func(n *Node, _ int) {
		paths = append(paths, n.Path)
		if n.Leaf == nil {
			return
		}
		for _, s := range n.Leaf.Sources {
			if s.Kind == Ratio {
				paths = append(paths, n.Path+"/"+s.Num, n.Path+"/"+s.Den)
			}
		}
	})
	return paths
}

// IsPart reports whether path is a raw part of a ratio (calls, residents),
// whose value is a count and not a score.
func (m *Method) IsPart(path string) bool {
	if _, ok := m.Find(path); ok {
		return false
	}
	i := strings.LastIndex(path, "/")
	if i < 0 {
		return false
	}
	n, ok := m.Find(path[:i])
	if !ok || n.Leaf == nil {
		return false
	}
	for _, s := range n.Leaf.Sources {
		if s.Kind == Ratio && (s.Num == path[i+1:] || s.Den == path[i+1:]) {
			return true
		}
	}
	return false
}

// Value gives what a value v of a scale of k adds to a rate (0 or 100) or to a
// mean (0…100), before Scale. ok is false when the source does not take it.
func (s *Source) Value(v, k int) (score float64, ok bool) {
	switch {
	case v < 1 || v > k || k < 2:
		return 0, false
	case len(s.Rate) > 0:
		if k != s.Of {
			return 0, false
		}
		for _, r := range s.Rate {
			if r == v {
				score = 100
			}
		}
	case s.Points != nil:
		if k != len(s.Points) {
			return 0, false
		}
		score = s.Points[v]
	default:
		score = float64(v-1) / float64(k-1) * 100
	}
	if s.Invert {
		score = 100 - score
	}
	return score, true
}

// Scaled maps x through the piecewise scale, and gives its slope there.
func (s *Source) Scaled(x float64) (score, slope float64) {
	p := s.Scale
	if x <= p[0].At {
		return p[0].Score, 0
	}
	for i := 1; i < len(p); i++ {
		if x <= p[i].At {
			slope = (p[i].Score - p[i-1].Score) / (p[i].At - p[i-1].At)
			return p[i-1].Score + (x-p[i-1].At)*slope, slope
		}
	}
	return p[len(p)-1].Score, 0
}
