package voice

import (
	"time"

	"minyi"
)

// Phase is where a dialogue stands.
type Phase string

// Phases in the order of a call.
const (
	PhaseNew       Phase = ""          // not yet answered
	PhaseOpening   Phase = "opening"   // who calls, why, how long; 1 takes part, 9 refuses for good
	PhaseQuestion  Phase = "question"  // State.Question says which
	PhaseRemark    Phase = "remark"    // the announcement before a recording
	PhaseRecording Phase = "recording" // the respondent speaks
	PhaseClosing   Phase = "closing"   // last words; then we hang up
	PhaseOver      Phase = "over"
)

// End says how a dialogue ended.
type End string

// Ends.
const (
	EndCompleted End = "completed"          // every question was put
	EndOptedOut  End = "opted-out"          // pressed 9, or refused by SMS meanwhile
	EndNoInput   End = "no-input"           // answered, and no key was ever pressed
	EndGivenUp   End = "given-up"           // keys were pressed, then silence three times over
	EndHungUp    End = "hung-up"            // the respondent hung up
	EndElsewhere End = "answered-elsewhere" // another channel was first
	EndStopped   End = "stopped"            // the campaign was stopped
	EndLost      End = "lost"               // the line went dead
)

// EventKind names what happened on the line.
type EventKind string

// Events.
const (
	EventAnswered  EventKind = "answered"   // the call was picked up
	EventPlayedOut EventKind = "played-out" // what was being said has been said
	EventKey       EventKind = "key"        // a key: 0…9 * #
	EventTimeout   EventKind = "timeout"    // the last Wait has passed
	EventRecorded  EventKind = "recorded"   // the recording reached its longest
	EventHungUp    EventKind = "hung-up"
	EventLost      EventKind = "lost"
	EventElsewhere EventKind = "answered-elsewhere"
	EventStopped   EventKind = "stopped"
	EventOptedOut  EventKind = "opted-out" // by another way than the key
)

// Event is one thing that happened, At after the call was answered.
type Event struct {
	Kind EventKind
	Key  byte
	At   time.Duration
}

// ActionKind names what the line must do.
type ActionKind string

// Actions. They are carried out in the order given.
const (
	ActSay        ActionKind = "say"         // stop what plays, then play Say
	ActQuiet      ActionKind = "quiet"       // stop what plays
	ActWait       ActionKind = "wait"        // send EventTimeout after For; an earlier wait is void
	ActNoted      ActionKind = "noted"       // an answer was taken: write it down
	ActRecord     ActionKind = "record"      // record for at most For
	ActStopRecord ActionKind = "stop-record" // keep what was recorded
	ActHangUp     ActionKind = "hang-up"
)

// Action is one thing to do.
type Action struct {
	Kind ActionKind
	Say  []Utterance
	For  time.Duration
}

// Note is what is kept of how one step went.
type Note struct {
	Asked   int           `json:"asked"`             // times the step was put
	Repeats int           `json:"repeats,omitempty"` // of them asked for with 重听
	Invalid int           `json:"invalid,omitempty"` // keys that meant nothing
	Early   int           `json:"early,omitempty"`   // keys dropped as type-ahead
	Silent  int           `json:"silent,omitempty"`  // times nothing came
	ToKey   time.Duration `json:"to_key,omitempty"`  // from the start of the asking to the key that counted
}

// State is a dialogue at one moment. It is a value: Next never changes the one
// it is given.
type State struct {
	Phase    Phase         `json:"phase"`
	Question int           `json:"question,omitempty"` // index, in PhaseQuestion
	Asked    int           `json:"asked,omitempty"`    // times this step was put
	Silent   int           `json:"silent,omitempty"`   // of them without any key
	Typed    string        `json:"typed,omitempty"`    // of a number
	SaidAt   time.Duration `json:"said_at,omitempty"`  // when the present words began
	Speaking bool          `json:"speaking,omitempty"`
	Keyed    bool          `json:"keyed,omitempty"` // any key that was not dropped
	End      End           `json:"end,omitempty"`
	HungAt   string        `json:"hung_at,omitempty"` // the step at which the line ended
	Recorded bool          `json:"recorded,omitempty"`

	Answers map[string]minyi.Pressed `json:"answers,omitempty"`
	Notes   map[string]Note          `json:"notes,omitempty"` // by step
}
