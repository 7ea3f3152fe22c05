package voice

import (
	"context"
	"time"

	"minyi"
	"minyi/internal/docstore"
)

// Index names.
const (
	byDue      = "due"      // calls: waiting by Next, dialing and talking by Lease
	byCampaign = "campaign" // calls: a campaign's by label
	byChanged  = "changed"  // calls: a tenant's, newest last
	byOwed     = "owed"     // calls: of which somebody is still to be told
	byHeard    = "heard"    // calls: with a remark to write down
	byNumber   = "number"   // calls: a number's, for its erasure
	byAge      = "age"      // recordings by when they go
	byTenant   = "tenant"   // prompts
)

type store struct {
	calls      *docstore.Collection[record]
	prompts    *docstore.Collection[uploaded]
	clips      *docstore.Collection[spoken]
	recordings *docstore.Collection[recordedPart]
}

// uploaded is an announcer's recording, a document of voice_prompts. The
// original is kept as it came, in parts.
type uploaded struct {
	Tenant        minyi.TenantID        `json:"tenant"`
	Questionnaire minyi.QuestionnaireID `json:"questionnaire"`
	Version       int                   `json:"version"`
	Language      string                `json:"language"`
	Slot          string                `json:"slot"`
	ALaw          []byte                `json:"alaw"`
	Measures      Measures              `json:"measures"`
	Name          string                `json:"name,omitempty"` // of the file
	By            string                `json:"by,omitempty"`
	At            time.Time             `json:"at"`
	Part          int                   `json:"part"` // 0: the clip; 1…: the original
	Original      []byte                `json:"original,omitempty"`
}

// spoken is one synthesised clip, a document of voice_clips under an id made
// of its content.
type spoken struct {
	ALaw []byte    `json:"alaw"`
	At   time.Time `json:"at"`
}

// recordedPart is some seconds of a recorded remark, sealed, a document of
// voice_recordings.
type recordedPart struct {
	Tenant minyi.TenantID  `json:"tenant"`
	Call   minyi.AttemptID `json:"call"`
	Part   int             `json:"part"`
	Sealed string          `json:"sealed"`
	At     time.Time       `json:"at"`
	Until  time.Time       `json:"until"`
}

func openStore(ctx context.Context, db *docstore.DB) (s store, err error) {
	if s.calls, err = docstore.Open(ctx, db, "voice_calls", callIndexes()...); err != nil {
		return s, err
	}
	if s.prompts, err = docstore.Open(ctx, db, "voice_prompts",
		docstore.Index[uploaded]{Name: byTenant, Key: func(_ string, u uploaded) (docstore.Key, bool) {
			return docstore.Key{Part: string(u.Tenant), Sort: docstore.SortTime(u.At)}, u.Part == 0
		}}); err != nil {
		return s, err
	}
	if s.clips, err = docstore.Open[spoken](ctx, db, "voice_clips"); err != nil {
		return s, err
	}
	s.recordings, err = docstore.Open(ctx, db, "voice_recordings",
		docstore.Index[recordedPart]{Name: byAge, Key: func(_ string, r recordedPart) (docstore.Key, bool) {
			return docstore.Key{Sort: docstore.SortTime(r.Until)}, true
		}})
	return s, err
}

func callIndexes() []docstore.Index[record] {
	return []docstore.Index[record]{
		{Name: byDue, Key: func(_ string, r record) (docstore.Key, bool) {
			switch r.State {
			case StateWaiting:
				return docstore.Key{Part: string(r.State), Sort: docstore.SortTime(r.Next)}, true
			case StateDialing, StateTalking:
				return docstore.Key{Part: "live", Sort: docstore.SortTime(r.Lease)}, true
			}
			return docstore.Key{}, false
		}},
		{Name: byCampaign, Key: func(_ string, r record) (docstore.Key, bool) {
			return docstore.Key{Part: docstore.Part(string(r.Tenant), string(r.Campaign), r.label()), Sort: docstore.SortTime(r.Changed)}, true
		}},
		{Name: byChanged, Key: func(_ string, r record) (docstore.Key, bool) {
			return docstore.Key{Part: string(r.Tenant), Sort: docstore.SortTime(r.Changed)}, len(r.Tries) > 0
		}},
		{Name: byNumber, Key: func(_ string, r record) (docstore.Key, bool) {
			return docstore.Key{Part: docstore.Part(string(r.Tenant), r.Blind), Sort: docstore.SortTime(r.Created)}, true
		}},
		{Name: byOwed, Key: func(_ string, r record) (docstore.Key, bool) {
			return docstore.Key{Sort: docstore.SortTime(r.Owe)}, !r.Owe.IsZero()
		}},
		{Name: byHeard, Key: func(_ string, r record) (docstore.Key, bool) {
			return docstore.Key{Sort: docstore.SortTime(r.Heard)}, !r.Heard.IsZero()
		}},
	}
}
