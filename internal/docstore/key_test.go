package docstore_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"minyi/internal/docstore"
)

func TestSortIntOrdersAsNumbers(t *testing.T) {
	numbers := []int64{math.MinInt64, -1 << 40, -10, -2, -1, 0, 1, 2, 9, 10, 1 << 40, math.MaxInt64}
	var texts []string
	for _, n := range numbers {
		texts = append(texts, docstore.SortInt(n))
	}
	if !slices.IsSorted(texts) || len(slices.Compact(texts)) != len(numbers) {
		t.Errorf("out of order: %v", texts)
	}
}

func TestSortTimeOrdersAsTimes(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("", 8*3600))
	times := []time.Time{
		time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC), {}, time.Unix(0, 0), noon.Add(-time.Nanosecond), noon, noon.Add(time.Nanosecond),
		noon.Add(time.Second), noon.AddDate(1000, 0, 0), time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	var texts []string
	for _, at := range times {
		texts = append(texts, docstore.SortTime(at))
	}
	if !slices.IsSorted(texts) || len(slices.Compact(texts)) != len(times) {
		t.Errorf("out of order: %v", texts)
	}
	if docstore.SortTime(noon) != docstore.SortTime(noon.UTC()) {
		t.Error("one moment has two texts")
	}
}

func FuzzPart(f *testing.F) {
	f.Add("a|b", "c", "a", "b|c")
	f.Add(`a\`, "b", `a\|b`, "")
	f.Add("", "", "|", "")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		if same := a == c && b == d; same != (docstore.Part(a, b) == docstore.Part(c, d)) {
			t.Errorf("Part(%q, %q) is %q, Part(%q, %q) is %q", a, b, docstore.Part(a, b), c, d, docstore.Part(c, d))
		}
		if joined := docstore.Part(a, b); !strings.ContainsAny(a+b, `|\`) && joined != a+"|"+b {
			t.Errorf("Part(%q, %q) is %q", a, b, joined)
		}
	})
}

func FuzzParts(f *testing.F) {
	f.Add("a", `b|c`, `d\`)
	f.Add("", "|", "")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if !utf8.ValidString(a + b + c) {
			return // keys are text
		}
		if got := docstore.Parts(docstore.Part(a, b, c)); !slices.Equal(got, []string{a, b, c}) {
			t.Errorf("%q came back as %q", []string{a, b, c}, got)
		}
	})
}
