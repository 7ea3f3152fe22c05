package svg

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Fonts names the faces by which offices read Chinese, first those of their
// own systems; nothing is fetched.
const Fonts = `"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",Arial,sans-serif`

// Colours. Blue and vermilion keep apart for every common colour vision, and
// each has a contrast of 4.5 or more on white.
const (
	Ink    = "#1f2933" // figures and headings
	Muted  = "#5b6773" // labels
	Faint  = "#c3cad2" // ticks
	Track  = "#e6eaee" // the empty part of a scale
	Blue   = "#1d5d9b" // the one hue of measured values
	Steel  = "#8fb3d4" // its interval
	Orange = "#b5451b" // negative
	Slate  = "#56616c" // neither
	Grey   = "#9aa4ae" // 样本不足
)

// attr is one attribute of an element, as a name and its value.
type attr struct{ name, value string }

// a makes an attribute.
func a(name, value string) attr { return attr{name, value} }

// n makes a numeric attribute, to two decimals.
func n(name string, v float64) attr { return attr{name, num(v)} }

// num writes a coordinate: at most two decimals, no trailing zeros, so that
// pictures are small and the same everywhere.
func num(v float64) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

// canvas writes elements. All text and every attribute goes through escape.
type canvas struct{ b strings.Builder }

func (c *canvas) tag(name, end string, attrs []attr) {
	c.b.WriteByte('<')
	c.b.WriteString(name)
	for _, at := range attrs {
		if at.value == "" {
			continue
		}
		c.b.WriteByte(' ')
		c.b.WriteString(at.name)
		c.b.WriteString(`="`)
		c.b.WriteString(escape(at.value))
		c.b.WriteByte('"')
	}
	c.b.WriteString(end)
}

// el writes an element without content.
func (c *canvas) el(name string, attrs ...attr) { c.tag(name, "/>", attrs) }

// open begins an element that close ends.
func (c *canvas) open(name string, attrs ...attr) { c.tag(name, ">", attrs) }

func (c *canvas) close(name string) { c.b.WriteString("</" + name + ">") }

// text writes an element that holds text.
func (c *canvas) text(name, content string, attrs ...attr) {
	c.open(name, attrs...)
	c.b.WriteString(escape(content))
	c.close(name)
}

// Frame is what every picture has: its name in the page, and the words a
// screen reader says of it.
type Frame struct {
	ID    string // unique in the page; prefixes the ids of title and desc
	Title string
	Desc  string
}

// begin opens the picture. role "img" is one thing to a screen reader; role
// "group" lets it walk the links inside.
func (c *canvas) begin(f Frame, role string, w, h float64) {
	id := f.ID
	if id == "" {
		id = "chart"
	}
	c.open("svg",
		a("xmlns", "http://www.w3.org/2000/svg"),
		a("viewBox", "0 0 "+num(w)+" "+num(h)),
		n("width", w), n("height", h),
		a("role", role),
		a("aria-labelledby", id+"-t "+id+"-d"),
		a("font-family", Fonts))
	c.text("title", f.Title, a("id", id+"-t"))
	c.text("desc", f.Desc, a("id", id+"-d"))
}

func (c *canvas) end() string {
	c.close("svg")
	return c.b.String()
}

// escape makes text safe in XML and in HTML, as content and in a quoted
// attribute, and drops what XML cannot hold at all.
func escape(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\'':
			b.WriteString("&#39;")
		case r == '\t' || r == '\n' || r == '\r':
			b.WriteByte(' ')
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			b.WriteRune('\uFFFD')
		case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xFFFE, r == 0xFFFF:
			// not a character of XML 1.0, or a control that only confuses
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			// direction overrides would turn the text around them about
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
