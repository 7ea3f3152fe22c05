package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
)

//go:embed template/*.tmpl template/style.css template/live.js
var files embed.FS

// Pages writes pages. It is made once and may be used by many at a time.
type Pages struct {
	sets   map[Lang]*template.Template
	policy string
}

// New reads the templates, one set a language.
func New() (*Pages, error) {
	style, err := files.ReadFile("template/style.css")
	if err != nil {
		return nil, err
	}
	script, err := files.ReadFile("template/live.js")
	if err != nil {
		return nil, err
	}
	p := &Pages{sets: map[Lang]*template.Template{}, policy: policy(style, script)}
	for _, l := range []Lang{ZH, EN} {
		set, err := template.New("").Funcs(functions(l, style, script)).ParseFS(files, "template/*.tmpl")
		if err != nil {
			return nil, fmt.Errorf("parsing the overview's templates: %w", err)
		}
		p.sets[l] = set
	}
	return p, nil
}

func functions(l Lang, style, script []byte) template.FuncMap {
	return template.FuncMap{
		"titled": titled,
		"t":      func(key string) string { return Say(l, key) },
		"style":  func() template.HTML { return template.HTML("<style>" + string(style) + "</style>") },
		"script": func() template.HTML { return template.HTML("<script>" + string(script) + "</script>") },
	}
}

// titled gives a page's heading to the templates around it.
func titled(view map[string]any, key string) map[string]any {
	chrome := view["Chrome"].(chrome)
	return map[string]any{"Chrome": chrome, "Title": Say(chrome.Filter.Lang, key)}
}

// Policy is the content security policy of the pages: their one style and one
// script by hash, nothing from anywhere else.
func (p *Pages) Policy() string { return p.policy }

func policy(style, script []byte) string {
	hash := func(b []byte) string {
		sum := sha256.Sum256(b)
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return strings.Join([]string{"default-src 'none'", "style-src " + hash(style), "script-src " + hash(script),
		"img-src 'self' data:", "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"}, "; ")
}

// fragment is a section as written, with the hash of what it says.
type fragment struct {
	Name, Hash string
	HTML       template.HTML
}

// Fragment writes one section of the overview and gives its hash; it fails
// for a name that is not in Sections.
func (p *Pages) Fragment(d Data, name string) (html []byte, hash string, err error) {
	if !slices.Contains(Sections, name) {
		return nil, "", fmt.Errorf("there is no section %q", name)
	}
	var b bytes.Buffer
	if err := p.sets[d.Filter.Lang].ExecuteTemplate(&b, "section-"+name, views(d, name)); err != nil {
		return nil, "", fmt.Errorf("writing section %s: %w", name, err)
	}
	sum := sha256.Sum256(b.Bytes())
	return b.Bytes(), hex.EncodeToString(sum[:8]), nil
}

// Overview writes the whole page.
func (p *Pages) Overview(w io.Writer, d Data) error {
	parts := map[string]fragment{}
	for _, name := range Sections {
		html, hash, err := p.Fragment(d, name)
		if err != nil {
			return err
		}
		parts[name] = fragment{Name: name, Hash: hash, HTML: template.HTML(html)}
	}
	return p.write(w, d, "overview", "/", map[string]any{"Part": parts, "Tree": views(d, "tree")})
}

// Verbatims writes the page of masked remarks.
func (p *Pages) Verbatims(w io.Writer, d Data) error {
	return p.write(w, d, "remarks", "/verbatims", map[string]any{"Section": views(d, "verbatims"), "Heading": remarkHeading(d.Filter)})
}

// Refusal writes a page that says why there is nothing to show, with a way back.
func (p *Pages) Refusal(w io.Writer, d Data, why Text) error {
	return p.write(w, d, "refusal", "/", map[string]any{"Text": why.In(d.Filter.Lang)})
}

func remarkHeading(f Filter) string {
	switch {
	case f.Word != "":
		return fill(Say(f.Lang, "remark.word"), f.Word)
	case f.Topic != "":
		return fill(Say(f.Lang, "remark.topic"), topicLabel(f.Lang, f.Topic))
	}
	return Say(f.Lang, "remark.all")
}

// write renders into memory first, so that a page is whole or not there.
func (p *Pages) write(w io.Writer, d Data, name, path string, more map[string]any) error {
	view := map[string]any{"Chrome": chromeOf(d, path)}
	for k, v := range more {
		view[k] = v
	}
	var b bytes.Buffer
	if err := p.sets[d.Filter.Lang].ExecuteTemplate(&b, name, view); err != nil {
		return fmt.Errorf("writing the %s page: %w", name, err)
	}
	_, err := w.Write(b.Bytes())
	return err
}
