package h5

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"minyi/survey/questionnaires"
)

//go:embed page.html
var pageHTML string

//go:embed style.css
var styleCSS string

//go:embed page.js
var pageJS string

//go:embed faces.svg
var facesSVG string

// renderer turns views into pages. A fresh form is the same for everybody but
// for four values, so it is rendered once for each version, look and kind of
// link, and then only put together.
type renderer struct {
	templates *template.Template
	langs     *languages
	csp       string
	style     template.CSS
	script    template.JS
	faces     template.HTML

	mu    sync.RWMutex
	forms map[formKey]*form
}

func newRenderer() (*renderer, error) {
	langs, err := loadLanguages()
	if err != nil {
		return nil, err
	}
	t, err := template.New("pages").Parse(pageHTML)
	if err != nil {
		return nil, fmt.Errorf("page.html: %w", err)
	}
	r := &renderer{templates: t, langs: langs, forms: map[formKey]*form{},
		style: template.CSS(oneLine(styleCSS)), script: template.JS(oneLine(pageJS)), faces: template.HTML(oneLine(facesSVG))}
	// The hashes name exactly the style and script of these pages; nothing else
	// runs, loads, frames or is submitted elsewhere.
	r.csp = "default-src 'none'; style-src " + hash(string(r.style)) + "; script-src " + hash(string(r.script)) +
		"; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	return r, nil
}

func oneLine(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "\n", "") }

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// base fills what every page has.
func (r *renderer) base(l look, path string, t Ticket) view {
	w := r.langs.of[l.lang]
	hotline := t.Hotline
	if hotline == "" { // nobody knows whose link it was
		hotline = w["hotline"]
	}
	v := view{Lang: l.lang, W: w, Class: l.class(), Title: fmt.Sprintf(w["title"], hotline), Case: caseLine(w, t.Tail, t.Day),
		Style: r.style, Script: r.script, Faces: r.faces}
	other := look{lang: l.lang, elder: !l.elder}
	text := w["elder"]
	if l.elder {
		text = w["light"]
	}
	v.Switches = append(v.Switches, link{Href: path + other.query(), Text: text})
	for _, tag := range r.langs.order {
		if tag != l.lang {
			v.Switches = append(v.Switches, link{Href: path + look{tag, l.elder}.query(), Text: r.langs.of[tag]["name"], Lang: tag})
		}
	}
	return v
}

// filled renders the form with what was typed.
func (r *renderer) filled(out io.Writer, l look, path, key string, t Ticket, so typed, banner string) error {
	v := r.base(l, path, t)
	v.Intro, v.Banner, v.Key = t.Version.Page.Intro.In(l.lang), banner, key
	v.Action = path + l.query()
	if !t.Open {
		v.Refuse = path + "/refuse" + l.query()
	}
	v.Questions, v.Remark = ask(t.Version, l, v.W, so)
	return r.templates.ExecuteTemplate(out, "ask", v)
}

// formKey names what rendered pages have in common.
type formKey struct {
	what    string // "ask", or a notice
	ref     string // version and hash; a notice has none
	look    look
	open    bool
	hasCase bool
	hotline string
}

// form is a rendered page cut where the four values go.
type form struct {
	parts []string
	slots []int
}

// Placeholders stand for values while a form is rendered once. They hold
// nothing that any HTML context would escape.
var placeholders = []string{"/s/QZTOKENZQ", "QZKEYZQ", "QZTAILZQ", "QZDAYZQ"}

// fresh gives the empty form.
func (r *renderer) fresh(l look, path, key string, t Ticket) (page, error) {
	k := formKey{what: "ask", ref: questionnaires.Ref(t.Version.ID, t.Version.Number) + t.Version.Hash, look: l, open: t.Open}
	return r.assemble(k, path, key, t, func(page io.Writer, path, key string, t Ticket) error {
		return r.filled(page, l, path, key, t, typed{}, "")
	})
}

// assemble puts a page together from its parts, rendering them first where
// nobody has yet.
func (r *renderer) assemble(k formKey, path, key string, t Ticket, render func(page io.Writer, path, key string, t Ticket) error) (page, error) {
	k.hasCase, k.hotline = t.Tail != "", t.Hotline
	r.mu.RLock()
	f := r.forms[k]
	r.mu.RUnlock()
	if f == nil {
		model := t
		if model.Tail != "" {
			model.Tail, model.Day = placeholders[2], placeholders[3]
		}
		var whole bytes.Buffer
		if err := render(&whole, placeholders[0], placeholders[1], model); err != nil {
			return page{}, err
		}
		f = cut(whole.String())
		r.mu.Lock()
		r.forms[k] = f
		r.mu.Unlock()
	}
	return page{form: f, values: [4]string{path, key, template.HTMLEscapeString(t.Tail), template.HTMLEscapeString(r.langs.of[k.look.lang].day(t.Day))}}, nil
}

// page is a form with its values.
type page struct {
	form   *form
	values [4]string
}

// appendTo puts the page together behind out: one write is one system call.
func (p page) appendTo(out []byte) []byte {
	for i, part := range p.form.parts {
		out = append(out, part...)
		if i < len(p.form.slots) {
			out = append(out, p.values[p.form.slots[i]]...)
		}
	}
	return out
}

// once renders a page that is like no other.
func once(render func(io.Writer) error) (page, error) {
	var whole strings.Builder
	err := render(&whole)
	return page{form: &form{parts: []string{whole.String()}}}, err
}

// cut splits a rendered page at its placeholders.
func cut(page string) *form {
	f := &form{}
	for {
		at, which := -1, 0
		for i, p := range placeholders {
			if j := strings.Index(page, p); j >= 0 && (at < 0 || j < at) {
				at, which = j, i
			}
		}
		if at < 0 {
			f.parts = append(f.parts, page)
			return f
		}
		f.parts, f.slots = append(f.parts, page[:at]), append(f.slots, which)
		page = page[at+len(placeholders[which]):]
	}
}

// notice gives a page that says one thing.
func (r *renderer) notice(l look, path string, t Ticket, n notice) (page, error) {
	if n.typed != "" || n.banner != "" {
		return once(func(out io.Writer) error { return r.noticed(out, l, path, n.key, t, n) })
	}
	return r.assemble(formKey{what: n.text, look: l, open: t.Open}, path, n.key, t, func(page io.Writer, path, key string, t Ticket) error {
		return r.noticed(page, l, path, key, t, n)
	})
}

func (r *renderer) noticed(out io.Writer, l look, path, key string, t Ticket, n notice) error {
	v := r.base(l, path, t)
	v.Notice, v.More, v.Icon = v.W[n.text], v.W[n.more], n.icon
	v.Banner, v.Typed, v.Key = v.W[n.banner], n.typed, key
	v.Call = n.icon == "no"
	if n.add {
		v.Add = path + "/more" + l.query()
	}
	if t.Hotline == "" {
		v.Switches = nil
	}
	return r.templates.ExecuteTemplate(out, "notice", v)
}

// notice names its texts by their keys in the catalogue.
type notice struct {
	text, more, icon string
	add              bool   // offers 追评
	banner           string // what was wrong with it
	typed, key       string
}
