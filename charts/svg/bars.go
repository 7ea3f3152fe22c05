package svg

// Interval draws a reading on a short 0–100 line: the interval as a bar with
// ends, the value as a tick. It says nothing to a screen reader: the figures
// stand beside it in the table.
func Interval(r Reading, w float64) string {
	var c canvas
	const h = 14.0
	c.open("svg", a("xmlns", "http://www.w3.org/2000/svg"), a("viewBox", "0 0 "+num(w)+" "+num(h)),
		n("width", w), n("height", h), a("aria-hidden", "true"), a("focusable", "false"))
	at := func(v float64) float64 { return 4 + v/100*(w-8) }
	c.el("line", n("x1", at(0)), n("y1", h/2), n("x2", at(100)), n("y2", h/2), a("stroke", Track), a("stroke-width", "2"))
	for _, v := range []float64{0, 50, 100} {
		c.el("line", n("x1", at(v)), n("y1", h/2-3), n("x2", at(v)), n("y2", h/2+3), a("stroke", Faint), a("stroke-width", "1"))
	}
	band, dot := Steel, Blue
	if r.Short {
		band, dot = Faint, Grey
	}
	low, okLow := onScale(r.Low)
	high, okHigh := onScale(r.High)
	if okLow && okHigh && low <= high {
		c.el("rect", n("x", at(low)), n("y", h/2-4), n("width", max(1, at(high)-at(low))), a("height", "8"), a("fill", band))
	}
	if score, ok := onScale(r.Score); ok {
		c.el("rect", n("x", at(score)-1.25), a("y", "1"), a("width", "2.5"), n("height", h-2), a("fill", dot))
	}
	c.close("svg")
	return c.b.String()
}

// Share draws parts of a whole as one bar of width w: whole is the length of
// the longest bar beside it, so that bars of one list compare. Negative is the
// part of value that is drawn in the negative colour.
func Share(value, negative, whole, w float64) string {
	var c canvas
	const h = 10.0
	c.open("svg", a("xmlns", "http://www.w3.org/2000/svg"), a("viewBox", "0 0 "+num(w)+" "+num(h)),
		n("width", w), n("height", h), a("aria-hidden", "true"), a("focusable", "false"), a("preserveAspectRatio", "none"))
	c.el("rect", n("width", w), n("height", h), a("rx", "1"), a("fill", Track))
	if whole > 0 {
		c.split(0, 0, value/whole*w, h, value, negative)
	}
	c.close("svg")
	return c.b.String()
}

// split draws one bar at (x, y), its negative part first.
func (c *canvas) split(x, y, w, h, value, negative float64) {
	if value <= 0 || w <= 0 {
		return
	}
	neg := w * max(0, min(1, negative/value))
	if neg > 0 {
		c.el("rect", n("x", x), n("y", y), n("width", neg), n("height", h), a("fill", Orange))
	}
	if w > neg {
		c.el("rect", n("x", x+neg), n("y", y), n("width", max(1, w-neg)), n("height", h), a("fill", Blue))
	}
}

// Bar is one line of a bar chart.
type Bar struct {
	Label    string
	Value    float64
	Negative float64 // the part of Value in the negative colour
	Text     string  // the figure as printed, e.g. 1,204 (60.2%)
	Grey     bool    // stands outside the flow: 未抽样, 失败
}

// BarsOptions says how wide a bar chart is and what it is called.
type BarsOptions struct {
	Frame
	Width float64
	Empty string // shown when there is no bar
}

// Bars draws horizontal bars with their labels and figures, for embedding in
// documents; pages use tables with Share.
func Bars(bars []Bar, o BarsOptions) string {
	const row, size, top = 28.0, 13.0, 8.0
	h := top*2 + row*float64(max(1, len(bars)))
	var c canvas
	c.begin(o.Frame, "img", o.Width, h)
	if len(bars) == 0 {
		c.text("text", o.Empty, n("x", o.Width/2), n("y", h/2+5), a("text-anchor", "middle"), n("font-size", size), a("fill", Muted))
		return c.end()
	}
	left, right, most := 0.0, 0.0, 0.0
	for _, b := range bars {
		left = max(left, Width(Clip(b.Label, 14), size, false))
		right = max(right, Width(b.Text, size, false))
		most = max(most, b.Value)
	}
	room := max(20, o.Width-left-right-24)
	for i, b := range bars {
		y := top + row*float64(i)
		ink := Ink
		if b.Grey {
			ink = Muted
		}
		c.text("text", Clip(b.Label, 14), n("x", left), n("y", y+row/2+size*0.36), a("text-anchor", "end"), n("font-size", size), a("fill", ink))
		if most > 0 {
			length := room * b.Value / most
			if b.Grey {
				c.el("rect", n("x", left+10), n("y", y+6), n("width", length), n("height", row-12), a("fill", Grey))
			} else {
				c.split(left+10, y+6, length, row-12, b.Value, b.Negative)
			}
			c.text("text", b.Text, n("x", left+10+length+8), n("y", y+row/2+size*0.36), n("font-size", size), a("fill", Muted))
		}
	}
	return c.end()
}
