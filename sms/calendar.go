package sms

import (
	"time"

	"minyi"
)

// Calendar tells rest days from working days. Days are 2006-01-02 in
// Asia/Shanghai. It is a setting: the State Council's office publishes each
// year's table in the autumn before, and the operator enters it.
type Calendar struct {
	Holidays []string `json:"holidays"` // 放假
	Workdays []string `json:"workdays"` // 调休上班: Saturdays and Sundays that are worked
}

// DefaultCalendar is the table that ships.
//
// 2026 follows 国务院办公厅关于2026年部分节假日安排的通知. For 2027 it holds the
// statutory days alone (全国年节及纪念日放假办法, 2024); the bridging days and
// 调休 of 2027 must be entered when their notice is out.
func DefaultCalendar() Calendar {
	return Calendar{
		Holidays: []string{
			"2026-01-01", "2026-01-02", "2026-01-03", // 元旦
			"2026-02-15", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", // 春节
			"2026-02-20", "2026-02-21", "2026-02-22", "2026-02-23",
			"2026-04-04", "2026-04-05", "2026-04-06", // 清明
			"2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04", "2026-05-05", // 劳动节
			"2026-06-19", "2026-06-20", "2026-06-21", // 端午
			"2026-09-25", "2026-09-26", "2026-09-27", // 中秋
			"2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06", "2026-10-07", // 国庆
			"2027-01-01",                                           // 元旦
			"2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", // 除夕 to 初三
			"2027-04-05",               // 清明
			"2027-05-01", "2027-05-02", // 劳动节
			"2027-06-09",                             // 端午
			"2027-09-15",                             // 中秋
			"2027-10-01", "2027-10-02", "2027-10-03", // 国庆
		},
		Workdays: []string{
			"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
		},
	}
}

// Rest reports whether t falls on a rest day: a holiday, or a Saturday or
// Sunday that is not worked in exchange.
func (c Calendar) Rest(t time.Time) bool {
	day := minyi.Day(t)
	for _, h := range c.Holidays {
		if h == day {
			return true
		}
	}
	for _, w := range c.Workdays {
		if w == day {
			return false
		}
	}
	weekday := t.In(minyi.Shanghai).Weekday()
	return weekday == time.Saturday || weekday == time.Sunday
}
