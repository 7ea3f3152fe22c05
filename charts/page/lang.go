package page

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"minyi"
)

// Lang is the language of a page.
type Lang string

// Languages: Chinese first.
const (
	ZH Lang = "zh"
	EN Lang = "en"
)

// ParseLang gives English for "en" and Chinese for anything else.
func ParseLang(s string) Lang {
	if Lang(s) == EN {
		return EN
	}
	return ZH
}

// Tag is the language as HTML names it.
func (l Lang) Tag() string {
	if l == EN {
		return "en"
	}
	return "zh-CN"
}

// Text is a wording in both languages.
type Text struct{ ZH, EN string }

// In gives the wording in l; where there is no English, the Chinese.
func (t Text) In(l Lang) string {
	if l == EN && t.EN != "" {
		return t.EN
	}
	return t.ZH
}

// IsZero reports whether there is no wording at all.
func (t Text) IsZero() bool { return t == Text{} }

// Say gives the catalogue's wording of key. An unknown key is shown as it is,
// and a test fails.
func Say(l Lang, key string) string {
	if t, ok := catalogue[key]; ok {
		return t.In(l)
	}
	return key
}

// count prints a whole number with thousands separators.
func count(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// points prints a score to two decimals, as bulletins do; nil is a dash.
func points(v *float64) string {
	if v == nil {
		return "—"
	}
	return strconv.FormatFloat(minyi.Round(*v, 2), 'f', 2, 64)
}

// share prints a part of a whole as a percentage with one decimal.
func share(part, whole float64) string {
	if whole <= 0 {
		return "—"
	}
	return strconv.FormatFloat(100*part/whole, 'f', 1, 64) + "%"
}

// plain prints a numerator or denominator: whole numbers as such, others to
// two decimals.
func plain(v *float64) string {
	switch {
	case v == nil:
		return ""
	case *v == float64(int64(*v)):
		return count(int(*v))
	}
	return strconv.FormatFloat(*v, 'f', 2, 64)
}

// interval prints a 95% interval; "" when there is none.
func interval(f minyi.Figure) string {
	if f.Low == nil || f.High == nil {
		return ""
	}
	return points(f.Low) + "–" + points(f.High)
}

// moment prints an RFC 3339 time in Asia/Shanghai; what is no time is shown
// as it came.
func moment(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return s
	}
	return t.In(minyi.Shanghai).Format("2006-01-02 15:04:05")
}

// fill puts values into a wording's {0}, {1} …
func fill(wording string, values ...any) string {
	for i, v := range values {
		wording = strings.ReplaceAll(wording, fmt.Sprintf("{%d}", i), fmt.Sprint(v))
	}
	return wording
}
