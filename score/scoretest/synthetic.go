package scoretest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"minyi"
)

// Synthetic makes answers of respondents whose satisfaction with everything
// hangs together: each has a mood, drawn once, and answers each question by it
// with some noise. The same seed gives the same answers.
type Synthetic struct {
	rng  *rand.Rand
	next int
	From time.Time      // first day
	Days int            // answers fall on this many days
	Unit []minyi.UnitID // and in these units
	Lift float64        // adds to every mood
	// Prefix sets the ids of one stream apart from those of another.
	Prefix string
}

// NewSynthetic starts a stream of answers.
func NewSynthetic(seed uint64, from time.Time, days int, units ...minyi.UnitID) *Synthetic {
	return &Synthetic{rng: rand.New(rand.NewPCG(seed, 12345)), From: from, Days: days, Unit: units}
}

// Answer makes the next answer, and its analysis when it has a remark.
func (s *Synthetic) Answer() (minyi.AnswerFacts, *minyi.TextFacts) {
	s.next++
	mood := s.rng.NormFloat64() + s.Lift
	f := minyi.AnswerFacts{
		Answer: minyi.AnswerID(fmt.Sprintf("%ssyn%08d", s.Prefix, s.next)), Rev: 1, Campaign: "cmp1", Questionnaire: "case-closed", Version: 1,
		Family: minyi.FamilyCaseClosed, Unit: s.Unit[s.rng.IntN(len(s.Unit))], Audience: minyi.Resident,
		Channel:  []minyi.Channel{minyi.ChannelPage, minyi.ChannelSMS, minyi.ChannelVoice}[s.rng.IntN(3)],
		Category: []string{"住房", "交通", "环保", "供水供电"}[s.rng.IntN(4)],
		Day:      minyi.Day(s.From.AddDate(0, 0, s.rng.IntN(max(1, s.Days)))), Respondent: fmt.Sprintf("r%d", s.next),
		Counts: true, Values: map[string]minyi.Value{},
	}
	for _, tag := range []string{minyi.TagHotline, minyi.TagHandling, minyi.TagOverall, minyi.TagProcess, minyi.TagAwareness, minyi.TagTrust} {
		f.Values[tag] = minyi.Value{V: s.five(mood), K: 5}
	}
	f.Values[minyi.TagResolved] = minyi.Value{V: 1 + s.yes(mood), K: 2}
	if s.rng.IntN(20) == 0 {
		f.Values[minyi.TagTrust] = minyi.Value{K: 5, DontKnow: true}
	}
	if s.rng.IntN(3) > 0 {
		return f, nil
	}
	f.Remark = true
	text := &minyi.TextFacts{Answer: f.Answer, Rev: 1, Seq: 1, Content: s.rng.IntN(5) > 0, Suggestion: s.rng.IntN(4) == 0, Model: "synthetic"}
	text.Polarity = s.yes(mood)*2 - 1
	return f, text
}

func (s *Synthetic) five(mood float64) int {
	return int(max(1, min(5, math.Round(3.8+mood+0.7*s.rng.NormFloat64()))))
}

func (s *Synthetic) yes(mood float64) int {
	if mood+s.rng.NormFloat64() > -0.8 {
		return 1
	}
	return 0
}
