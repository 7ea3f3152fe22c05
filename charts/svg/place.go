package svg

import (
	"cmp"
	"hash/fnv"
	"math"
	"slices"
)

// Word is one word of a cloud.
type Word struct {
	Text   string
	Weight float64 // decides the size; nothing is drawn at 0 and below
	Tone   Tone
	Href   string // where a click leads; empty: nowhere
	Title  string // what the pointer and the screen reader get to know
}

// Tone is the mood of the remarks that hold a word.
type Tone int

// Tones.
const (
	Neutral  Tone = 0
	Positive Tone = 1
	Negative Tone = -1
)

// ToneOf makes a tone of a mean polarity −1…+1. A fifth either way counts as
// mixed: below it, one remark in ten would change the colour.
func ToneOf(polarity float64) Tone {
	switch {
	case polarity >= 0.2:
		return Positive
	case polarity <= -0.2:
		return Negative
	}
	return Neutral
}

// Placed is a word with its place: the box whose upper left corner is (X, Y).
type Placed struct {
	Word
	Shown      string // the text as drawn, clipped when it is very long
	Size       float64
	X, Y, W, H float64
}

// Limits of the layout. Below smallest the strokes of Chinese characters run
// together on paper; above largest one word drowns the rest.
const (
	smallest  = 12.0
	largest   = 54.0
	lineEm    = 1.16 // the box of a line: one em and air for descenders
	gap       = 5.0  // between boxes, each side half
	places    = 5000 // middles tried for each word
	orders    = 4    // ways to go through them
	fill      = 0.62 // share of the picture that words aim to cover
	clipEm    = 16.0 // longer words are clipped
	mostWords = 200
)

// Place lays words out in a box without overlap, heavy ones in the middle.
// The same words give the same places whatever their order. Sizes go by the
// square root of the weight. When the words do not fit, all shrink; at the
// smallest size the lightest are left out.
func Place(words []Word, w, h float64) []Placed {
	todo := prepare(words, w)
	if len(todo) == 0 || w < smallest*2 || h < smallest*lineEm {
		return nil
	}
	starts := spots(w, h)
	for scale := startScale(todo, w, h); ; scale *= 0.92 {
		last := scale <= smallest*1.8
		if placed, all := try(todo, scale, w, h, starts, last); all || last {
			return centre(placed, w, h)
		}
	}
}

// prepare drops what cannot be drawn, clips and sorts.
func prepare(words []Word, w float64) []Placed {
	var out []Placed
	for _, word := range words {
		shown := Clip(word.Text, min(clipEm, (w-gap)/smallest))
		if word.Weight > 0 && !math.IsInf(word.Weight, 0) && Width(shown, 1, false) > 0 {
			out = append(out, Placed{Word: word, Shown: shown})
		}
	}
	slices.SortFunc(out, func(p, q Placed) int {
		return cmp.Or(cmp.Compare(q.Weight, p.Weight), cmp.Compare(p.Text, q.Text), cmp.Compare(p.Href, q.Href))
	})
	return out[:min(len(out), mostWords)]
}

// relative is a word's size beside the heaviest: 1 at the top, 0.28 at the
// bottom, so that the range of sizes stays readable however steep the weights.
func relative(p Placed, all []Placed) float64 {
	top, low := math.Sqrt(all[0].Weight), math.Sqrt(all[len(all)-1].Weight)
	if top == low {
		return 0.6
	}
	return 0.28 + 0.72*(math.Sqrt(p.Weight)-low)/(top-low)
}

// startScale is the largest size at which the boxes' areas sum to the aimed
// share of the picture.
func startScale(all []Placed, w, h float64) float64 {
	area := 0.0
	for _, p := range all {
		r := relative(p, all)
		area += Width(p.Shown, r, p.bold()) * r * lineEm
	}
	return max(smallest, min(largest, h/3, math.Sqrt(fill*w*h/area)))
}

// bold says that negative words are drawn heavier, so that tone shows on a
// black-and-white print too.
func (p Placed) bold() bool { return p.Tone == Negative }

// try places every word at one scale; all is false when some found no room.
// It gives up at the first of these unless this is the last try.
func try(todo []Placed, scale, w, h float64, starts [][]spot, last bool) (placed []Placed, all bool) {
	all = true
	taken := make([]box, 0, len(todo))
	for _, p := range todo {
		p.Size = math.Floor(max(smallest, scale*relative(p, todo))*2) / 2
		p.W = Width(p.Shown, p.Size, p.bold())
		p.H = p.Size * lineEm
		b, ok := settle(p.W+gap, p.H+gap/2, w, h, taken, starts[seed(p.Text)%orders])
		if !ok {
			if all = false; !last {
				return nil, false
			}
			continue
		}
		taken = append(taken, b)
		p.X, p.Y = b.x0+gap/2, b.y0+gap/4
		placed = append(placed, p)
	}
	return placed, all
}

// box is a word's room, the air around it included.
type box struct{ x0, y0, x1, y1 float64 }

// settle finds the first free room of bw × bh in the order tried.
func settle(bw, bh, w, h float64, taken []box, order []spot) (box, bool) {
	last := 0 // whoever was in the way is likely in the way again
next:
	for _, s := range order {
		b := box{s.x - bw/2, s.y - bh/2, s.x + bw/2, s.y + bh/2}
		if b.x0 < 0 || b.y0 < 0 || b.x1 > w || b.y1 > h {
			continue
		}
		if last < len(taken) && b.meets(&taken[last]) {
			continue
		}
		for i := range taken {
			if b.meets(&taken[i]) {
				last = i
				continue next
			}
		}
		return b, true
	}
	return box{}, false
}

func (b *box) meets(o *box) bool {
	return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1
}

// spot is a place for a word's middle.
type spot struct{ x, y, d float64 }

// spots lists the places from the middle outwards, in several orders that lean
// to different sides, so that the cloud does not grow as a staircase.
func spots(w, h float64) [][]spot {
	step := max(3, math.Sqrt(w*h/places))
	out := make([][]spot, orders)
	for o := range out {
		out[o] = make([]spot, 0, places)
		angle := 2 * math.Pi * (float64(o) + 0.5) / orders
		cx, cy := w/2+0.05*w*math.Cos(angle), h/2+0.05*h*math.Sin(angle)
		for x := step; x < w; x += step {
			for y := step; y < h; y += step {
				dx, dy := (x-cx)/w, (y-cy)/h
				out[o] = append(out[o], spot{x, y, dx*dx + dy*dy})
			}
		}
		slices.SortFunc(out[o], func(p, q spot) int {
			switch {
			case p.d < q.d:
				return -1
			case p.d > q.d:
				return 1
			}
			return cmp.Or(cmp.Compare(p.x, q.x), cmp.Compare(p.y, q.y))
		})
	}
	return out
}

// seed is a word's own number: the layout depends on content alone.
func seed(s string) uint32 {
	f := fnv.New32a()
	f.Write([]byte(s))
	return f.Sum32()
}

// centre moves the whole cloud into the middle of its box.
func centre(placed []Placed, w, h float64) []Placed {
	if len(placed) == 0 {
		return nil
	}
	x0, y0, x1, y1 := w, h, 0.0, 0.0
	for _, p := range placed {
		x0, y0 = min(x0, p.X), min(y0, p.Y)
		x1, y1 = max(x1, p.X+p.W), max(y1, p.Y+p.H)
	}
	dx, dy := (w-x0-x1)/2, (h-y0-y1)/2
	for i := range placed {
		placed[i].X += dx
		placed[i].Y += dy
	}
	return placed
}
