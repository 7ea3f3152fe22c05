package h5

import (
	"context"

	"minyi"
	"minyi/survey/questionnaires"
)

// State is what a link leads to.
type State int

// States.
const (
	Asking   State = iota // the form
	Answered              // 您已评价
	Expired               // past the deadline, or an open link that was stopped; who was asked may answer
)

// Ticket is all that a page may show about an invitation: no name, no number,
// no text of the complaint.
type Ticket struct {
	Version *questionnaires.Version
	Tail    string // last characters of the case number; empty without a case
	Day     string // closure day, 2006-01-02; empty without a case
	Hotline string
	Open    bool // an open link: anybody may answer, nobody can be opted out
}

// Submission is a filled form.
type Submission struct {
	Entries questionnaires.Entries
	Remark  string
	Key     string // the page's idempotency key
}

// Result is what became of a submission.
type Result int

// Results.
const (
	Thanks  Result = iota // it is the valid rating, now or by the same key before
	Already               // a valid rating stood; this one is kept beside it
	Late                  // the deadline has passed
)

// Pages is what the page needs of survey.
type Pages interface {
	// Open finds what a link leads to and changes nothing. A token that leads
	// nowhere is fault.NotFound.
	Open(ctx context.Context, token string) (Ticket, Visit, error)
}

// Visit is one respondent at one link.
type Visit interface {
	// State changes nothing either.
	State(ctx context.Context) (State, error)
	Submit(ctx context.Context, sub Submission) (Result, error)
	// Keep keeps a half-filled form beside the answer, and says whether what
	// was kept before has made it complete.
	Keep(ctx context.Context, sub Submission) (complete bool, err error)
	// AddRemark keeps a 追评 beside the rating that stands.
	AddRemark(ctx context.Context, key, remark string) error
	// Note records that the respondent opened the page, began to answer, or
	// wants no more (minyi.Opened, minyi.Started, minyi.OptedOut).
	Note(ctx context.Context, d minyi.Disposition) error
}
