package main

import (
	"fmt"
	"io"
	"net/url"
	"path/filepath"

	"minyi/score"
)

type importIndicators struct {
	File   string            `arg:"" help:"文件 CSV or XLSX with unit,indicator,score and period."`
	Period string            `placeholder:"2026-10" help:"期间 Period of rows that name none."`
	Method string            `help:"评估方法 Whose indicators the paths name."`
	Map    map[string]string `short:"m" mapsep:"none" placeholder:"FIELD=HEADER" help:"列对应 Which column is unit, indicator, score, period, e.g. -m score=考核分; may be repeated."`
	DryRun bool              `help:"只检查 Report only, keep nothing."`
	JSON   bool              `name:"json" help:"输出 JSON Print the whole report as JSON."`
}

// Run imports indicator values.
func (i importIndicators) Run(c *command) error {
	q := fileQuery(i.File, i.DryRun)
	q.Set("period", i.Period)
	q.Set("method", i.Method)
	for field, heading := range i.Map {
		q.Set(field+"_column", heading)
	}
	return c.withFile(i.File, i.DryRun, func(s *server, in io.Reader) error {
		r, err := send[score.ImportReport](c, s, "/api/v1/score/indicators", q, in)
		if err != nil {
			return err
		}
		if i.JSON {
			return c.refusedJSON(r, r.Faults)
		}
		c.printf("指标值 values: %d 行有效 good, 新增 new %d, 更新 changed %d, 已有 same %d, 拒收 refused %d\n", r.Rows, r.Added, r.Changed, r.Same, len(r.Faults))
		for _, u := range r.Unknown {
			c.printf("  未知单位 unit not known yet: %s\n", u)
		}
		return c.refused(r.Faults)
	})
}

type importTargets struct {
	File   string `arg:"" help:"文件 CSV or XLSX with margin,class,share."`
	DryRun bool   `help:"只检查 Report only, keep nothing."`
	JSON   bool   `name:"json" help:"输出 JSON Print the whole report as JSON."`
}

// Run imports population targets; a file with faults is refused as a whole.
func (i importTargets) Run(c *command) error {
	return c.withFile(i.File, i.DryRun, func(s *server, in io.Reader) error {
		r, err := send[score.TargetsReport](c, s, "/api/v1/score/targets", fileQuery(i.File, i.DryRun), in)
		if err != nil {
			return err
		}
		if i.JSON {
			return c.refusedJSON(r, r.Faults)
		}
		for _, t := range r.Targets {
			c.printf("%s=%s  %.2f%%\n", t.Margin, t.Class, 100*t.Share)
		}
		if len(r.Faults) > 0 {
			c.printf("有错误，未导入 faults, nothing kept\n")
		}
		return c.refused(r.Faults)
	})
}

func fileQuery(file string, dry bool) url.Values {
	q := url.Values{"name": {filepath.Base(file)}}
	if dry {
		q.Set("dry_run", "true")
	}
	return q
}

// refused lists rows that were not taken.
func (c *command) refused(faults []score.RowFault) error {
	for _, f := range faults {
		fmt.Fprintf(c.err, "%s line %d: %s\n", f, f.Line, f.EN)
	}
	if len(faults) > 0 {
		return errRowsRefused
	}
	return nil
}

func (c *command) refusedJSON(report any, faults []score.RowFault) error {
	if err := printJSON(c.out, report); err != nil {
		return err
	}
	if len(faults) > 0 {
		return errRowsRefused
	}
	return nil
}
