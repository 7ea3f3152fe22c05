package sms

import (
	"context"
	"strings"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/id"
)

// Index names.
const (
	byNumber   = "number"   // ledger, replies: what concerns a number, in time order
	byCampaign = "campaign" // ledger: a campaign's messages by the state of their last try
	byTime     = "time"     // ledger: leases and waits by when they run out
	byUnknown  = "unknown"  // ledger: attempts whose outcome is not known
	byUntold   = "untold"   // ledger: attempts of which survey has not been told
	byAttempt  = "attempt"  // segments: of an attempt
	byOrphan   = "orphan"   // segments: receipts without an attempt
	byAge      = "age"      // all four: by when they came, until they are past their time
	byStopped  = "stopped"  // recipients: 请勿打扰
	byOpen     = "open"     // replies: not dealt with yet
	byTenant   = "tenant"   // replies: a tenant's, in time order
)

type store struct {
	ledger     *docstore.Collection[attempt]
	segments   *docstore.Collection[segment]
	recipients *docstore.Collection[recipient]
	replies    *docstore.Collection[reply]
}

// segment ties a carrier's id to an attempt, whichever of the submit response
// and the receipt comes first. Its id is (gateway, carrier's id). A carrier that
// begins to number anew after a restart gives an id to another message: the
// latest one has it, and a receipt counts only for the number that it names.
type segment struct {
	Carrier string          `json:"carrier"` // the carrier's id, in its own writing
	Attempt minyi.AttemptID `json:"attempt,omitempty"`
	Index   int             `json:"index"` // place in the attempt; -1 not known
	Class   Class           `json:"class,omitempty"`
	Code    string          `json:"code,omitempty"`
	Blind   string          `json:"blind,omitempty"` // of the number to which it went, "" not known
	At      time.Time       `json:"at"`              // when we first heard of it
}

// segmentID holds for every writing of an id: carriers accept 00AB and report ab.
func segmentID(gateway, carrierID string) string {
	return id.Derive("segment", gateway, strings.ToLower(strings.TrimLeft(carrierID, "0")))
}

// mayBeFor reports whether g and a number may belong together.
func (g segment) mayBeFor(blind string) bool {
	return g.Blind == "" || blind == "" || g.Blind == blind
}

func openStore(ctx context.Context, db *docstore.DB) (s store, err error) {
	if s.ledger, err = docstore.Open(ctx, db, "sms_ledger", ledgerIndexes()...); err != nil {
		return s, err
	}
	if s.segments, err = docstore.Open(ctx, db, "sms_segments",
		docstore.Index[segment]{Name: byAttempt, Key: func(_ string, b segment) (docstore.Key, bool) {
			return docstore.Key{Part: string(b.Attempt), Sort: docstore.SortInt(int64(b.Index))}, b.Attempt != ""
		}},
		docstore.Index[segment]{Name: byOrphan, Key: func(_ string, b segment) (docstore.Key, bool) {
			return docstore.Key{Part: b.Blind, Sort: docstore.SortTime(b.At)}, b.Attempt == "" && b.Blind != ""
		}},
		docstore.Index[segment]{Name: byAge, Key: func(_ string, b segment) (docstore.Key, bool) { return age(b.At), true }}); err != nil {
		return s, err
	}
	if s.recipients, err = docstore.Open(ctx, db, "sms_recipients",
		docstore.Index[recipient]{Name: byStopped, Key: func(_ string, b recipient) (docstore.Key, bool) {
			if b.Stop == nil {
				return docstore.Key{}, false
			}
			return docstore.Key{Part: string(b.Tenant), Sort: docstore.SortTime(b.Stop.At)}, true
		}},
		docstore.Index[recipient]{Name: byAge, Key: func(_ string, b recipient) (docstore.Key, bool) { return age(b.lastSent()), b.Stop == nil }}); err != nil {
		return s, err
	}
	s.replies, err = docstore.Open(ctx, db, "sms_replies",
		docstore.Index[reply]{Name: byOpen, Key: func(_ string, b reply) (docstore.Key, bool) {
			return docstore.Key{Sort: docstore.SortTime(b.Due)}, !b.Due.IsZero()
		}},
		docstore.Index[reply]{Name: byTenant, Key: func(_ string, b reply) (docstore.Key, bool) {
			return docstore.Key{Part: string(b.Tenant), Sort: docstore.SortTime(b.At)}, true
		}},
		docstore.Index[reply]{Name: byAge, Key: func(_ string, b reply) (docstore.Key, bool) { return age(b.At), b.Due.IsZero() }},
		docstore.Index[reply]{Name: byNumber, Key: func(_ string, b reply) (docstore.Key, bool) {
			return docstore.Key{Part: docstore.Part(string(b.Tenant), b.Blind), Sort: docstore.SortTime(b.At)}, true
		}})
	return s, err
}

func ledgerIndexes() []docstore.Index[attempt] {
	return []docstore.Index[attempt]{
		{Name: byNumber, Key: func(_ string, a attempt) (docstore.Key, bool) {
			return docstore.Key{Part: docstore.Part(string(a.Tenant), a.Blind), Sort: docstore.SortTime(a.Created)}, true
		}},
		{Name: byCampaign, Key: func(_ string, a attempt) (docstore.Key, bool) {
			return docstore.Key{Part: campaignPart(a.Tenant, a.Campaign, a.State), Sort: docstore.SortTime(a.Created)}, a.Kind == kindInvitation && !a.Followed
		}},
		{Name: byTime, Key: func(_ string, a attempt) (docstore.Key, bool) {
			switch a.State {
			case StateSubmitting:
				return docstore.Key{Part: timePart(a.State, a.queue()), Sort: docstore.SortTime(a.Lease)}, true
			case StateWaiting:
				return docstore.Key{Part: timePart(a.State, a.queue()), Sort: docstore.SortTime(a.Next)}, true
			}
			return docstore.Key{}, false
		}},
		{Name: byUnknown, Key: func(_ string, a attempt) (docstore.Key, bool) {
			return docstore.Key{Part: string(a.Tenant), Sort: docstore.SortTime(a.Changed)}, a.State == StateUnknown
		}},
		{Name: byAge, Key: func(_ string, a attempt) (docstore.Key, bool) { return age(a.Created), !a.Retired }},
		{Name: byUntold, Key: func(_ string, a attempt) (docstore.Key, bool) {
			_, key, ok := a.news()
			return docstore.Key{Sort: docstore.SortTime(a.Changed)}, ok && key != a.Told
		}},
	}
}

func campaignPart(tenant minyi.TenantID, campaign minyi.CampaignID, state State) string {
	return docstore.Part(string(tenant), string(campaign), string(state))
}

func timePart(state State, queue string) string { return docstore.Part(string(state), queue) }
