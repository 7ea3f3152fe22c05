package survey

import (
	"minyi"
	"minyi/internal/id"
)

// Every id below is derived from what makes the thing what it is, so that a
// retry, a second channel or a second process meets the same document, and the
// store's unique id is the arbiter.

func caseKey(t minyi.TenantID, c minyi.CaseID) string {
	return id.Derive("case", string(t), string(c))
}

func contactKey(t minyi.TenantID, c minyi.ContactID) string {
	return id.Derive("contact", string(t), string(c))
}

// asked names who is asked in which campaign; the invitation's token is a keyed
// hash of it.
func asked(t minyi.TenantID, campaign minyi.CampaignID, key string) string {
	return id.Derive("invitation", string(t), string(campaign), key)
}

// answerOfCase is where 一单一评 is held: one per case and family.
func answerOfCase(t minyi.TenantID, f minyi.Family, c minyi.CaseID) minyi.AnswerID {
	return minyi.AnswerID(id.Derive("answer", string(t), string(f), "case", string(c)))
}

func answerOfContact(t minyi.TenantID, campaign minyi.CampaignID, c minyi.ContactID) minyi.AnswerID {
	return minyi.AnswerID(id.Derive("answer", string(t), string(campaign), "contact", string(c)))
}

func answerOfOpenLink(t minyi.TenantID, campaign minyi.CampaignID, submission string) minyi.AnswerID {
	return minyi.AnswerID(id.Derive("answer", string(t), string(campaign), "open", submission))
}

func attemptID(a minyi.AnswerID, kind, key string) string {
	return id.Derive("attempt", string(a), kind, key)
}

// answerID gives the one answer that this invitation can bring.
func (i Invitation) answerID() minyi.AnswerID {
	if i.Case != "" {
		return answerOfCase(i.Tenant, i.Family, i.Case)
	}
	return answerOfContact(i.Tenant, i.Campaign, i.Contact)
}
