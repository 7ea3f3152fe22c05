package voice

import (
	"maps"
	"slices"
	"time"

	"minyi"
)

// Step names where s stands: opening, remark, closing or a question's id.
func (s State) Step(spec *Spec) string {
	if s.Phase == PhaseQuestion && s.Question < len(spec.Questions) {
		return spec.Questions[s.Question].ID
	}
	return string(s.Phase)
}

// Next is the whole dialogue: what follows from an event in a state. It is
// pure. Events that come too late for the state change nothing.
func Next(spec *Spec, s State, e Event) (State, []Action) {
	m := machine{spec: spec, s: s, at: e.At}
	m.s.Answers, m.s.Notes = maps.Clone(s.Answers), maps.Clone(s.Notes)
	if m.s.Phase != PhaseOver {
		m.take(e)
	}
	return m.s, m.acts
}

// machine carries one step of Next.
type machine struct {
	spec *Spec
	s    State
	at   time.Duration
	acts []Action
}

func (m *machine) take(e Event) {
	switch e.Kind {
	case EventHungUp:
		m.cut(EndHungUp)
	case EventLost:
		m.cut(EndLost)
	case EventElsewhere:
		m.interrupt(EndElsewhere, m.spec.House.Elsewhere)
	case EventStopped:
		m.interrupt(EndStopped, m.spec.House.Stopped)
	case EventOptedOut:
		m.interrupt(EndOptedOut, m.spec.House.OptedOut)
	case EventAnswered:
		if m.s.Phase == PhaseNew {
			m.s.Phase = PhaseOpening
			m.ask()
		}
	case EventPlayedOut:
		m.playedOut()
	case EventTimeout:
		m.timeout()
	case EventRecorded:
		if m.s.Phase == PhaseRecording {
			m.close(EndCompleted, m.spec.Closing)
		}
	case EventKey:
		m.key(e.Key)
	}
}

// cut ends at once: there is nobody to say anything to.
func (m *machine) cut(end End) {
	m.s.HungAt = m.s.Step(m.spec)
	switch {
	case m.s.Phase == PhaseRecording:
		m.do(Action{Kind: ActStopRecord})
		m.s.End = EndCompleted // hanging up is the usual end of a remark
	case m.s.Phase == PhaseRemark && m.s.End == "":
		m.s.End = EndCompleted
	case m.s.End == "":
		m.s.End = end
	}
	m.s.Phase = PhaseOver
	m.do(Action{Kind: ActHangUp})
}

// interrupt ends politely for a reason from outside; last words are not cut.
func (m *machine) interrupt(end End, words Utterance) {
	if m.s.Phase == PhaseClosing {
		return
	}
	if m.s.Phase == PhaseNew {
		m.s.End, m.s.Phase = end, PhaseOver
		m.do(Action{Kind: ActHangUp})
		return
	}
	m.s.HungAt = m.s.Step(m.spec)
	m.close(end, words)
}

func (m *machine) close(end End, words Utterance) {
	if m.s.Phase == PhaseRecording {
		m.do(Action{Kind: ActStopRecord})
	}
	if end == EndNoInput || end == EndGivenUp {
		m.s.HungAt = m.s.Step(m.spec)
	}
	m.s.End, m.s.Phase = end, PhaseClosing
	m.say(words)
}

func (m *machine) playedOut() {
	m.s.Speaking = false
	switch m.s.Phase {
	case PhaseOpening, PhaseQuestion:
		m.do(Action{Kind: ActWait, For: m.spec.Times.Key})
	case PhaseRemark:
		m.s.Phase, m.s.Recorded = PhaseRecording, true
		m.do(Action{Kind: ActRecord, For: m.spec.Times.Remark})
	case PhaseClosing:
		m.s.Phase = PhaseOver
		m.do(Action{Kind: ActHangUp})
	}
}

func (m *machine) timeout() {
	if m.s.Speaking || (m.s.Phase != PhaseOpening && m.s.Phase != PhaseQuestion) {
		return
	}
	if m.s.Typed != "" {
		m.number() // the gap after a digit ends a number as # does
		return
	}
	m.note(func(n *Note) { n.Silent++ })
	m.s.Silent++
	m.again(m.spec.House.NoInput)
}

// ask puts the present step, after what else there is to say.
func (m *machine) ask(before ...Utterance) {
	m.s.Asked++
	m.s.Typed = ""
	m.note(func(n *Note) { n.Asked++ })
	switch m.s.Phase {
	case PhaseQuestion:
		m.say(append(before, m.spec.Questions[m.s.Question].Ask)...)
	case PhaseRemark:
		m.say(append(before, m.spec.Remark.Announce)...)
	default:
		m.say(append(before, m.spec.Opening...)...)
	}
}

// again puts the step once more, or gives it up after the third time.
func (m *machine) again(notice Utterance) {
	switch {
	case m.s.Asked < maxAskings:
		m.ask(notice)
	case !m.s.Keyed:
		m.close(EndNoInput, m.spec.House.Goodbye)
	case m.s.Silent >= maxAskings || m.s.Phase == PhaseOpening:
		m.close(EndGivenUp, m.spec.House.Goodbye)
	default:
		m.advance() // keys came, only no valid one: leave this question and go on
	}
}

// advance goes to the next question that is to be asked, the remark, or the
// closing words.
func (m *machine) advance() {
	next := 0
	if m.s.Phase == PhaseQuestion {
		next = m.s.Question + 1
	}
	for ; next < len(m.spec.Questions); next++ {
		if m.spec.Questions[next].asked(m.s.Answers) {
			m.s.Phase, m.s.Question = PhaseQuestion, next
			m.s.Asked, m.s.Silent = 0, 0
			m.ask()
			return
		}
	}
	m.s.Asked, m.s.Silent = 0, 0
	if m.spec.Remark != nil && len(m.s.Answers) > 0 {
		m.s.Phase = PhaseRemark
		m.ask()
		return
	}
	m.close(EndCompleted, m.spec.Closing)
}

func (m *machine) say(words ...Utterance) {
	m.s.SaidAt, m.s.Speaking = m.at, true
	m.do(Action{Kind: ActSay, Say: words})
}

func (m *machine) do(a Action) { m.acts = append(m.acts, a) }

func (m *machine) note(change func(*Note)) {
	if m.s.Notes == nil {
		m.s.Notes = map[string]Note{}
	}
	step := m.s.Step(m.spec)
	n := m.s.Notes[step]
	change(&n)
	m.s.Notes[step] = n
}

// asked reports whether q's condition holds.
func (q Question) asked(answers map[string]minyi.Pressed) bool {
	if q.After == "" {
		return true
	}
	a, ok := answers[q.After]
	return ok && !a.DontKnow && slices.Contains(q.Values, a.V)
}
