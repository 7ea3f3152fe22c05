package main

import (
	"strings"

	"minyi"
	"minyi/cmd/minyi/program"
	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/score"
)

type scoreExplain struct {
	Path string `arg:"" help:"指标 Path of the figure, e.g. 总体感知/品牌宣传/信任度, or 总分."`
	sliceFlags
	Method string `help:"评估方法 Method id; the setting score.method when empty."`
}

// Run prints the working of a figure down to counts.
func (e scoreExplain) Run(c *command) error {
	return c.asking(func(s *server) error {
		q := e.query("method", e.Method)
		q.Set("path", e.Path)
		got, err := get[score.Explanation](c.ctx, s, "/api/v1/score/explain", q)
		if err != nil {
			return err
		}
		c.printf("%s  %s  %s  截至 as of %s\n来源 source: %s\n等级 grades: %s\n\n", got.Title, got.Method, got.Frame, got.AsOf, got.Source, got.Grades)
		c.explain(got.Figure)
		for _, k := range got.Counts {
			c.printf("问题 %s: 各档人数 counts of 1…%d %v, 不清楚 don't know %d\n", k.Tag, k.Scale, k.Values, k.DontKnow)
		}
		for _, n := range got.Notes {
			c.printf("注 %s\n", n)
		}
		return nil
	})
}

func (c *command) explain(f minyi.Figure) {
	c.printf("%s  %s\n", f.Path, figureText(f))
	if f.Formula != "" {
		c.printf("  公式 formula: %s\n", f.Formula)
	}
	if f.Num != nil && f.Den != nil {
		c.printf("  分子/分母 numerator/denominator: %g / %g\n", *f.Num, *f.Den)
	}
	if f.Excl != "" {
		c.printf("  剔除 excluded: %s\n", f.Excl)
	}
	for _, child := range f.Children {
		c.explain(child)
	}
}

type scoreRecount struct {
	Verify bool `help:"只比对 Compare only, change nothing; exit 1 when anything differs."`
	JSON   bool `name:"json" help:"输出 JSON Print JSON."`
}

// Run counts every raw answer anew and compares.
func (r scoreRecount) Run(c *command) error {
	return c.asking(func(s *server) error {
		got, err := kit.Call[program.RecountRequest, score.RecountReport](s.client, "POST /api/v1/score/recount")(c.ctx, program.RecountRequest{Verify: r.Verify})
		if err != nil {
			return err
		}
		if r.JSON {
			err = printJSON(c.out, got)
		} else {
			c.printRecount(got)
		}
		if err == nil && r.Verify && !got.Equal {
			return fault.New(fault.Conflict, "counts_differ", "汇总与原始答卷不一致；运行 minyi score recount 可重算。", "the sums differ from the raw answers; minyi score recount counts them anew")
		}
		return err
	})
}

// shownDifferences keeps the last lines, which say what to do, on the screen.
const shownDifferences = 20

func (c *command) printRecount(r score.RecountReport) {
	c.printf("答卷 answers %d, 单位日 unit-days %d, 清除 rows removed %d\n", r.Answers, r.Days, r.Repaired)
	if r.Equal {
		c.printf("一致 equal\n")
	}
	for i, d := range r.Differences {
		if i == shownDifferences {
			c.printf("  …共 %d 处 in all; --json lists them\n", len(r.Differences))
			break
		}
		if strings.HasPrefix(d.What, "no ") {
			c.printf("  缺少 missing: %s %s %s\n", d.Unit, d.Period, strings.TrimPrefix(d.What, "no "))
			continue
		}
		if d.Answers == d.Counted {
			c.printf("  不一致 differs: %s %s %s: 答卷数同为 %d，内容不同 as many answers, other contents\n", d.Unit, d.Period, d.What, d.Answers)
			continue
		}
		c.printf("  不一致 differs: %s %s %s: 应为 should be %d, 现为 is %d\n", d.Unit, d.Period, d.What, d.Answers, d.Counted)
	}
}
