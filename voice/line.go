package voice

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"minyi"
	"minyi/internal/fault"
)

// Trunk places calls over one carrier line. voice/sip implements it;
// voicetest has one for tests.
type Trunk interface {
	// Name is as the operator calls it.
	Name() string
	// Call dials and, when somebody answers, runs talk with the line; it hangs
	// up when talk returns. The end of ctx stops the dialling, also when the
	// answer crosses it; once talk runs, talk alone decides.
	Call(ctx context.Context, o Order, talk Talk) Result
	Status() TrunkStatus
	// Run keeps the trunk registered until ctx is done and waits for its calls.
	Run(ctx context.Context) error
}

// Talk holds the conversation. Its ctx ends when the line is gone.
type Talk func(ctx context.Context, line Line)

// Line is an answered call. Audio is G.711 A-law, 8,000 samples a second.
type Line interface {
	// Play stops what plays and plays samples, then silence; nil is silence at
	// once. It gives the number that SoundPlayed will carry.
	Play(samples []byte) int
	// Heard gives what happens on the line. Nothing follows SoundHungUp or
	// SoundLost; the talk's ctx ends with the line in any case.
	Heard() <-chan Sound
	// Record hands each 20 ms of what is heard to sink, gaps filled with
	// silence; nil stops.
	Record(sink func(samples []byte))
}

// SoundKind names what happened on a line.
type SoundKind string

// Sounds.
const (
	SoundKey    SoundKind = "key"
	SoundPlayed SoundKind = "played"
	SoundHungUp SoundKind = "hung-up"
	SoundLost   SoundKind = "lost" // no audio came for too long
)

// Sound is one thing heard, At after the answer.
type Sound struct {
	Kind   SoundKind
	Key    byte // 0…9 * #
	Played int  // what Play gave
	At     time.Duration
}

// Order is a call to place.
type Order struct {
	To   Number
	Ring time.Duration // how long it may ring; 0: the trunk's setting
}

// Outcome is what became of a call.
type Outcome string

// Outcomes. NoKey is decided by the dialogue, the others on the trunk.
const (
	OutcomeAnswered    Outcome = "answered"
	OutcomeNoKey       Outcome = "no-key"      // answered, and no key was pressed: perhaps a voicemail
	OutcomeBusy        Outcome = "busy"        // 占线
	OutcomeNoAnswer    Outcome = "no-answer"   // 无人接听
	OutcomeRejected    Outcome = "rejected"    // 拒接
	OutcomeUnreachable Outcome = "unreachable" // 空号、关机、停机
	OutcomeTrunk       Outcome = "trunk"       // 线路故障: the person was not reached and not disturbed
	OutcomeCongestion  Outcome = "congestion"  // 线路拥塞: likewise
	OutcomeStopped     Outcome = "stopped"     // we stopped dialling
	OutcomeUnknown     Outcome = "unknown"     // nobody saw the end
)

// Outcomes lists all outcomes in the order in which an operator reads them.
func Outcomes() []Outcome {
	return []Outcome{OutcomeAnswered, OutcomeNoKey, OutcomeBusy, OutcomeNoAnswer, OutcomeRejected, OutcomeUnreachable,
		OutcomeTrunk, OutcomeCongestion, OutcomeStopped, OutcomeUnknown}
}

// Reached reports whether the person's telephone rang or was answered, as far
// as anybody knows.
func (o Outcome) Reached() bool {
	switch o {
	case OutcomeTrunk, OutcomeCongestion, OutcomeStopped, OutcomeUnreachable:
		return false
	}
	return true
}

// Result is what a trunk tells of a call.
type Result struct {
	Outcome  Outcome       `json:"outcome"`
	Code     int           `json:"code,omitempty"`   // SIP status, 0 where none came
	Cause    int           `json:"cause,omitempty"`  // Q.850 cause, 0 where none came
	Detail   string        `json:"detail,omitempty"` // a word for the operator: no_provisional, no_common_codec, …
	Rang     bool          `json:"rang,omitempty"`   // a 180 or 183 came
	Placed   time.Time     `json:"placed"`
	Answered time.Time     `json:"answered,omitzero"`
	Ended    time.Time     `json:"ended"`
	HungUp   bool          `json:"hung_up,omitempty"`   // by the other side
	Gap      time.Duration `json:"gap,omitempty"`       // longest between two frames that we sent
	Packets  int           `json:"packets,omitempty"`   // received
	BadParts int           `json:"bad_parts,omitempty"` // packets that were no RTP of ours
}

// TrunkStatus is how a trunk stands.
type TrunkStatus struct {
	Up       bool      `json:"up"`               // it may be used
	Detail   string    `json:"detail,omitempty"` // why not, in a word: registering, 403, …
	Live     int       `json:"live"`             // calls in progress
	Most     int       `json:"most"`             // calls allowed at once
	LastGood time.Time `json:"last_good,omitzero"`
}

// Number is a dialable number: a mobile, or a landline with its area code. It
// masks itself wherever it is printed; only Reveal gives the digits.
type Number struct{ digits string }

// ParseNumber takes a mobile in all forms of minyi.ParseMobile, or a landline
// as 0571-88880000.
func ParseNumber(s string) (Number, error) {
	if m, err := minyi.ParseMobile(s); err == nil {
		return Number{m.Reveal()}, nil
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune(" -()（）—", r):
		default:
			return Number{}, badNumber()
		}
	}
	d := b.String()
	if len(d) < 10 || len(d) > 12 || d[0] != '0' || d[1] == '0' {
		return Number{}, badNumber()
	}
	return Number{d}, nil
}

func badNumber() error {
	return fault.New(fault.Invalid, "number_bad", "号码不正确，请填写11位手机号，或带区号的固定电话，如 0571-88880000。",
		"not a mobile number, nor a landline with its area code such as 0571-88880000").On("number")
}

// kind is the domain of the number's blind index.
func (n Number) kind() string {
	if strings.HasPrefix(n.digits, "0") {
		return "landline"
	}
	return "mobile"
}

// Reveal gives the digits, for a trunk or a sealed field only.
func (n Number) Reveal() string { return n.digits }

// String masks the number.
func (n Number) String() string {
	if len(n.digits) < 8 {
		return ""
	}
	return n.digits[:3] + "****" + n.digits[len(n.digits)-4:]
}

// LogValue masks the number in logs.
func (n Number) LogValue() slog.Value { return slog.StringValue(n.String()) }

// GoString masks the number in %#v.
func (n Number) GoString() string { return "voice.Number(" + n.String() + ")" }

// MarshalText masks the number.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.String()), nil }
