package survey

import (
	"time"

	"minyi"
	"minyi/survey/intake"
	"minyi/survey/questionnaires"
)

// Case is a work order, or a line of a contact list, without personal data.
type Case struct {
	Tenant     minyi.TenantID  `json:"tenant"`
	Case       minyi.CaseID    `json:"case,omitempty"`
	Contact    minyi.ContactID `json:"contact,omitempty"`
	Import     string          `json:"import"`
	Record     int             `json:"record"` // in that import's file
	Accepted   time.Time       `json:"accepted,omitzero"`
	Closed     time.Time       `json:"closed,omitzero"`
	Unit       minyi.UnitID    `json:"unit,omitempty"`
	District   string          `json:"district,omitempty"`
	Category   string          `json:"category,omitempty"`
	Audience   minyi.Audience  `json:"audience"`
	Respondent string          `json:"respondent"` // blind: the same person, the same value
	VoiceOnly  bool            `json:"voice_only,omitempty"`
	Erased     bool            `json:"erased,omitempty"`
}

// Contact is the personal data of one Case, sealed, under the same id. It can
// be deleted without touching anything else.
type Contact struct {
	Tenant   minyi.TenantID `json:"tenant"`
	Name     string         `json:"name,omitempty"`
	Mobile   string         `json:"mobile,omitempty"`
	Landline string         `json:"landline,omitempty"`
	Title    string         `json:"title,omitempty"` // a citizen's own words
	Blind    string         `json:"blind"`           // keyed index of the number
	Since    time.Time      `json:"since"`
}

// Import is one list taken in. Its id is derived from the file's content, so
// the same file is the same import.
type Import struct {
	Tenant   minyi.TenantID    `json:"tenant"`
	Kind     string            `json:"kind"` // cases or answers
	Name     string            `json:"name"`
	Format   string            `json:"format"`
	Encoding string            `json:"encoding,omitempty"`
	Sheet    string            `json:"sheet,omitempty"` // the worksheet that was read
	Columns  map[string]string `json:"columns"`
	Order    []string          `json:"order,omitempty"` // the fields in the order of the file's columns
	Ignored  []string          `json:"ignored,omitempty"`
	Counts   ImportCounts      `json:"counts"`
	// Audiences counts whom the rows taken or known are about; Corrected those
	// of a known row that was put right.
	Audiences map[minyi.Audience]int `json:"audiences,omitempty"`
	Corrected int                    `json:"corrected,omitempty"`
	Batches   int                    `json:"batches"`
	Done      bool                   `json:"done"`
	By        string                 `json:"by,omitempty"`
	At        time.Time              `json:"at"`
}

// ImportCounts accounts for every row: Rows = Taken + Known + Refused.
type ImportCounts struct {
	Rows    int `json:"rows"`
	Taken   int `json:"taken"`
	Known   int `json:"known"` // stood already, from this or another file
	Refused int `json:"refused"`
	Warned  int `json:"warned"` // taken, with a warning
}

// ImportBatch keeps what one batch of an import brought, so that neither the
// list of a campaign nor the report of bad rows is ever held whole in memory.
type ImportBatch struct {
	Cases    []string         `json:"cases,omitempty"`
	Problems []intake.Problem `json:"problems,omitempty"`
}

// Invitation asks one respondent once, on a ladder of steps.
type Invitation struct {
	Tenant        minyi.TenantID        `json:"tenant"`
	Campaign      minyi.CampaignID      `json:"campaign"`
	Key           string                `json:"key"` // id of its Case and Contact documents
	Case          minyi.CaseID          `json:"case,omitempty"`
	Contact       minyi.ContactID       `json:"contact,omitempty"`
	Questionnaire minyi.QuestionnaireID `json:"questionnaire"`
	Version       int                   `json:"version"`
	Family        minyi.Family          `json:"family"`
	Unit          minyi.UnitID          `json:"unit,omitempty"`
	District      string                `json:"district,omitempty"`
	Category      string                `json:"category,omitempty"`
	Audience      minyi.Audience        `json:"audience"`
	Day           string                `json:"day,omitempty"` // closure day; empty without a case
	Respondent    string                `json:"respondent"`
	KeyID         string                `json:"key_id"` // of the key that its token was made with
	Disposition   minyi.Disposition     `json:"disposition"`
	Carried       minyi.Disposition     `json:"carried,omitempty"` // the most a carrier reported
	Reason        string                `json:"reason,omitempty"`
	Voice         bool                  `json:"voice,omitempty"` // asked by telephone
	Step          int                   `json:"step"`
	DueAt         time.Time             `json:"due_at,omitzero"`  // when Step may be sent; zero: nothing to send
	NextAt        time.Time             `json:"next_at,omitzero"` // when the sweeper must look; zero: never again
	Told          int                   `json:"told,omitempty"`   // how often this step was announced
	Deadline      time.Time             `json:"deadline"`
	CreatedAt     time.Time             `json:"created_at"`
}

