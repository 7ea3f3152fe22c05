package minyi

import "time"

// This file holds what services ask of one another. The asker declares an
// interface over these types beside its New; cmd/minyi wires the answerer
// directly in one process, or a typed HTTP client across processes. Mobile
// numbers and remarks cross only sealed (internal/secret).

// BriefsRequest asks survey for all that is needed to carry invitations.
type BriefsRequest struct {
	Tenant      TenantID       `json:"tenant"`
	Invitations []InvitationID `json:"invitations"`
	// Again asks for the message of a step that was handed over already and
	// failed for a time: Go then says whether it may be sent once more.
	Again map[InvitationID]int `json:"again,omitempty"`
}

// BriefsReply answers in the order asked; unknown invitations come with
// Go false.
type BriefsReply struct {
	Briefs []Brief `json:"briefs"`
}

// Brief is what a carrier service needs to know of one invitation's due step.
type Brief struct {
	Tenant     TenantID     `json:"tenant"`
	Invitation InvitationID `json:"invitation"`
	Campaign   CampaignID   `json:"campaign"`
	// Step counts the ladder: 0 the invitation, 1 its reminder.
	Step int `json:"step"`
	// Go is false when nothing must be sent now; Why then says why: "paused",
	// "stopped", "answered", "expired", "not-due" or "gone".
	Go  bool   `json:"go"`
	Why string `json:"why,omitempty"`
	// To is the sealed mobile number, Blind its keyed index.
	To    string `json:"to,omitempty"`
	Blind string `json:"blind,omitempty"`
	// Text is the whole message, signature first.
	Text     string    `json:"text,omitempty"`
	Deadline time.Time `json:"deadline,omitzero"`
}

// ProgressRequest tells survey how far invitations have come.
type ProgressRequest struct {
	Tenant   TenantID   `json:"tenant"`
	Progress []Progress `json:"progress"`
}

// Progress is one report. Reports are idempotent and only move a disposition
// upward.
type Progress struct {
	Invitation  InvitationID `json:"invitation"`
	Step        int          `json:"step"`
	Disposition Disposition  `json:"disposition"`
	Reason      string       `json:"reason,omitempty"` // a code an operator may read, e.g. "quiet_hours", "UNDELIV"
	At          time.Time    `json:"at"`
	// RetryAt, when set, asks for the same step again at that time (policy
	// said wait); the disposition is then left as it is.
	RetryAt time.Time `json:"retry_at,omitzero"`
}

// Done is the empty reply of requests that only tell something.
type Done struct{}

// HeardRequest tells survey of a reply that sms has matched to an invitation
// and parsed.
type HeardRequest struct {
	Tenant     TenantID     `json:"tenant"`
	Invitation InvitationID `json:"invitation"`
	Reply      string       `json:"reply"`             // the inbound message's own id: hearing it twice is harmless
	Key        int          `json:"key,omitempty"`     // a bare digit: the key pressed (1 is best)
	Level      Level        `json:"level,omitempty"`   // "5分", "满意": the value meant (5 is best)
	Comment    string       `json:"comment,omitempty"` // sealed free text
	OptOut     bool         `json:"opt_out,omitempty"` // the respondent wants no more
	At         time.Time    `json:"at"`
}

// HeardReply says what became of it: "completed", "partial", "already",
// "expired", "not-understood", "opted-out" or "comment".
type HeardReply struct {
	Outcome string `json:"outcome"`
	Say     string `json:"say,omitempty"` // text to send back, if any
}

// AnswersRequest names answers of one tenant.
type AnswersRequest struct {
	Tenant  TenantID   `json:"tenant"`
	Answers []AnswerID `json:"answers"`
}

// RemarksReply gives what nlp needs; answers that are gone are left out.
type RemarksReply struct {
	Remarks []Remark `json:"remarks"`
}

// Remark is one answer's free text with the attributes by which words are
// counted.
type Remark struct {
	Answer     AnswerID   `json:"answer"`
	Rev        int64      `json:"rev"` // the answer's revision
	Campaign   CampaignID `json:"campaign,omitempty"`
	Family     Family     `json:"family"`
	Unit       UnitID     `json:"unit,omitempty"`
	Audience   Audience   `json:"audience"`
	Channel    Channel    `json:"channel"`
	Day        string     `json:"day"`                // 2006-01-02 in Asia/Shanghai
	Category   string     `json:"category,omitempty"` // the case's own category
	Respondent string     `json:"respondent"`         // blind: the same person, the same value
	Overall    Level      `json:"overall,omitempty"`
	Text       string     `json:"text,omitempty"` // sealed; empty: nothing was written
	Counts     bool       `json:"counts"`         // false: set aside, erased or a partial
}

// FactsReply gives what score needs; answers that are gone come with Counts
// false.
type FactsReply struct {
	Facts []AnswerFacts `json:"facts"`
}

