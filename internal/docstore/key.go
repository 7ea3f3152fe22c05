package docstore

import (
	"fmt"
	"strings"
	"time"
)

// Key is an index entry: look-ups name the Part exactly and range over Sort.
// Both are kept beside the body in the clear, so neither may hold personal
// data: use secret.Blind for phones. Both compare bytewise.
type Key struct{ Part, Sort string }

var partEscape = strings.NewReplacer(`\`, `\\`, `|`, `\|`)

// Part joins values so that different lists never meet: Part("a", "b") is
// "a|b", and a bar or backslash within a value is escaped.
func Part(values ...string) string {
	escaped := make([]string, len(values))
	for i, v := range values {
		escaped[i] = partEscape.Replace(v)
	}
	return strings.Join(escaped, "|")
}

// Parts takes apart what Part joined.
func Parts(joined string) []string {
	var values []string
	var value strings.Builder
	escaped := false
	for _, r := range joined {
		switch {
		case !escaped && r == '\\':
			escaped = true
			continue
		case !escaped && r == '|':
			values = append(values, value.String())
			value.Reset()
		default:
			value.WriteRune(r)
		}
		escaped = false
	}
	return append(values, value.String())
}

const sortTimeForm = "2006-01-02T15:04:05.000000000Z"

// SortTime writes t in fixed width in UTC, so that texts order as times do.
// Times outside the years 0 to 9999 stand at that end.
func SortTime(t time.Time) string {
	t = t.UTC()
	switch {
	case t.Year() < 0:
		return "0000-01-01T00:00:00.000000000Z"
	case t.Year() > 9999:
		return "9999-12-31T23:59:59.999999999Z"
	}
	return t.Format(sortTimeForm)
}

// SortInt writes n in fixed width, so that texts order as numbers do, negative
// ones too.
func SortInt(n int64) string {
	// Flipping the sign bit maps the signed order onto the unsigned one.
	return fmt.Sprintf("%020d", uint64(n)^(1<<63))
}
