package svg

// CloudOptions says how large a cloud is and what stands around it.
type CloudOptions struct {
	Frame
	Width, Height float64
	// Legend names the three tones; an empty entry leaves it out.
	Positive, Neutral, Negative string
	// Empty is shown when there is no word.
	Empty string
}

// legendHeight is kept free under the words.
const legendHeight = 26.0

// Cloud draws a word cloud.
func Cloud(words []Word, o CloudOptions) string {
	var c canvas
	c.begin(o.Frame, "group", o.Width, o.Height)
	placed := Place(words, o.Width, o.Height-legendHeight)
	if len(placed) == 0 {
		c.text("text", o.Empty, n("x", o.Width/2), n("y", o.Height/2), a("text-anchor", "middle"),
			a("font-size", "14"), a("fill", Muted))
		return c.end()
	}
	for _, p := range placed {
		c.word(p)
	}
	c.legend(o)
	return c.end()
}

// word draws one placed word. The baseline lies 0.88 em under the top of the
// line, as in the CJK faces; textLength holds the drawn width to the measured
// one, whatever face the reader has.
func (c *canvas) word(p Placed) {
	if p.Href != "" {
		c.open("a", a("href", p.Href))
	}
	weight := ""
	if p.bold() {
		weight = "bold"
	}
	c.open("text",
		n("x", p.X), n("y", p.Y+p.Size*(0.88+(lineEm-1)/2)), n("font-size", p.Size),
		n("textLength", p.W), a("lengthAdjust", "spacingAndGlyphs"),
		a("font-weight", weight), a("fill", toneColour(p.Tone)))
	if p.Title != "" {
		c.text("title", p.Title)
	}
	c.b.WriteString(escape(p.Shown))
	c.close("text")
	if p.Href != "" {
		c.close("a")
	}
}

func toneColour(t Tone) string {
	switch t {
	case Positive:
		return Blue
	case Negative:
		return Orange
	}
	return Slate
}

// legend writes the three tones in one line at the bottom, in the middle.
func (c *canvas) legend(o CloudOptions) {
	entries := []struct {
		label string
		tone  Tone
	}{{o.Positive, Positive}, {o.Neutral, Neutral}, {o.Negative, Negative}}
	const size, swatch, space = 12.0, 10.0, 18.0
	total := -space
	for _, e := range entries {
		if e.label != "" {
			total += swatch + 5 + Width(e.label, size, e.tone == Negative) + space
		}
	}
	x, y := (o.Width-total)/2, o.Height-8
	for _, e := range entries {
		if e.label == "" {
			continue
		}
		weight := ""
		if e.tone == Negative {
			weight = "bold"
		}
		c.el("rect", n("x", x), n("y", y-swatch+1), n("width", swatch), n("height", swatch), a("rx", "2"), a("fill", toneColour(e.tone)))
		c.text("text", e.label, n("x", x+swatch+5), n("y", y), n("font-size", size), a("font-weight", weight), a("fill", toneColour(e.tone)))
		x += swatch + 5 + Width(e.label, size, e.tone == Negative) + space
	}
}
