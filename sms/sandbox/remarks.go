package sandbox

import (
	_ "embed"
	"math/rand/v2"
	"strings"
)

//go:embed remarks.txt
var remarksText string

// remarks are sentences by mood.
type remarks map[string][]string

func readRemarks() remarks {
	out := remarks{}
	mood := ""
	for line := range strings.Lines(remarksText) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			mood = strings.Trim(line, "[]")
		default:
			out[mood] = append(out[mood], line)
		}
	}
	return out
}

// pick gives a sentence that fits the mood, mostly: content people complain
// too, now and then.
func (r remarks) pick(rng *rand.Rand, mood float64) string {
	mood += rng.NormFloat64() * 0.12
	kind := "good"
	switch {
	case mood < 0.5:
		kind = "bad"
	case mood < 0.68:
		kind = "fair"
	}
	list := r[kind]
	return list[rng.IntN(len(list))]
}