// AnswerFacts is one answer without its text.
type AnswerFacts struct {
	Answer        AnswerID        `json:"answer"`
	Rev           int64           `json:"rev"`
	Campaign      CampaignID      `json:"campaign,omitempty"`
	Questionnaire QuestionnaireID `json:"questionnaire"`
	Version       int             `json:"version"`
	Family        Family          `json:"family"`
	Unit          UnitID          `json:"unit,omitempty"`
	Audience      Audience        `json:"audience"`
	Channel       Channel         `json:"channel"`
	Category      string          `json:"category,omitempty"`
	Day           string          `json:"day"`
	Respondent    string          `json:"respondent"`
	Counts        bool            `json:"counts"`    // a valid answer
	SetAside      bool            `json:"set_aside"` // 误评, 恶意: kept, shown with and without
	Default       bool            `json:"default"`   // system-default rating: excluded by default
	Remark        bool            `json:"remark"`    // has free text
	// Values holds the answered closed questions by indicator tag.
	Values map[string]Value `json:"values,omitempty"`
}

// Value is one closed question's answer: V on a scale 1…K (K 2 for yes/no,
// where 2 is yes), or DontKnow (不了解/不清楚), which is excluded and counted.
type Value struct {
	V        int  `json:"v,omitempty"`
	K        int  `json:"k,omitempty"`
	DontKnow bool `json:"dont_know,omitempty"`
}

// Indicator tags of the shipped questionnaires: what a closed question
// measures. Method files name their survey leaves by these.
const (
	TagHotline    = "hotline"    // 话后满意度: satisfaction with the hotline (5 levels)
	TagHandling   = "handling"   // 回访满意度: satisfaction with the unit's handling (5 levels)
	TagResolved   = "resolved"   // 首次联络解决率: was it solved (yes/no)
	TagComplained = "complained" // 工单投诉率: had to complain again about it (yes/no)
	TagOverall    = "overall"    // 办事后的体验总评 (5 levels)
	TagProcess    = "process"    // 服务过程的评价 (5 levels)
	TagAwareness  = "awareness"  // 知晓度 (5 levels)
	TagStanding   = "standing"   // 现状评价 (5 levels)
	TagTrust      = "trust"      // 信任度 (5 levels)
	TagChannels   = "channels"   // 企业和群众了解情况: knows the other channels (yes/no)
	TagUsed       = "used"       // 企业和群众办理情况: used them (yes/no)
)

// AnalysesReply gives the analyses that exist of the answers asked for.
type AnalysesReply struct {
	Analyses []TextFacts `json:"analyses"`
}

// TextFacts is what scoring needs of a remark's analysis.
type TextFacts struct {
	Answer     AnswerID `json:"answer"`
	Rev        int64    `json:"rev"`      // the answer's revision that was analysed
	Seq        int64    `json:"seq"`      // counts this answer's analyses, so that the newer of two is known
	Content    bool     `json:"content"`  // more than 无, 没有, 满意 …
	Polarity   int      `json:"polarity"` // −1, 0, +1
	Suggestion bool     `json:"suggestion"`
	Topic      string   `json:"topic,omitempty"`
	Model      string   `json:"model"` // model and dictionary version
}

// TextErrorsRequest asks nlp how its polarity fared on remarks whose rating is
// known.
type TextErrorsRequest struct {
	Tenant TenantID `json:"tenant"`
}

// TextErrors counts tested remarks by what they are (row) and what the models
// in use call them (column): complaint, neither, praise.
type TextErrors struct {
	Model  string    `json:"model"`
	Tested [3][3]int `json:"tested"`
}

// SettledRequest tells survey that score holds these answers at these
// revisions, so that its sweeper stops announcing them.
type SettledRequest struct {
	Tenant TenantID  `json:"tenant"`
	Items  []Settled `json:"items"`
}

// Settled is one answer at one revision.
type Settled struct {
	Answer AnswerID `json:"answer"`
	Rev    int64    `json:"rev"`
}

// OptOutRequest asks sms to keep a number off every campaign of the tenant,
// SMS and voice (拒收). Asking twice is harmless.
type OptOutRequest struct {
	Tenant     TenantID     `json:"tenant"`
	Blind      string       `json:"blind"`        // keyed index of the mobile number
	To         string       `json:"to,omitempty"` // the number, sealed
	Invitation InvitationID `json:"invitation,omitempty"`
	Source     string       `json:"source"` // "page", "staff", "erasure"
	At         time.Time    `json:"at"`
}

// ForgetRequest asks sms and voice to erase a number and its owner's words from
// their ledgers, the replies and the recordings. Asking twice is harmless.
type ForgetRequest struct {
	Tenant TenantID `json:"tenant"`
	Blind  string   `json:"blind"`
}

// ForgetReply counts what was erased.
type ForgetReply struct {
	Messages   int `json:"messages"`
	Replies    int `json:"replies"`
	Calls      int `json:"calls"`
	Recordings int `json:"recordings"`
}
