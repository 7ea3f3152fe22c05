package survey

import (
	"time"

	"minyi"
)

// Calendar tells rest days from working days.
type Calendar interface{ Rest(t time.Time) bool }

// Deadlines are the working days that a follow-up (差评整改) may take.
type Deadlines struct {
	Verify  int // until the respondent is contacted and the case verified; 1
	Correct int // until it is corrected, explained or set aside; 15
}

func (d Deadlines) withDefaults() Deadlines {
	if d.Verify <= 0 {
		d.Verify = 1
	}
	if d.Correct <= 0 {
		d.Correct = 15
	}
	return d
}

// workdays gives the end of the n-th working day after t's own day, in
// Asia/Shanghai: what comes in on the evening before a holiday is due on the
// first working day behind it.
func workdays(cal Calendar, t time.Time, n int) time.Time {
	y, m, d := t.In(minyi.Shanghai).Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, minyi.Shanghai)
	for n > 0 {
		day = day.AddDate(0, 0, 1)
		if !cal.Rest(day) {
			n--
		}
	}
	return day.AddDate(0, 0, 1)
}

// overdue reports that the step that comes next is late.
func (f Followup) overdue(now time.Time) bool {
	switch f.Status {
	case FollowupOpen:
		return !f.VerifyBy.IsZero() && !now.Before(f.VerifyBy)
	case FollowupVerified:
		return !f.CorrectBy.IsZero() && !now.Before(f.CorrectBy)
	}
	return false
}
