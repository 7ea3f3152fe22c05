package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/score"
)

type scoreCmd struct {
	File    scoreFile    `cmd:"" default:"withargs" help:"按文件计算 Compute every level above the indicators of a file (unit,indicator,score)."`
	Explain scoreExplain `cmd:"" help:"口径 Print the working of one figure down to counts."`
	Recount scoreRecount `cmd:"" help:"重算 Count every raw answer anew and compare."`
	Show    scoreShow    `cmd:"" help:"查看评分 Show the live score of the answers that came in."`
	By      scoreBy      `cmd:"" name:"by" help:"分组 Break the live figures down by unit, channel, category, question, month …"`
	Ranking scoreRanking `cmd:"" help:"分级排名 Units by grade, then rank, with significant movements."`
	Alerts  scoreAlerts  `cmd:"" help:"预警 Units whose figures need a look."`
	Study   scoreStudy   `cmd:"" help:"研究统计 Response rates, reliability, weights, counts without small cells."`
	Method  scoreMethod  `cmd:"" help:"评估方法 Print or check method files."`
}

type scoreFile struct {
	Method string `default:"2023" help:"评估方法 A shipped method's id, or a method file (YAML)."`
	In     string `required:"" placeholder:"FILE" help:"指标文件 CSV with unit,indicator,score; indicators by path, e.g. 总体感知/品牌宣传. - for standard input."`
	JSON   bool   `name:"json" help:"输出 JSON Print JSON instead of CSV."`
}

// Run computes the levels above a file's indicators.
func (s scoreFile) Run(c *command) error {
	method, err := loadMethod(s.Method)
	if err != nil {
		return err
	}
	in, err := openInput(c, s.In)
	if err != nil {
		return err
	}
	defer in.Close()
	results, faults, err := score.FromCSV(in, method)
	if err != nil {
		return err
	}
	if s.JSON {
		err = printJSON(c.out, results)
	} else {
		err = score.WriteResults(c.out, results, method.Places)
	}
	if err != nil {
		return err
	}
	for _, f := range faults {
		fmt.Fprintf(c.err, "%s line %d: %s\n", f, f.Line, f.EN)
	}
	if len(faults) > 0 {
		return errRowsRefused
	}
	return nil
}

// openInput opens a file, or standard input for "-".
func openInput(c *command, path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(c.in), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return nil, unreadable(path, errors.Join(err, f.Close(), errors.New("a directory, not a file")))
	}
	return f, nil
}

// argument gives an argument, or the first line of standard input for "-".
func (c *command) argument(text string) (string, error) {
	if text != "-" {
		return text, nil
	}
	line, err := bufio.NewReader(io.LimitReader(c.in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", unreadable("-", err)
	}
	return strings.TrimSpace(line), nil
}

func unreadable(path string, cause error) error {
	return fault.New(fault.Invalid, "file_unreadable",
		"无法读取文件 "+path+"，请检查路径与权限。", "the file "+path+" cannot be read; check its path and permissions").With(cause)
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// sliceFlags narrow what a command shows.
type sliceFlags struct {
	Unit     string `help:"单位 Unit id."`
	Audience string `default:"resident" enum:"resident,enterprise" help:"对象 resident or enterprise; never mixed."`
	From     string `help:"起始日 First day, like 2026-11-01."`
	To       string `help:"截止日 Last day, like 2026-11-30."`
	Campaign string `help:"任务 Campaign id."`
}

func (f sliceFlags) slice() minyi.Slice {
	return minyi.Slice{Tenant: minyi.DefaultTenant, Unit: minyi.UnitID(f.Unit), Audience: minyi.Audience(f.Audience),
		From: f.From, To: f.To, Campaign: minyi.CampaignID(f.Campaign)}
}

type scoreShow struct {
	sliceFlags
	Method string `help:"评估方法 Method id; the setting score.method when empty."`
	JSON   bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run shows the live tree.
func (s scoreShow) Run(c *command) error {
	return c.asking(func(srv *server) error {
		sheet, err := kit.Call[minyi.SheetRequest, minyi.Sheet](srv.client, "POST /api/v1/score/sheet")(c.ctx, minyi.SheetRequest{Slice: s.slice(), Method: s.Method})
		if err != nil {
			return err
		}
		if s.JSON {
			return printJSON(c.out, sheet)
		}
		c.printf("%s  %s  %s  截至 as of %s\n答卷 answers %d（只有留言、没有评价的也在内 those with a remark and no rating included）\n\n", sheet.Title, sheet.Method, sheet.Frame, sheet.AsOf, sheet.Answers)
		c.printTree(sheet.Root)
		return nil
	})
}

func (c *command) printTree(f minyi.Figure) {
	name := f.Path[strings.LastIndex(f.Path, "/")+1:]
	c.printf("%s%s  %s\n", strings.Repeat("  ", f.Level), name, figureText(f))
	for _, child := range f.Children {
		c.printTree(child)
	}
}

// figureText prints a score with what a sceptic asks of it.
func figureText(f minyi.Figure) string {
	if f.Score == nil {
		return "—（无数据 no data）"
	}
	text := fmt.Sprintf("%.2f", minyi.Round(*f.Score, 2))
	if f.Low != nil && f.High != nil {
		text += fmt.Sprintf(" [%.2f, %.2f]", *f.Low, *f.High)
	}
	text += fmt.Sprintf(" n=%d", f.N)
	switch {
	case f.Short:
		text += " 样本不足"
	case f.Grade != "":
		text += " " + f.Grade
	}
	if f.Coverage < 1 {
		text += fmt.Sprintf(" 覆盖 coverage %.0f%%", 100*f.Coverage)
	}
	return text
}
