package sms

import "strings"

// Class says what a carrier's final code means for the person.
type Class string

// Classes of receipt and refusal codes.
const (
	ClassDelivered    Class = "delivered"
	ClassIntermediate Class = "intermediate" // still on its way: ignored
	ClassDead         Class = "dead"         // empty or cancelled number
	ClassOff          Class = "off"          // off, out of area, suspended: may pass
	ClassBlocked      Class = "blocked"      // blacklist, unsubscribed at the carrier
	ClassContent      Class = "content"      // wording, template, signature
	ClassRate         Class = "rate"         // too many, queue full
	ClassRoute        Class = "route"        // no route to that network
	ClassUnknown      Class = "unknown"      // final, but no reason that we know
)

// CodeRule classifies a carrier's codes that start with Prefix. Longer
// prefixes win.
type CodeRule struct {
	Prefix string `json:"prefix"`
	Class  Class  `json:"class"`
}

// DefaultCodes is the table that ships: the values of CMPP table 1 and SMPP
// 3.4, and what is seen in the field (MK, MI, MN, LT …). Carriers differ, so
// an installation may put its own rules before these.
func DefaultCodes() []CodeRule {
	return []CodeRule{
		{"DELIVRD", ClassDelivered},
		{"ACCEPTD", ClassIntermediate}, {"ENROUTE", ClassIntermediate}, {"SCHEDUL", ClassIntermediate},
		{"EXPIRED", ClassOff}, {"DELETED", ClassUnknown}, {"UNDELIV", ClassUnknown}, {"UNKNOWN", ClassUnknown}, {"SKIPPED", ClassUnknown},
		{"REJECTD", ClassContent}, {"REJECT", ClassContent}, {"KEYWORD", ClassContent}, {"SIGNERR", ClassContent}, {"TEMPERR", ClassContent},
		{"MK:0001", ClassDead}, {"MK:0000", ClassDead}, {"MI:0000", ClassDead}, {"EMPTY", ClassDead}, {"NUMERR", ClassDead},
		{"MK:", ClassOff}, {"MI:", ClassOff}, {"MN:", ClassOff}, {"LT:", ClassOff}, {"MC:", ClassOff}, {"OFF", ClassOff}, {"SUSPEND", ClassOff},
		{"MB:", ClassUnknown}, {"MA:", ClassUnknown}, {"CB:", ClassBlocked}, {"CA:", ClassRoute}, {"DA:", ClassBlocked}, {"DB:", ClassBlocked},
		{"SA:", ClassRoute}, {"SB:", ClassRoute}, {"IA:", ClassRoute}, {"IB:", ClassRoute}, {"IC:", ClassRoute}, {"ROUTE", ClassRoute}, {"NOROUTE", ClassRoute},
		{"BLACK", ClassBlocked}, {"BLOCKED", ClassBlocked}, {"UNSUB", ClassBlocked}, {"TD", ClassBlocked},
		{"FLOW", ClassRate}, {"OVERFLOW", ClassRate}, {"QUEUE", ClassRate}, {"BUSY", ClassRate},
	}
}

// Classify gives the class of a carrier's code by the rule with the longest
// matching prefix, without regard to case; among equals the first wins. A
// receipt without a code tells no end.
func Classify(rules []CodeRule, code string) Class {
	code = strings.ToUpper(strings.TrimSpace(code))
	if code == "" {
		return ClassIntermediate
	}
	best, class := 0, ClassUnknown
	for _, r := range rules {
		if len(r.Prefix) > best && strings.HasPrefix(code, strings.ToUpper(r.Prefix)) {
			best, class = len(r.Prefix), r.Class
		}
	}
	return class
}
