package charts

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"

	"minyi"
	"minyi/charts/page"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

// selected reads the selection before serve; one that makes no sense is told
// in words (to a browser as a page) and shows no figures.
func (s *Service) selected(serve func(http.ResponseWriter, *http.Request, page.Filter)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, err := s.selection(r)
		switch {
		case err == nil:
			serve(w, r, f)
		case kit.WantsPage(r):
			s.refuse(w, r, fault.As(err))
		default:
			kit.WriteError(w, r, err)
		}
	})
}

// refuse tells a person why there are no figures, with a way back.
func (s *Service) refuse(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	d := s.frame(page.Filter{Lang: page.ParseLang(r.URL.Query().Get("lang"))})
	s.write(w, r, kit.Status(f.Kind), "text/html; charset=utf-8", func(b *bytes.Buffer) error {
		return s.pages.Refusal(b, d, page.Text{ZH: f.ZH, EN: f.EN})
	})
}

// serveOverview answers with the page, or with one section where the address
// asks for a fragment.
func (s *Service) serveOverview(w http.ResponseWriter, r *http.Request, f page.Filter) {
	if name := r.URL.Query().Get("fragment"); name != "" {
		s.serveFragment(w, r, f, name)
		return
	}
	s.writeOverview(w, r, f)
}

// serveReport answers with the overview as a copy to keep: one file without
// script, controls and links.
func (s *Service) serveReport(w http.ResponseWriter, r *http.Request, f page.Filter) {
	f.Paper = true
	s.writeOverview(w, r, f)
}

func (s *Service) writeOverview(w http.ResponseWriter, r *http.Request, f page.Filter) {
	d := s.load(r.Context(), f, append([]string{"filters"}, page.Sections...)...)
	s.answer(w, r, "text/html; charset=utf-8", func(b *bytes.Buffer) error { return s.pages.Overview(b, d) })
}

// serveFragment answers with one section, or with 304 where the visitor holds
// the same content already.
func (s *Service) serveFragment(w http.ResponseWriter, r *http.Request, f page.Filter, name string) {
	if !slices.Contains(page.Sections, name) {
		kit.WriteError(w, r, fault.New(fault.NotFound, "no_such_fragment", "页面没有这个部分，请刷新整个页面。", "the page has no such section; reload it").On("fragment"))
		return
	}
	got, err := s.part(r.Context(), f, name)
	if err != nil {
		kit.WriteError(w, r, err)
		return
	}
	h := w.Header()
	h.Set("ETag", `"`+got.hash+`"`)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Cookie, Authorization")
	if strings.Contains(r.Header.Get("If-None-Match"), `"`+got.hash+`"`) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", s.pages.Policy())
	_, _ = w.Write(got.html)
}

// part is one section under one selection; written is what it looks like.
type (
	part    struct{ tenant, link, name string }
	written struct {
		html []byte
		hash string
	}
)

// part writes a section, once a second for all who look at the same
// selection: laying out a cloud takes longer than asking for its words.
func (s *Service) part(ctx context.Context, f page.Filter, name string) (written, error) {
	key := part{string(f.Slice.Tenant), f.Link("/"), name}
	return s.parts.get(ctx, s.d.Clock.Now(), key, func(ctx context.Context, _ part) (written, error) {
		html, hash, err := s.pages.Fragment(s.load(ctx, f, name), name)
		return written{html, hash}, err
	})
}

func (s *Service) serveVerbatims(w http.ResponseWriter, r *http.Request, f page.Filter) {
	ctx := r.Context()
	d := s.load(ctx, f, "filters")
	d.Verbatims = had(s, ctx, "verbatims", func() (minyi.VerbatimsReply, error) { return s.askRemarks(ctx, f, remarksAPage) })
	s.answer(w, r, "text/html; charset=utf-8", func(b *bytes.Buffer) error { return s.pages.Verbatims(b, d) })
}

// pictures are the files under /charts/.
var pictures = map[string]func(context.Context, *Service, page.Filter) (string, error){
	"gauge.svg": func(ctx context.Context, s *Service, f page.Filter) (string, error) {
		sheet, err := s.askSheet(ctx, f)
		return page.Gauge(f.Lang, sheet), err
	},
	"cloud.svg": func(ctx context.Context, s *Service, f page.Filter) (string, error) {
		words, err := s.askWords(ctx, f)
		return page.Cloud(f, words, "cloud", 760, 470), err
	},
	"funnel.svg": func(ctx context.Context, s *Service, f page.Filter) (string, error) {
		funnel, err := s.askFunnel(ctx, f)
		return page.Funnel(f.Lang, funnel), err
	},
	"topics.svg": func(ctx context.Context, s *Service, f page.Filter) (string, error) {
		topics, err := s.askTopics(ctx, f)
		return page.Topics(f.Lang, topics), err
	},
}

func (s *Service) servePicture(w http.ResponseWriter, r *http.Request, f page.Filter) {
	draw, ok := pictures[r.PathValue("file")]
	if !ok {
		kit.WriteError(w, r, fault.New(fault.NotFound, "no_such_picture", "没有这张图。可用：gauge.svg、cloud.svg、funnel.svg、topics.svg。",
			"there is no such picture; there are gauge.svg, cloud.svg, funnel.svg and topics.svg"))
		return
	}
	s.answer(w, r, "image/svg+xml; charset=utf-8", func(b *bytes.Buffer) error {
		svg, err := draw(r.Context(), s, f)
		b.WriteString(svg)
		return err
	})
}

// answer writes what a request asked for.
func (s *Service) answer(w http.ResponseWriter, r *http.Request, kind string, render func(*bytes.Buffer) error) {
	s.write(w, r, http.StatusOK, kind, render)
}

// write renders into memory, so that a fault is an error page and never half
// a page.
func (s *Service) write(w http.ResponseWriter, r *http.Request, status int, kind string, render func(*bytes.Buffer) error) {
	var b bytes.Buffer
	if err := render(&b); err != nil {
		kit.WriteError(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", s.pages.Policy())
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}
