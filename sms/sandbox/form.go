package sandbox

import (
	"strings"

	"golang.org/x/net/html"
)

// form is a questionnaire as a person sees it.
type form struct {
	action string
	fields []*field
}

// field is one question: a radio group, a checkbox group, a select, a text.
type field struct {
	name    string
	kind    string // radio, checkbox, select, text, number, hidden
	options []option
	limit   int // of a text, in characters
	// upsideDown says that yes is the bad answer: did you have to complain again?
	upsideDown bool
}

// option is one answer to choose.
type option struct {
	value string
	label string
}

// findForm gives the form of a page that asks something: the one posted with
// the most questions to choose from. A form with nothing to choose (add a
// remark later, refuse) is not one that a person who has answered fills in.
func findForm(page *html.Node) *form {
	var best *form
	most := 0
	labels := labelsOf(page)
	for n := range page.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" || !strings.EqualFold(attr(n, "method"), "post") {
			continue
		}
		f := readForm(n, labels)
		choices := 0
		for _, q := range f.fields {
			if len(q.options) > 1 && (q.kind == "radio" || q.kind == "select") {
				choices++
			}
		}
		if choices > most {
			best, most = f, choices
		}
	}
	return best
}

// labelsOf gives the text of every <label for="…">.
func labelsOf(page *html.Node) map[string]string {
	labels := map[string]string{}
	for n := range page.Descendants() {
		if n.Type == html.ElementNode && n.Data == "label" && attr(n, "for") != "" {
			labels[attr(n, "for")] = text(n)
		}
	}
	return labels
}

func readForm(n *html.Node, labels map[string]string) *form {
	f := &form{action: attr(n, "action")}
	byName := map[string]*field{}
	pressed := false
	add := func(name, kind string, o ...option) *field {
		q := byName[name]
		if q == nil {
			q = &field{name: name, kind: kind}
			byName[name] = q
			f.fields = append(f.fields, q)
		}
		q.options = append(q.options, o...)
		return q
	}
	for c := range n.Descendants() {
		name := attr(c, "name")
		if c.Type != html.ElementNode || name == "" || has(c, "disabled") {
			continue
		}
		switch c.Data {
		case "input":
			pressed = readInput(c, labels, pressed, add)
		case "button":
			if !pressed && attr(c, "type") != "button" && !turnsAway(text(c)) {
				pressed = true
				add(name, "hidden", option{value: attr(c, "value")})
			}
		case "select":
			for o := range c.Descendants() {
				if o.Type == html.ElementNode && o.Data == "option" && attr(o, "value") != "" {
					add(name, "select", option{attr(o, "value"), text(o)})
				}
			}
		case "textarea":
			add(name, "text").limit = number(attr(c, "maxlength"), 500)
		}
		if q := byName[name]; q != nil {
			q.upsideDown = q.upsideDown || strings.Contains(name, "complain") || strings.Contains(legendOf(c), "投诉")
		}
	}
	return f
}

// readInput adds one input and reports whether a submit button was chosen.
func readInput(c *html.Node, labels map[string]string, pressed bool, add func(string, string, ...option) *field) bool {
	name, value := attr(c, "name"), attr(c, "value")
	switch kind := strings.ToLower(attr(c, "type")); kind {
	case "radio", "checkbox":
		add(name, kind, option{value, labelOf(c, labels)})
	case "hidden":
		add(name, kind, option{value: value})
	case "submit":
		if !pressed && !turnsAway(value) {
			add(name, "hidden", option{value: value})
			return true
		}
	case "number":
		add(name, kind)
	case "", "text":
		add(name, "text").limit = number(attr(c, "maxlength"), 100)
	}
	return pressed
}

// turnsAway reports whether a button refuses or changes the page instead of
// answering.
func turnsAway(label string) bool {
	for _, w := range []string{"拒", "不再", "退订", "长辈", "大字", "English", "取消", "返回"} {
		if strings.Contains(label, w) {
			return true
		}
	}
	return false
}

func labelOf(c *html.Node, labels map[string]string) string {
	if l := labels[attr(c, "id")]; l != "" {
		return l
	}
	for p := c.Parent; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && p.Data == "label" {
			return text(p)
		}
	}
	return attr(c, "aria-label")
}

// legendOf gives the question that an input stands under.
func legendOf(c *html.Node) string {
	for p := c.Parent; p != nil; p = p.Parent {
		if p.Type != html.ElementNode || p.Data != "fieldset" {
			continue
		}
		for l := range p.ChildNodes() {
			if l.Type == html.ElementNode && l.Data == "legend" {
				return text(l)
			}
		}
	}
	return ""
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func number(s string, otherwise int) int {
	n := 0
	for _, r := range s {
		if r < '0' || r > '9' {
			return otherwise
		}
		n = n*10 + int(r-'0')
	}
	if s == "" || n == 0 {
		return otherwise
	}
	return n
}
