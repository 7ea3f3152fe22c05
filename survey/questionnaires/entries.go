package questionnaires

import (
	"slices"
	"strconv"

	"minyi"
	"minyi/internal/fault"
)

// Entry is the answer to one closed question. Key is the key pressed, where
// one was, beside the value it meant.
type Entry struct {
	V        int      `json:"v,omitempty"`
	Key      int      `json:"key,omitempty"`
	DontKnow bool     `json:"dont_know,omitempty"`
	Many     []int    `json:"many,omitempty"`
	Reasons  []string `json:"reasons,omitempty"`
}

// Entries holds the answers by question id. Free text travels apart, sealed.
type Entries map[string]Entry

func notAnAnswer(q Question) *fault.Error {
	return fault.New(fault.Invalid, "answer_bad",
		"请在所列选项中选择。", "choose one of the options listed").On(q.ID)
}

// ByKey reads a pressed key by the question's own key map.
func (q Question) ByKey(key int) (Entry, error) {
	v, ok := q.Keys[key]
	if !ok {
		return Entry{}, notAnAnswer(q)
	}
	if v == 0 {
		return Entry{Key: key, DontKnow: true}, nil
	}
	return Entry{V: v, Key: key}, nil
}

// ByValue takes the value meant, e.g. 5 of 5分.
func (q Question) ByValue(v int) (Entry, error) {
	if q.Kind == Multi || q.Kind == Open || v < 1 || v > q.Scale() {
		return Entry{}, notAnAnswer(q)
	}
	return Entry{V: v}, nil
}

// ByFields reads a form's fields: "5", "dk", or several option numbers. No
// field at all gives false without an error: the question was left out.
func (q Question) ByFields(fields, reasons []string) (Entry, bool, error) {
	if q.Kind == Open || len(fields) == 0 || fields[0] == "" {
		return Entry{}, false, nil
	}
	if q.Kind == Multi {
		return q.byOptions(fields)
	}
	if fields[0] == "dk" && q.DontKnow {
		return Entry{DontKnow: true}, true, nil
	}
	v, err := strconv.Atoi(fields[0])
	if err != nil {
		return Entry{}, false, notAnAnswer(q)
	}
	if q.Kind == Number {
		v++ // 0–10 on the page, 1…11 in the store
	}
	e, err := q.ByValue(v)
	if err != nil {
		return Entry{}, false, err
	}
	if q.Bad(v) {
		e.Reasons = q.offered(v, reasons)
	}
	return e, true, nil
}

func (q Question) byOptions(fields []string) (Entry, bool, error) {
	var many []int
	for _, f := range fields {
		v, err := strconv.Atoi(f)
		if err != nil || v < 1 || v > len(q.Options) {
			return Entry{}, false, notAnAnswer(q)
		}
		if !slices.Contains(many, v) {
			many = append(many, v)
		}
	}
	slices.Sort(many)
	return Entry{Many: many}, true, nil
}

// offered keeps the reasons that the table offers on level v; others were
// ticked before the level was changed, or made up.
func (q Question) offered(v int, ticked []string) []string {
	var keep []string
	for _, r := range q.Reasons {
		if slices.Contains(r.Levels, minyi.Level(v)) && slices.Contains(ticked, r.Code) {
			keep = append(keep, r.Code)
		}
	}
	return keep
}

// Asked reports whether q is to be asked, given the answers so far.
func (q *Questionnaire) Asked(one Question, so Entries) bool {
	if one.When == nil {
		return true
	}
	e, ok := so[one.When.Question]
	return ok && !e.DontKnow && slices.Contains(one.When.Values, e.V)
}

// Missing lists the required questions that so leaves out, in order.
func (q *Questionnaire) Missing(so Entries) []string {
	var missing []string
	for _, one := range q.Questions {
		if _, ok := so[one.ID]; !ok && one.Required && one.Kind != Open && q.Asked(one, so) {
			missing = append(missing, one.ID)
		}
	}
	return missing
}

// Reached drops the answers to questions that the skip rules leave out.
func (q *Questionnaire) Reached(so Entries) Entries {
	out := make(Entries, len(so))
	for _, one := range q.Questions {
		if e, ok := so[one.ID]; ok && q.Asked(one, out) {
			out[one.ID] = e
		}
	}
	return out
}

// Values gives the answered closed questions by indicator tag.
func (q *Questionnaire) Values(so Entries) map[string]minyi.Value {
	out := map[string]minyi.Value{}
	for _, one := range q.Questions {
		e, ok := so[one.ID]
		if !ok || one.Tag == "" || one.Scale() == 0 {
			continue
		}
		if e.DontKnow {
			out[one.Tag] = minyi.Value{K: one.Scale(), DontKnow: true}
			continue
		}
		out[one.Tag] = minyi.Value{V: e.V, K: one.Scale()}
	}
	return out
}

// Worst gives the lowest bad rating among so and the reasons ticked; 0 where
// none is bad.
func (q *Questionnaire) Worst(so Entries) (worst minyi.Level, reasons []string) {
	for _, one := range q.Questions {
		e, ok := so[one.ID]
		if !ok || !one.Bad(e.V) {
			continue
		}
		if worst == 0 || minyi.Level(e.V) < worst {
			worst = minyi.Level(e.V)
		}
		for _, r := range e.Reasons {
			if !slices.Contains(reasons, r) {
				reasons = append(reasons, r)
			}
		}
	}
	return worst, reasons
}

// Overall gives the level that stands for the whole answer beside its remark:
// the overall rating, else handling, else hotline, else 0.
func (q *Questionnaire) Overall(so Entries) minyi.Level {
	values := q.Values(so)
	for _, tag := range []string{minyi.TagOverall, minyi.TagHandling, minyi.TagHotline} {
		if v, ok := values[tag]; ok && v.K == 5 && !v.DontKnow {
			return minyi.Level(v.V)
		}
	}
	return 0
}

// Vet refuses entries that the questions cannot have, as another channel may
// send them.
func (q *Questionnaire) Vet(so Entries) error {
	for id, e := range so {
		one, ok := q.Question(id)
		if !ok || one.Kind == Open {
			return notAnAnswer(Question{ID: id})
		}
		if e.DontKnow {
			if !one.DontKnow || e.V != 0 {
				return notAnAnswer(one)
			}
			continue
		}
		if one.Kind == Multi {
			for _, v := range e.Many {
				if v < 1 || v > len(one.Options) {
					return notAnAnswer(one)
				}
			}
			continue
		}
		if e.V < 1 || e.V > one.Scale() {
			return notAnAnswer(one)
		}
	}
	return nil
}
