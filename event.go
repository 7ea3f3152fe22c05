package minyi

// Topic is the name of a stream of events. Events are hints: each says that a
// durable document of its sender has changed; the reader asks the owner for
// the facts. They arrive at least once and in any order.
type Topic string

// Topics and who publishes them.
const (
	// TopicInvitationDue: survey → sms. An invitation's next step is due.
	TopicInvitationDue Topic = "invitation.due"
	// TopicCallDue: survey → voice. An invitation's next step is a call.
	TopicCallDue Topic = "call.due"
	// TopicAnswerLanded: survey → survey, nlp, score. An answer was stored, or
	// its revision moved (set aside, erased, completed).
	TopicAnswerLanded Topic = "answer.landed"
	// TopicAnswerAnalysed: nlp → score. The analysis of an answer was stored.
	TopicAnswerAnalysed Topic = "answer.analysed"
)

// InvitationDue is the body of TopicInvitationDue.
type InvitationDue struct {
	Tenant     TenantID     `json:"tenant"`
	Invitation InvitationID `json:"invitation"`
}

// CallDue is the body of TopicCallDue.
type CallDue struct {
	Tenant     TenantID     `json:"tenant"`
	Invitation InvitationID `json:"invitation"`
}

// AnswerLanded is the body of TopicAnswerLanded.
type AnswerLanded struct {
	Tenant TenantID `json:"tenant"`
	Answer AnswerID `json:"answer"`
}

// AnswerAnalysed is the body of TopicAnswerAnalysed.
type AnswerAnalysed struct {
	Tenant TenantID `json:"tenant"`
	Answer AnswerID `json:"answer"`
}
