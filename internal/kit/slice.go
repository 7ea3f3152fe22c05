package kit

import (
	"time"

	"minyi"
	"minyi/internal/fault"
)

// CheckSlice refuses a slice that can match nothing: an audience or a channel
// that there is not, a day that is not in the calendar, days the wrong way
// round. Every typed route checks the slice in its request with it.
func CheckSlice(s minyi.Slice) error {
	if s.Audience != "" && !s.Audience.Valid() {
		return fault.New(fault.Invalid, "audience_bad", "评价对象（audience）应为 resident（群众）或 enterprise（企业）。", "audience must be resident or enterprise").On("audience")
	}
	if s.Channel != "" && !s.Channel.Valid() {
		return fault.New(fault.Invalid, "channel_bad", "没有这个渠道（channel）。", "there is no such channel").On("channel")
	}
	for _, d := range []struct{ field, zh, day string }{{"from", "起始日", s.From}, {"to", "截止日", s.To}} {
		if _, err := time.Parse(time.DateOnly, d.day); d.day != "" && err != nil {
			return fault.New(fault.Invalid, "day_bad", d.zh+"（"+d.field+"）不是有效日期，应形如 2026-11-01。", "the day is not in the calendar; write it like 2026-11-01").On(d.field).With(err)
		}
	}
	if s.From != "" && s.To != "" && s.From > s.To {
		return fault.New(fault.Invalid, "days_reversed", "起始日（from）晚于截止日（to），请调整。", "the first day is after the last").On("from")
	}
	return nil
}
