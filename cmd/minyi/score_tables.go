package main

import (
	"fmt"
	"net/url"
	"strconv"

	"minyi"
	"minyi/score"
)

type scoreBy struct {
	By string `arg:"" help:"分组 unit, audience, channel, campaign, family, category, question, province, region, rank, tier, day, week, month, quarter, year or rolling."`
	sliceFlags
	Path     string `help:"指标 Path of a figure or name of a rate; what the unit table shows when empty."`
	Suppress int    `help:"小格隐去 Hide parts with fewer answers."`
	Method   string `help:"评估方法 Method id; the setting score.method when empty."`
	JSON     bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run shows the parts of a slice, with their movements.
func (b scoreBy) Run(c *command) error {
	q := b.query("method", b.Method)
	q.Set("by", b.By)
	q.Set("path", b.Path)
	q.Set("suppress", strconv.Itoa(b.Suppress))
	return show(c, "/api/v1/score/breakdown", q, b.JSON, func(got score.Breakdown) {
		for _, p := range got.Parts {
			figure := "—（无数据 no data）"
			if p.Figure != nil {
				figure = figureText(*p.Figure)
			}
			c.printf("%s  答卷 answers %d  %s%s%s\n", p.Key, p.Answers, figure, moveText("环比 previous", p.Previous), moveText("同比 year ago", p.YearAgo))
		}
		if got.Hidden > 0 {
			c.printf("已隐去 hidden: %d\n", got.Hidden)
		}
	})
}

// show asks for a read model and prints it, as JSON where that is wanted.
func show[T any](c *command, path string, q url.Values, asJSON bool, text func(T)) error {
	return c.asking(func(s *server) error {
		got, err := get[T](c.ctx, s, path, q)
		if err != nil {
			return err
		}
		if asJSON {
			return printJSON(c.out, got)
		}
		text(got)
		return nil
	})
}

// moveText prints a change; an arrow only where it is significant.
func moveText(what string, m *score.Change) string {
	if m == nil {
		return ""
	}
	arrow := map[string]string{"up": "↑", "down": "↓", "": "≈"}[m.Arrow]
	return fmt.Sprintf("  %s %s%+.2f (p=%.3f)", what, arrow, m.Diff, m.P)
}

type scoreRanking struct {
	sliceFlags
	Path   string `help:"指标 Path of a figure or name of a rate."`
	Method string `help:"评估方法 Method id; the setting score.method when empty."`
	JSON   bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run shows units by grade, then by rank.
func (r scoreRanking) Run(c *command) error {
	q := r.query("method", r.Method)
	q.Set("path", r.Path)
	return show(c, "/api/v1/score/ranking", q, r.JSON, func(got score.Ranking) {
		c.printf("%s  %s  %s\n", got.Path, got.Method, got.Grades)
		for _, row := range got.Rows {
			place := row.Why
			if place == "" {
				place = strconv.Itoa(row.Place)
			}
			if row.Tied {
				place += "（并列 tied）"
			}
			c.printf("%s  %s  %s  %s%s%s\n", row.Grade, place, row.Unit, figureText(row.Figure), moveText("环比 previous", row.Previous), moveText("同比 year ago", row.YearAgo))
		}
	})
}

type scoreAlerts struct {
	sliceFlags
	Days int  `default:"30" help:"近期天数 Days of the recent window, compared with three times as many before."`
	JSON bool `name:"json" help:"输出 JSON Print JSON."`
}

// Run shows the units that need a look, with the evidence.
func (a scoreAlerts) Run(c *command) error {
	return show(c, "/api/v1/score/alerts", a.query("days", strconv.Itoa(a.Days)), a.JSON, func(got score.AlertsReply) {
		c.printf("%s–%s 对比 against %s–%s；检验 tests %d，误报率 false alarms ≤ %g\n", got.Now[0], got.Now[1], got.Before[0], got.Before[1], got.Tests, got.Rate)
		for _, x := range got.Alerts {
			c.printf("%s  %s  p=%.4f  %s  (%s)\n", x.Unit, x.Kind, x.P, x.ZH, x.EN)
		}
	})
}

type scoreStudy struct {
	sliceFlags
	Method string `help:"评估方法 Method id; the setting score.method when empty."`
	JSON   bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run prints the statistics that stand beside the index.
func (s scoreStudy) Run(c *command) error {
	return show(c, "/api/v1/score/study", s.query("method", s.Method), s.JSON, func(got minyi.Study) {
		section := ""
		for _, l := range got.Lines {
			if l.Section != section {
				section = l.Section
				c.printf("[%s]\n", section)
			}
			value := "—"
			if l.Value != nil {
				value = strconv.FormatFloat(*l.Value, 'f', 4, 64)
			}
			if l.Low != nil && l.High != nil {
				value += fmt.Sprintf(" [%.2f, %.2f]", *l.Low, *l.High)
			}
			c.printf("  %s  %s  n=%d  %s\n", l.Name, value, l.N, l.Note)
		}
	})
}
