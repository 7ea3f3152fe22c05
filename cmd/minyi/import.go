package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/survey"
)

type importCmd struct {
	Cases      importCases      `cmd:"" help:"工单或名单 Work orders (CSV UTF-8/GBK/TSV, XLSX), or a list of contacts without cases."`
	Answers    importAnswers    `cmd:"" help:"已有评价 Existing remarks and ratings."`
	Indicators importIndicators `cmd:"" help:"指标值 Imported indicator values (unit,indicator,score,period)."`
	Targets    importTargets    `cmd:"" help:"人口目标 What part of the population each class holds (margin,class,share), to weigh answers by."`
}

// listFlags are what every list may need.
type listFlags struct {
	File     string            `arg:"" help:"文件 The file."`
	Map      map[string]string `short:"m" mapsep:"none" placeholder:"FIELD=HEADER" help:"列对应 Which column is which field, e.g. -m case=案件号; may be repeated."`
	Sheet    string            `help:"工作表 Which worksheet of a workbook to read; the first that is a list when empty."`
	Audience string            `enum:",resident,enterprise" default:"" help:"对象 Whom rows are about that do not say it: resident or enterprise."`
	DryRun   bool              `help:"只检查 Report only, keep nothing."`
	JSON     bool              `name:"json" help:"输出 JSON Print the whole report as JSON."`
}

func (l listFlags) query() (url.Values, error) {
	q := url.Values{"name": {filepath.Base(l.File)}}
	if l.Audience != "" {
		q.Set("audience", l.Audience)
	}
	if l.Sheet != "" {
		q.Set("sheet", l.Sheet)
	}
	if l.DryRun {
		q.Set("dry_run", "true")
	}
	if len(l.Map) > 0 {
		m, err := json.Marshal(l.Map)
		if err != nil {
			return nil, err
		}
		q.Set("mapping", string(m))
	}
	return q, nil
}

type importCases struct{ listFlags }

// Run imports work orders or contacts.
func (i importCases) Run(c *command) error {
	q, err := i.query()
	if err != nil {
		return err
	}
	return c.withFile(i.File, i.DryRun, func(s *server, in io.Reader) error {
		report, err := send[survey.ImportReport](c, s, "/api/v1/imports/cases", q, in)
		if err != nil {
			return err
		}
		return c.tellImport(report, i.listFlags)
	})
}

type importAnswers struct {
	listFlags
	Questionnaire string `default:"case-closed" help:"问卷 Of which questionnaire the ratings are."`
	Day           string `placeholder:"2026-11-01" help:"日期 Day of rows that have no time of their own."`
	Tag           string `help:"指标 What the rating column rates; handling when empty."`
}

// Run imports existing answers and waits until they are analysed and scored.
func (i importAnswers) Run(c *command) error {
	q, err := i.query()
	if err != nil {
		return err
	}
	q.Set("questionnaire", i.Questionnaire)
	q.Set("tag", i.Tag)
	q.Set("day", i.Day)
	return c.withFile(i.File, i.DryRun, func(s *server, in io.Reader) error {
		report, err := send[survey.ImportReport](c, s, "/api/v1/imports/answers", q, in)
		if err != nil {
			return err
		}
		if !i.DryRun {
			if err := c.awaitFigures(s); err != nil {
				return err
			}
		}
		return c.tellImport(report, i.listFlags)
	})
}

// withFile opens the file before the server: a wrong path is told at once. A
// dry run leaves nothing to be done.
func (c *command) withFile(path string, dry bool, do func(*server, io.Reader) error) error {
	in, err := openInput(c, path)
	if err != nil {
		return err
	}
	defer in.Close()
	onServer := func(s *server) error { return do(s, in) }
	if dry {
		return c.rehearsing(onServer)
	}
	return c.withServer(onServer)
}

