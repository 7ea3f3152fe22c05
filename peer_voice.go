package minyi

import "time"

// This file holds what voice asks of survey and of sms, in the form of
// peer.go. Numbers cross only sealed.

// CallBriefsReply answers a BriefsRequest for calls, in the order asked.
type CallBriefsReply struct {
	Briefs []CallBrief `json:"briefs"`
}

// CallBrief is what is needed to make one call. Step, Go, Why, To and Blind
// are as in Brief; To may hold a landline number (0571…, digits only).
type CallBrief struct {
	Tenant     TenantID     `json:"tenant"`
	Invitation InvitationID `json:"invitation"`
	Campaign   CampaignID   `json:"campaign"`
	Step       int          `json:"step"`
	Go         bool         `json:"go"`
	Why        string       `json:"why,omitempty"`
	To         string       `json:"to,omitempty"`
	Blind      string       `json:"blind,omitempty"`
	Deadline   time.Time    `json:"deadline,omitzero"`
	Dialogue   Dialogue     `json:"dialogue"`
}

// Dialogue is a published questionnaire version as the telephone speaks it, in
// one language. Opening and Closing may hold {hotline} and {date}.
type Dialogue struct {
	Questionnaire QuestionnaireID    `json:"questionnaire"`
	Version       int                `json:"version"`
	Language      string             `json:"language"` // zh-CN, en
	Hotline       string             `json:"hotline"`  // who calls
	Day           string             `json:"day,omitempty"`
	Opening       string             `json:"opening"`
	Closing       string             `json:"closing"`
	Questions     []DialogueQuestion `json:"questions"`
	Remark        bool               `json:"remark,omitempty"` // it has an open question
}

// DialogueQuestion is one question asked by telephone.
type DialogueQuestion struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	// Keys maps the key pressed (1…9) to the value meant; 0 means don't know.
	// Empty: a number 0…Max is typed, kept as value 1…Max+1.
	Keys     map[int]int `json:"keys,omitempty"`
	Max      int         `json:"max,omitempty"`
	Required bool        `json:"required,omitempty"`
	// After and Values ask it only where that earlier question got one of the
	// values.
	After  string `json:"after,omitempty"`
	Values []int  `json:"values,omitempty"`
}

// SpokenRequest tells survey what was answered in one call. Telling it again
// changes nothing; a Remark that comes later under the same Call, without
// Pressed, is added to the answer that the call made.
type SpokenRequest struct {
	Tenant     TenantID           `json:"tenant"`
	Invitation InvitationID       `json:"invitation"`
	Call       AttemptID          `json:"call"`
	Pressed    map[string]Pressed `json:"pressed,omitempty"` // by question id
	Finished   bool               `json:"finished"`          // every question was put
	OptOut     bool               `json:"opt_out,omitempty"` // wants no more at all
	Remark     string             `json:"remark,omitempty"`  // sealed words of a recorded remark
	At         time.Time          `json:"at"`
}

// Pressed is one question's answer by telephone: the key or number typed, and
// the value that it meant in the published version.
type Pressed struct {
	Key      int  `json:"key"`
	V        int  `json:"v,omitempty"`
	DontKnow bool `json:"dont_know,omitempty"`
}

// SpokenReply says what became of it: "completed", "partial", "already" (an
// earlier answer stands), "expired", "opted-out", "remark" or "nothing".
type SpokenReply struct {
	Outcome string `json:"outcome"`
}

// ReserveCallRequest asks sms, which keeps the history of every number and
// 请勿打扰, for a place for one call. Asking again for the same Attempt gives
// the same place.
type ReserveCallRequest struct {
	Tenant     TenantID     `json:"tenant"`
	Blind      string       `json:"blind"`
	Invitation InvitationID `json:"invitation"`
	Attempt    AttemptID    `json:"attempt"`
	At         time.Time    `json:"at"`
}

// ReserveCallReply says whether the call may be made. Reason is a code that an
// operator may read: "do_not_contact", "cap_week", "cap_call".
type ReserveCallReply struct {
	Go     bool   `json:"go"`
	Reason string `json:"reason,omitempty"`
}

// SettleCallRequest tells sms what became of a reserved call. Answered calls
// count towards the cap of one in 30 days; one that never rang gives its place
// back.
type SettleCallRequest struct {
	Tenant   TenantID  `json:"tenant"`
	Blind    string    `json:"blind"`
	Attempt  AttemptID `json:"attempt"`
	Answered bool      `json:"answered"`
	Rang     bool      `json:"rang"`
	At       time.Time `json:"at"`
}

// DoNotContactRequest asks sms which of these numbers, by blind index, want no
// more.
type DoNotContactRequest struct {
	Tenant TenantID `json:"tenant"`
	Blinds []string `json:"blinds"`
}

// DoNotContactReply names those that want no more, with since when.
type DoNotContactReply struct {
	Stopped map[string]time.Time `json:"stopped"`
}
