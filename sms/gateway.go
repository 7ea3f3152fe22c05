package sms

import (
	"context"
	"errors"
	"fmt"
	"time"

	"minyi"
)

// Gateway carries messages through one carrier account. One package under sms
// implements it for each protocol; gatewaytest holds what all must do.
type Gateway interface {
	// Submit hands one message to the carrier and waits for its answer. It
	// gives the carrier's id of each segment, in order. Every error is a
	// *SubmitError; when its outcome is OutcomeUnknown, the ids that were
	// learnt come with it, "" where one was not.
	Submit(ctx context.Context, m Message) (ids []string, err error)
	// Capabilities says what this account can carry.
	Capabilities() Capabilities
	// Run keeps the connection up and passes receipts and replies to sink,
	// until ctx is done. A carrier is answered only after sink has returned
	// nil, because sink returns nil only when it has stored what it was given.
	Run(ctx context.Context, sink Sink) error
	// Status says how the connection stands, for the operator.
	Status() Status
}

// Sink takes what comes from a carrier. Its methods return nil only when the
// thing is durable; they may be called at the same time from many goroutines,
// and more than once with the same thing.
type Sink interface {
	Receipt(ctx context.Context, r Receipt) error
	Reply(ctx context.Context, r Reply) error
}

// Message is one outbound message.
type Message struct {
	// ID is our own id of the attempt. It is not shown to the recipient.
	ID minyi.AttemptID
	To minyi.Mobile
	// Text is the whole message, signature first.
	Text string
	// Ref is the concatenation reference for a text of several segments. It is
	// counted per recipient, so that two long messages under way to one phone
	// are never put together wrongly; a gateway that may extend our number
	// sends from Extension(Ref), so that a reply tells which message it answers.
	Ref byte
}

// Receipt is a carrier's report on one segment.
type Receipt struct {
	ID     string // the carrier's id of the segment
	Number minyi.Mobile
	Code   string // as the carrier wrote it: DELIVRD, UNDELIV, MK:0001 …
	At     time.Time
}

// Reply is an inbound message, or one segment of one.
type Reply struct {
	// ID is the carrier's id of the inbound message, "" where the protocol has
	// none (SMPP); a repeat is then told by sender, text and time.
	ID   string
	From minyi.Mobile
	To   string // our service number with its extension
	Ext  string // the extension alone, as made by Extension; "" not known
	Text string
	At   time.Time
	// Part is set when this is one segment of a longer message.
	Part Part
}

// Part places a segment in its message. The zero Part is a whole message.
type Part struct {
	Ref   int // the sender's reference
	Total int // number of segments
	Index int // 1…Total
}

// Extension gives the digits by which our number is extended for a message, so
// many that they tell a number's latest messages apart. Without digits it is
// "".
func Extension(ref byte, digits int) string {
	if digits <= 0 {
		return ""
	}
	all := fmt.Sprintf("%0*d", digits, ref)
	return all[len(all)-digits:]
}

// Whole reports whether the message came in one piece.
func (p Part) Whole() bool { return p.Total < 2 }

// Capabilities says what an account can carry, so that a campaign can choose a
// form that fits or say why none does.
type Capabilities struct {
	Links          bool `json:"links"`          // personal links in the text
	Questionnaires bool `json:"questionnaires"` // survey wording is allowed
	Inbound        bool `json:"inbound"`        // replies arrive
	Receipts       bool `json:"receipts"`       // receipts arrive
	MaxSegments    int  `json:"max_segments"`   // 0: no limit known
}

// Status is how a gateway stands.
type Status struct {
	Bound     bool      `json:"bound"`
	Window    int       `json:"window"`    // most submits without an answer
	InFlight  int       `json:"in_flight"` // submits without an answer now
	LastError string    `json:"last_error,omitempty"`
	ErrorAt   time.Time `json:"error_at,omitzero"`
}

// Outcome says what a failed Submit did to the message.
type Outcome string

// Outcomes of a Submit that gave an error.
const (
	// OutcomeRefused: the carrier did not take it and never will.
	OutcomeRefused Outcome = "refused"
	// OutcomeRetry: the carrier certainly did not take it; try again After.
	OutcomeRetry Outcome = "retry"
	// OutcomePartial: the carrier took a part of a long message and certainly
	// not the rest: nobody can read it, so the whole is sent anew hours later.
	OutcomePartial Outcome = "partial"
	// OutcomeUnknown: the carrier may have taken it. Never resent by itself.
	OutcomeUnknown Outcome = "unknown"
)

// SubmitError is the error of Gateway.Submit. It never holds a number or a
// text.
type SubmitError struct {
	Outcome Outcome
	After   time.Duration // with OutcomeRetry: how long to wait at least
	// LineTrouble: the cause is the line (not connected, over its rate), not
	// this message; with OutcomeRetry it is then not counted against it.
	LineTrouble bool
	Code        string // the carrier's own code, e.g. "smpp 0x58", or ours, e.g. "no_link"
	ZH, EN      string // what the operator may read
	Cause       error
}

// Error gives the English text with the code, for logs.
func (e *SubmitError) Error() string {
	s := fmt.Sprintf("submit %s (%s): %s", e.Outcome, e.Code, e.EN)
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *SubmitError) Unwrap() error { return e.Cause }

// AsSubmitError gives err as a SubmitError. An error that a gateway did not
// classify leaves the outcome unknown: that is the only guess that cannot send
// a message twice.
func AsSubmitError(err error) *SubmitError {
	var e *SubmitError
	if errors.As(err, &e) {
		return e
	}
	return &SubmitError{Outcome: OutcomeUnknown, Code: "unclassified", ZH: "通道返回了无法归类的错误，结果未知。",
		EN: "the gateway gave an error that it did not classify; the outcome is unknown", Cause: err}
}