// rehearsing is withStore for a dry run: where nothing was ever stored it runs
// on a store that is thrown away.
func (c *command) rehearsing(do func(*server) error) error {
	if c.begun() == nil {
		return c.withStore(do)
	}
	dir, err := os.MkdirTemp("", "minyi-dry-run-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	own := *c
	own.args.Set = maps.Clone(c.args.Set)
	if own.args.Set == nil {
		own.args.Set = map[string]string{}
	}
	own.args.Set["data"] = dir
	return own.withStore(do)
}

// send posts a file as the body of a request, shows how far its rows are taken,
// and reads the JSON answer.
func send[T any](c *command, s *server, path string, q url.Values, in io.Reader) (T, error) {
	var report T
	req, err := s.client.Request(c.ctx, http.MethodPost, path+"?"+q.Encode(), in)
	if err != nil {
		return report, err
	}
	kit.AcceptSteps(req)
	client := *s.client.HTTP()
	client.Timeout = 0 // a million rows take minutes; the context bounds it
	meter := newMeter(c.err, "导入 importing")
	defer meter.done()
	resp, err := client.Do(req)
	if c.ctx.Err() != nil {
		return report, importCutOff()
	}
	if err != nil {
		return report, fault.New(fault.Unavailable, "server_unreachable", "无法连接服务。", "the server cannot be reached").With(err)
	}
	defer resp.Body.Close()
	report, err = kit.ReadSteps[survey.ImportCounts, T](resp, func(n survey.ImportCounts) {
		meter.count(fmt.Sprintf("%d 行 rows，拒收 refused %d", n.Rows, n.Refused))
	})
	if c.ctx.Err() != nil || fault.As(err).Code == "peer_cut_off" {
		return report, importCutOff()
	}
	return report, err
}

func importCutOff() error {
	return fault.New(fault.Unavailable, "import_cut_off", "导入已中断。此前已导入的行都已保存；把同一文件再导入一次即可补齐，不会重复。",
		"the import was interrupted; the rows taken before are kept, and importing the same file again adds the rest and nothing twice")
}

// tellImport prints the account of every row, bad ones one a line.
func (c *command) tellImport(r survey.ImportReport, l listFlags) error {
	if l.JSON {
		if err := printJSON(c.out, r); err != nil {
			return err
		}
	} else {
		c.printImport(r)
	}
	if r.Import.Counts.Refused > 0 {
		return errRowsRefused
	}
	return nil
}

func (c *command) printImport(r survey.ImportReport) {
	n := r.Import.Counts
	dry := ""
	if r.DryRun {
		dry = "（仅检查，未保存 dry run, nothing kept）"
	}
	c.printf("%s\n", strings.Join(strings.Fields(strings.Join([]string{r.Import.Name, r.Import.Format, r.Import.Encoding, r.Import.Sheet, dry}, " ")), " "))
	for _, field := range r.Import.Order {
		c.printf("  %-10s ← %s\n", field, r.Import.Columns[field])
	}
	if len(r.Import.Ignored) > 0 {
		c.printf("  未使用的列 columns not used: %v\n", r.Import.Ignored)
	}
	c.printf("共 rows %d: 导入 taken %d, 已有 known %d, 拒收 refused %d, 警告 warnings %d\n", n.Rows, n.Taken, n.Known, n.Refused, n.Warned)
	if by := r.Import.Audiences; len(by) > 0 {
		c.printf("对象 audience: 个人 resident %d, 企业 enterprise %d\n", by[minyi.Resident], by[minyi.Enterprise])
	}
	if n := r.Import.Corrected; n > 0 {
		c.printf("已有对象中更正对象类别 audience corrected of contacts known already: %d\n", n)
	}
	c.printNext(r)
	for _, p := range r.Problems {
		mark := "拒收 refused"
		if p.Warning {
			mark = "警告 warning"
		}
		c.printf("  记录 record %d 行 line %d %s [%s] %s — %s\n", p.Record, p.Line, mark, p.Code, p.ZH, p.EN)
	}
	if r.More > 0 {
		c.printf("  …另有 and %d more: GET /api/v1/imports/%s/problems\n", r.More, r.ID)
	}
}

// printNext says what the import is good for now.
func (c *command) printNext(r survey.ImportReport) {
	switch {
	case r.DryRun:
	case r.Import.Kind == "units":
		c.printf("单位树已生效，得分随后按它重新汇总 the tree holds now; scores follow: minyi unit list, minyi score by unit\n")
	case r.Import.Kind == "answers":
		c.printf("导入编号 import id: %s（评价已计入 the answers count now: minyi export answers, minyi report）\n", r.ID)
	default:
		c.printf("导入编号 import id: %s（只邀请这份名单 to invite just this list: campaign create --import %s）\n", r.ID, r.ID)
	}
}

// awaitFigures waits until every answer that landed is analysed and scored,
// and shows how many are left.
func (c *command) awaitFigures(s *server) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	meter := newMeter(c.err, "分析 analysing")
	defer meter.done()
	for {
		pending, err := get[survey.PendingReply](c.ctx, s, "/api/v1/answers/pending", nil)
		if err != nil {
			return err
		}
		meter.left(pending.Answers)
		if pending.Answers == 0 {
			return nil
		}
		select {
		case <-tick.C:
		case <-c.ctx.Done():
			return fault.New(fault.Unavailable, "interrupted", "已中断；已导入的内容不会丢失，服务下次运行时继续分析。", "interrupted; what was imported is kept and is analysed when the program next runs")
		}
	}
}
