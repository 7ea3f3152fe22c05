package voice

import (
	"strconv"

	"minyi"
)

// key handles one pressed key by phase. Keys in the first moments of a prompt
// are dropped: they are the doubled press that answered the step before.
func (m *machine) key(k byte) {
	if m.s.Speaking && m.at-m.s.SaidAt < m.spec.Times.Early && m.s.Phase != PhaseClosing {
		m.note(func(n *Note) { n.Early++ })
		return
	}
	switch m.s.Phase {
	case PhaseOpening:
		m.heardKey()
		m.openingKey(k)
	case PhaseQuestion:
		m.heardKey()
		m.questionKey(k)
	case PhaseRemark:
		m.remarkKey(k)
	case PhaseRecording:
		if k == '#' {
			m.close(EndCompleted, m.spec.Closing)
		}
	}
}

func (m *machine) heardKey() {
	m.s.Keyed = true
	m.s.Silent = 0
}

func (m *machine) openingKey(k byte) {
	switch k {
	case '1':
		m.counted()
		m.advance()
	case '9':
		m.counted()
		m.close(EndOptedOut, m.spec.House.OptedOut)
	case '0', '*':
		m.repeat()
	case '#':
	default:
		m.invalid()
	}
}

func (m *machine) questionKey(k byte) {
	q := m.spec.Questions[m.s.Question]
	switch {
	case q.number():
		m.numberKey(k)
	case k == '0' || k == '*':
		m.repeat()
	case k == '#': // pressed after a digit out of habit
	default:
		v, ok := q.Keys[int(k-'0')]
		if !ok {
			m.invalid()
			return
		}
		m.accept(q, minyi.Pressed{Key: int(k - '0'), V: v, DontKnow: v == 0})
	}
}

// numberKey collects a number. 0 is a digit here, so * alone repeats; it also
// wipes what was typed.
func (m *machine) numberKey(k byte) {
	switch {
	case k == '#' && m.s.Typed == "":
		m.invalid()
	case k == '#':
		m.number()
	case k == '*' && m.s.Typed != "":
		m.s.Typed = ""
		m.quiet()
		m.do(Action{Kind: ActWait, For: m.spec.Times.Key})
	case k == '*':
		m.repeat()
	default:
		m.s.Typed += string(k)
		m.quiet()
		if m.numberFull() {
			m.number()
			return
		}
		m.do(Action{Kind: ActWait, For: m.spec.Times.Digit})
	}
}

// numberFull reports whether no further digit could make a number in range.
func (m *machine) numberFull() bool {
	n, err := strconv.Atoi(m.s.Typed)
	return err != nil || n == 0 || n*10 > m.spec.Questions[m.s.Question].Max
}

// number takes what was typed.
func (m *machine) number() {
	q := m.spec.Questions[m.s.Question]
	n, err := strconv.Atoi(m.s.Typed)
	m.s.Typed = ""
	if err != nil || n > q.Max {
		m.invalid()
		return
	}
	m.accept(q, minyi.Pressed{Key: n, V: n + 1})
}

func (m *machine) accept(q Question, p minyi.Pressed) {
	m.counted()
	if m.s.Answers == nil {
		m.s.Answers = map[string]minyi.Pressed{}
	}
	m.s.Answers[q.ID] = p
	m.do(Action{Kind: ActNoted})
	m.advance()
}

// counted notes how long it took to press the key that counted.
func (m *machine) counted() {
	m.note(func(n *Note) { n.ToKey = m.at - m.s.SaidAt })
}

func (m *machine) repeat() {
	if m.s.Asked < maxAskings {
		m.note(func(n *Note) { n.Repeats++ })
		m.ask()
		return
	}
	m.again(Utterance{})
}

func (m *machine) invalid() {
	m.note(func(n *Note) { n.Invalid++ })
	m.again(m.spec.House.Invalid)
}

func (m *machine) quiet() {
	if m.s.Speaking {
		m.s.Speaking = false
		m.do(Action{Kind: ActQuiet})
	}
}

// remarkKey: # says that there is nothing to add. No key starts the recording
// early, for nothing is recorded that was not announced to the end.
func (m *machine) remarkKey(k byte) {
	switch k {
	case '#':
		m.close(EndCompleted, m.spec.Closing)
	case '0', '*':
		if m.s.Asked < maxAskings {
			m.note(func(n *Note) { n.Repeats++ })
			m.ask()
		}
	}
}
