// Package minyi is the vocabulary that every part of the suite shares: ids,
// channels, audiences, rating levels, mobile numbers that mask themselves,
// units, dispositions, and (event.go) the facts that travel between services.
//
// It owns no behaviour that needs a store, a clock or a network, takes in
// nothing but strings and numbers, and imports the standard library only, so
// that anything may import it.
package minyi

import (
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Identifiers. They are strings so that they read well in a store and a log,
// and distinct types so that one cannot be passed for another.
type (
	// TenantID names one hotline (市级热线) in a shared installation.
	TenantID string
	// CampaignID names one round of invitations (回访任务).
	CampaignID string
	// CaseID is the work order's own number (工单编号) as the hotline prints it.
	CaseID string
	// ContactID is the list's own id of a respondent who has no case.
	ContactID string
	// InvitationID is derived from (tenant, campaign, case or contact).
	InvitationID string
	// AnswerID is derived from (tenant, questionnaire family, case), or from
	// (tenant, campaign, contact), or is the page's random submission id.
	AnswerID string
	// AttemptID is derived from (invitation, step, try): one delivery attempt.
	AttemptID string
	// QuestionnaireID names a questionnaire across its versions.
	QuestionnaireID string
	// UnitID names a unit (承办单位 or 区划) in the tenant's unit tree.
	UnitID string
)

// DefaultTenant is the tenant of an installation that serves one hotline.
const DefaultTenant TenantID = "default"

// Shanghai is the one time zone in which days, sending hours and periods are
// told (Asia/Shanghai, UTC+8 without daylight saving since 1991).
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Day gives the calendar day of t in Asia/Shanghai as 2006-01-02.
func Day(t time.Time) string { return t.In(Shanghai).Format(time.DateOnly) }

// Family is a questionnaire family. A case has at most one valid rating in
// each family (一单一评), whatever the channels: the call (话后) and the case
// (办结) are different families.
type Family string

// Questionnaire families that ship with minyi.
const (
	FamilyAfterCall  Family = "after-call"  // 话后满意度
	FamilyCaseClosed Family = "case-closed" // 办结回访
	FamilyEnterprise Family = "enterprise"  // 企业服务评价
	FamilyTrust      Family = "trust"       // 信任度
)

// Channel is the way by which an answer came in.
type Channel string

// Channels.
const (
	ChannelPage   Channel = "page"   // phone page (H5) by personal link
	ChannelSMS    Channel = "sms"    // reply by digit
	ChannelVoice  Channel = "voice"  // telephone key press
	ChannelImport Channel = "import" // existing ratings taken from a file
	ChannelOpen   Channel = "open"   // open link or QR code, no case
)

// Valid reports whether c is one of the declared channels.
func (c Channel) Valid() bool {
	switch c {
	case ChannelPage, ChannelSMS, ChannelVoice, ChannelImport, ChannelOpen:
		return true
	}
	return false
}

// Audience says who speaks. Residents and enterprises are never mixed in one
// figure.
type Audience string

// Audiences.
const (
	Resident   Audience = "resident"   // 群众
	Enterprise Audience = "enterprise" // 企业
)

// Valid reports whether a is one of the declared audiences.
func (a Audience) Valid() bool { return a == Resident || a == Enterprise }

// Level is a five-level rating as a value: 5 非常满意 … 1 非常不满意. The key
// pressed on a telephone runs the other way (1 is best); the published
// question version maps one to the other.
type Level int

// Valid reports whether l is 1…5.
func (l Level) Valid() bool { return l >= 1 && l <= 5 }

// Bad reports whether l is a 差评 (不满意 or 非常不满意), which opens a
// follow-up.
func (l Level) Bad() bool { return l == 1 || l == 2 }

// Satisfied reports whether l counts towards 满意率: 基本满意 and better.
func (l Level) Satisfied() bool { return l >= 3 && l <= 5 }

// String gives the level's name as 好差评 prints it.
func (l Level) String() string {
	switch l {
	case 5:
		return "非常满意"
	case 4:
		return "满意"
	case 3:
		return "基本满意"
	case 2:
		return "不满意"
	case 1:
		return "非常不满意"
	}
	return fmt.Sprintf("Level(%d)", int(l))
}

// Unit is a body whose figures are shown on their own: a 承办单位, a district,
// a city, a province. Parent is empty at the top. Region, Rank and Tier group
// units in breakdowns; where they are empty and the unit is a place of the
// shipped table, the table's count.
type Unit struct {
	ID     UnitID `json:"id"`
	Name   string `json:"name"`
	Parent UnitID `json:"parent,omitempty"`
	Region string `json:"region,omitempty"` // 东北 华北 华东 华南 华中 西北 西南
	Rank   string `json:"rank,omitempty"`   // 直辖市 省会 地级市 自治州 …
	Tier   string `json:"tier,omitempty"`   // 一线 新一线 二线 …
}

// Disposition is how far an invitation has come. Dispositions only move
// upward: see Rank.
type Disposition string

// Dispositions in the order of DOMAIN: those that advance, then those that end.
const (
	Registered  Disposition = "registered"
	Queued      Disposition = "queued"
	Sent        Disposition = "sent"
	Delivered   Disposition = "delivered"
	Opened      Disposition = "opened"
	Started     Disposition = "started"
	Partial     Disposition = "partial"
	Completed   Disposition = "completed"
	Unknown     Disposition = "unknown"     // handed to the carrier, outcome not known
	Failed      Disposition = "failed"      // the carrier refused or could not deliver
	Unreachable Disposition = "unreachable" // number empty, off or suspended
	Refused     Disposition = "refused"     // the respondent declined
	OptedOut    Disposition = "opted-out"   // the respondent wants no more at all
	Expired     Disposition = "expired"     // the deadline passed
	NotSampled  Disposition = "not-sampled" // policy kept us from asking; the reason is stored
	Cancelled   Disposition = "cancelled"   // the campaign was stopped first
)

// Rank orders dispositions: a report may only move an invitation to a higher
// rank, so late and repeated reports do no harm. 0 means not a disposition.
func (d Disposition) Rank() int {
	switch d {
	case Registered:
		return 1
	case Queued:
		return 2
	case NotSampled, Cancelled:
		return 3
	case Unknown:
		return 4
	case Sent:
		return 5
	case Failed, Unreachable:
		return 6
	case Delivered:
		return 7
	case Expired:
		return 8
	case Opened:
		return 9
	case Started:
		return 10
	case Partial:
		return 11
	case Refused, OptedOut:
		return 12
	case Completed:
		return 13
	}
	return 0
}

// Advance gives whichever of d and next stands higher.
func (d Disposition) Advance(next Disposition) Disposition {
	if next.Rank() > d.Rank() {
		return next
	}
	return d
}

// Mobile is a mainland mobile number in its 11 digits. It masks itself
// wherever it is printed or logged; only Reveal gives the digits.
type Mobile struct{ digits string }

// ParseMobile folds width, drops separators and the prefixes +86, 86 and 0086,
// and accepts 1[3-9] followed by nine digits.
func ParseMobile(s string) (Mobile, error) {
	d := foldDigits(s)
	for _, prefix := range []string{"0086", "86"} {
		if rest, ok := strings.CutPrefix(d, prefix); ok && len(rest) == 11 {
			d = rest
			break
		}
	}
	if len(d) != 11 || d[0] != '1' || d[1] < '3' {
		return Mobile{}, fmt.Errorf("not a mainland mobile number (11 digits, 1[3-9]…)")
	}
	return Mobile{d}, nil
}

// foldDigits keeps the digits of s, full width folded to half, and gives ""
// when anything but digits and separators is in it.
func foldDigits(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= '０' && r <= '９':
			b.WriteRune(r - '０' + '0')
		case strings.ContainsRune(" \t\u3000-－—()（）+＋", r):
		default:
			return ""
		}
	}
	return b.String()
}

// Reveal gives the 11 digits, for a carrier or a sealed field only.
func (m Mobile) Reveal() string { return m.digits }

// IsZero reports whether m holds no number.
func (m Mobile) IsZero() bool { return m.digits == "" }

// String masks the number: 138****0123.
func (m Mobile) String() string {
	if len(m.digits) != 11 {
		return ""
	}
	return m.digits[:3] + "****" + m.digits[7:]
}

// LogValue masks the number in logs.
func (m Mobile) LogValue() slog.Value { return slog.StringValue(m.String()) }

// GoString masks the number in %#v.
func (m Mobile) GoString() string { return "minyi.Mobile(" + m.String() + ")" }

// MarshalText masks the number, so that no encoder lets it out by accident.
// Stores keep it sealed (internal/secret), never as a Mobile.
func (m Mobile) MarshalText() ([]byte, error) { return []byte(m.String()), nil }
