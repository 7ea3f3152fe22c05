package h5

import (
	"embed"
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"minyi/survey/questionnaires"
)

//go:embed lang/*.yaml
var langFiles embed.FS

// words is one language's catalogue. A language is added by adding a file
// under lang/ with every key (ug, bo, mn, zh-TW …); questionnaires without
// that language's wording show their Chinese one.
type words map[string]string

// languages in the order of the switch; the first is the default.
type languages struct {
	order []string
	of    map[string]words
}

func loadLanguages() (*languages, error) {
	files, err := langFiles.ReadDir("lang")
	if err != nil {
		return nil, err
	}
	l := &languages{order: []string{questionnaires.Chinese}, of: map[string]words{}}
	for _, f := range files {
		text, err := langFiles.ReadFile("lang/" + f.Name())
		if err != nil {
			return nil, err
		}
		var w words
		if err := yaml.Unmarshal(text, &w); err != nil {
			return nil, fmt.Errorf("lang/%s: %w", f.Name(), err)
		}
		tag := strings.TrimSuffix(f.Name(), path.Ext(f.Name()))
		l.of[tag] = w
		if tag != questionnaires.Chinese {
			l.order = append(l.order, tag)
		}
	}
	return l, l.complete()
}

// complete refuses a catalogue that lacks a key of the Chinese one.
func (l *languages) complete() error {
	for key := range l.of[questionnaires.Chinese] {
		for tag, w := range l.of {
			if w[key] == "" {
				return fmt.Errorf("lang/%s.yaml lacks %q", tag, key)
			}
		}
	}
	return nil
}

// choose takes ?lang=, then the browser's first supported language, then
// Chinese.
func (l *languages) choose(r *http.Request) string {
	if tag := r.URL.Query().Get("lang"); l.of[tag] != nil {
		return tag
	}
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		asked, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		for _, tag := range l.order {
			if asked == tag || strings.EqualFold(firstPart(asked), firstPart(tag)) {
				return tag
			}
		}
	}
	return l.order[0]
}

func firstPart(tag string) string {
	first, _, _ := strings.Cut(tag, "-")
	return first
}

// day writes 2026-10-09 in the words of the language.
func (w words) day(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return fmt.Sprintf(w["month_day"], int(t.Month()), t.Day())
}