// Answer is one respondent's answer. Its free text is sealed.
type Answer struct {
	Tenant        minyi.TenantID         `json:"tenant"`
	Family        minyi.Family           `json:"family"`
	Questionnaire minyi.QuestionnaireID  `json:"questionnaire"`
	Version       int                    `json:"version"`
	Campaign      minyi.CampaignID       `json:"campaign,omitempty"`
	Invitation    minyi.InvitationID     `json:"invitation,omitempty"`
	Case          minyi.CaseID           `json:"case,omitempty"`
	Contact       minyi.ContactID        `json:"contact,omitempty"`
	Unit          minyi.UnitID           `json:"unit,omitempty"`
	District      string                 `json:"district,omitempty"`
	Category      string                 `json:"category,omitempty"`
	Audience      minyi.Audience         `json:"audience"`
	Channel       minyi.Channel          `json:"channel"`
	Day           string                 `json:"day"` // fixed once, Asia/Shanghai
	At            time.Time              `json:"at"`
	Respondent    string                 `json:"respondent"`
	Entries       questionnaires.Entries `json:"entries,omitempty"`
	Remark        string                 `json:"remark,omitempty"` // sealed
	Submission    string                 `json:"submission"`       // idempotency key of what made it
	Partial       bool                   `json:"partial,omitempty"`
	Default       bool                   `json:"default,omitempty"`
	SetAside      *SetAside              `json:"set_aside,omitempty"`
	Trace         []SetAside             `json:"trace,omitempty"` // every set-aside and its undoing
	Erased        bool                   `json:"erased,omitempty"`
	// Revision grows when what others read changes; Handled and Settled say up
	// to which revision survey's own worker and score have acted.
	Revision int64     `json:"revision"`
	Handled  int64     `json:"handled,omitempty"`
	Settled  int64     `json:"settled,omitempty"`
	NextAt   time.Time `json:"next_at,omitzero"`
	Told     int       `json:"told,omitempty"`
}

// SetAside marks a disputed rating (误评, 恶意差评). Both figures stay visible.
type SetAside struct {
	On     bool      `json:"on"`
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Attempt is what came in and is not the valid answer: a later answer to the
// same case, a half-filled questionnaire, a comment on its own.
type Attempt struct {
	Tenant     minyi.TenantID         `json:"tenant"`
	Kind       string                 `json:"kind"` // late, partial, comment
	Answer     minyi.AnswerID         `json:"answer"`
	Invitation minyi.InvitationID     `json:"invitation,omitempty"`
	Channel    minyi.Channel          `json:"channel"`
	Respondent string                 `json:"respondent"`
	Entries    questionnaires.Entries `json:"entries,omitempty"`
	Remark     string                 `json:"remark,omitempty"` // sealed
	At         time.Time              `json:"at"`
	ExpiresAt  time.Time              `json:"expires_at,omitzero"` // a partial becomes a partial answer then
}

// Addendum is a 追评: said after the valid rating, beside it, never in its
// place.
type Addendum struct {
	Tenant     minyi.TenantID `json:"tenant"`
	Answer     minyi.AnswerID `json:"answer"`
	Respondent string         `json:"respondent"`
	Remark     string         `json:"remark"` // sealed
	At         time.Time      `json:"at"`
}
