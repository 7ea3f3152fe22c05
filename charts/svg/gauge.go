package svg

import (
	"math"
	"strconv"

	"minyi"
)

// Reading is a measured value on the 0–100 scale with its 95% interval. Nil
// means not known. Short greys it: too few answers to be judged (样本不足).
type Reading struct {
	Score, Low, High *float64
	Short            bool
}

// GaugeOptions are the words on a gauge.
type GaugeOptions struct {
	Frame
	Grade    string // A+ … E, or 样本不足
	Interval string // under the figure, e.g. 95% 区间 70.12–74.55
	Count    string // the last line, e.g. n = 1,234
	None     string // stands for the figure when there is none
}

// The gauge's measures: a half circle in a box of 300 × 204.
const (
	gaugeW, gaugeH = 300.0, 204.0
	gaugeX, gaugeY = 150.0, 146.0
	gaugeR         = 112.0
	gaugeBand      = 16.0
)

// Gauge draws a score as a half circle with an interval whisker outside.
func Gauge(r Reading, o GaugeOptions) string {
	var c canvas
	c.begin(o.Frame, "img", gaugeW, gaugeH)
	c.el("path", a("d", arc(gaugeR, 0, 100)), a("fill", "none"), a("stroke", Track), n("stroke-width", gaugeBand))
	ink, hue, grade := Ink, Blue, Blue
	if r.Short {
		ink, hue, grade = Muted, Grey, Muted
	}
	if score, ok := onScale(r.Score); ok {
		if score > 0 {
			c.el("path", a("d", arc(gaugeR, 0, score)), a("fill", "none"), a("stroke", hue), n("stroke-width", gaugeBand))
		}
		c.whisker(r, hue)
	}
	for _, v := range []float64{0, 50, 100} {
		x, y := polar(gaugeR-gaugeBand-6, v)
		if v == 50 {
			y += 6
		}
		c.text("text", num(v), n("x", x), n("y", y), a("text-anchor", "middle"), a("font-size", "11"), a("fill", Muted))
	}
	c.middle(gaugeY-22, 44, ink, "600", scoreText(r.Score, o.None))
	c.middle(gaugeY+4, 17, grade, "600", o.Grade)
	c.middle(gaugeY+28, 13, Muted, "", o.Interval)
	c.middle(gaugeY+48, 13, Muted, "", o.Count)
	return c.end()
}

// middle writes a line in the middle of the gauge.
func (c *canvas) middle(y, size float64, fill, weight, s string) {
	if s != "" {
		c.text("text", s, n("x", gaugeX), n("y", y), a("text-anchor", "middle"), n("font-size", size), a("font-weight", weight), a("fill", fill))
	}
}

// whisker draws the interval as a thin arc with end ticks outside the band.
func (c *canvas) whisker(r Reading, hue string) {
	low, okLow := onScale(r.Low)
	high, okHigh := onScale(r.High)
	if !okLow || !okHigh || low > high {
		return
	}
	const out = gaugeR + gaugeBand/2 + 7
	if high > low {
		c.el("path", a("d", arc(out, low, high)), a("fill", "none"), a("stroke", hue), a("stroke-width", "2.5"))
	}
	for _, v := range []float64{low, high} {
		x1, y1 := polar(out-5, v)
		x2, y2 := polar(out+5, v)
		c.el("line", n("x1", x1), n("y1", y1), n("x2", x2), n("y2", y2), a("stroke", hue), a("stroke-width", "2.5"))
	}
}

// polar gives the point of value v at radius r.
func polar(r, v float64) (x, y float64) {
	t := math.Pi * (1 - v/100)
	return gaugeX + r*math.Cos(t), gaugeY - r*math.Sin(t)
}

// arc is the path from value v to value w at radius r, clockwise.
func arc(r, v, w float64) string {
	x1, y1 := polar(r, v)
	x2, y2 := polar(r, w)
	return "M" + num(x1) + " " + num(y1) + "A" + num(r) + " " + num(r) + " 0 0 1 " + num(x2) + " " + num(y2)
}

// onScale gives *v held to 0…100; false where there is nothing to draw.
func onScale(v *float64) (float64, bool) {
	if v == nil || math.IsNaN(*v) {
		return 0, false
	}
	return max(0, min(100, *v)), true
}

// scoreText prints a score to two decimals, as bulletins do.
func scoreText(v *float64, none string) string {
	if v == nil || math.IsNaN(*v) {
		return none
	}
	return strconv.FormatFloat(minyi.Round(*v, 2), 'f', 2, 64)
}
