package sandbox

import (
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
)

// hand fills forms in by a person's mood.
type hand struct {
	rng     *rand.Rand
	mood    float64
	remarks remarks
	writes  bool
}

// fill answers a form.
func (h *hand) fill(f *form) url.Values {
	values := url.Values{}
	for _, q := range f.fields {
		switch q.kind {
		case "hidden":
			values.Set(q.name, q.options[0].value)
		case "radio", "select":
			values.Set(q.name, h.choose(q))
		case "checkbox":
			for _, o := range q.options {
				if h.mood < 0.45 && h.rng.Float64() < 0.35 { // reasons of a bad rating
					values.Add(q.name, o.value)
				}
			}
		case "number":
			values.Set(q.name, strconv.Itoa(min(10, max(0, int(h.mood*10)))))
		case "text":
			if h.writes && q.limit >= 50 {
				values.Set(q.name, cut(h.remarks.pick(h.rng, h.mood), q.limit))
				h.writes = false // once is enough
			}
		}
	}
	return values
}

// choose picks an answer: the level that the mood stands for, as near as the
// options have it; now and then that one does not know.
func (h *hand) choose(q *field) string {
	mood := h.mood + h.rng.NormFloat64()*0.1
	if q.upsideDown {
		mood = 1 - mood
	}
	best, distance := 0, 2.0
	for i, o := range q.options {
		worth, known := worthOf(o, len(q.options) > 2)
		if !known {
			if h.rng.Float64() < 0.04 {
				return o.value
			}
			continue
		}
		if d := abs(worth - mood); d < distance {
			best, distance = i, d
		}
	}
	return q.options[best].value
}

// worths of labels as people read them, longer ones before those they contain.
var worths = []struct {
	word  string
	worth float64
}{
	{"非常不", 0.1}, {"很不", 0.1}, {"完全不", 0.1}, {"不了解", -1}, {"不清楚", -1}, {"不知道", -1}, {"说不清", -1},
	{"不满意", 0.3}, {"不太", 0.3}, {"不信任", 0.3}, {"基本", 0.5}, {"一般", 0.5}, {"部分", 0.5},
	{"非常", 0.9}, {"很", 0.9}, {"未解决", 0.2}, {"没有", 0.2}, {"未", 0.2}, {"没", 0.2}, {"否", 0.2}, {"不", 0.3},
	{"满意", 0.7}, {"已解决", 0.8}, {"是", 0.8}, {"有", 0.8}, {"用过", 0.8}, {"知道", 0.8}, {"了解", 0.7}, {"信任", 0.7}, {"比较", 0.7},
}

// worthOf says how good an answer is, 0…1. On a scale the number decides, 5 is
// the best value of a level; of two answers (是, 否) the label. known is false
// for 不了解 and the like.
func worthOf(o option, scale bool) (worth float64, known bool) {
	n, err := strconv.ParseFloat(o.value, 64)
	level := err == nil && n >= 1 && n <= 5
	if scale && level {
		return n/5 - 0.1, true
	}
	for _, w := range worths {
		if strings.Contains(o.label, w.word) {
			return w.worth, w.worth >= 0
		}
	}
	switch strings.ToLower(o.value) {
	case "yes", "true", "y":
		return 0.8, true
	case "no", "false", "n":
		return 0.2, true
	}
	return n/5 - 0.1, level
}

func abs(f float64) float64 {
	if f < 0 {
		return -f
	}
	return f
}

func cut(s string, most int) string {
	r := []rune(s)
	if len(r) > most {
		r = r[:most]
	}
	return string(r)
}
