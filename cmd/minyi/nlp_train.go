package main

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"minyi"
	"minyi/charts/export"
	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/internal/table"
	"minyi/nlp"
	"minyi/nlp/learn"
	"minyi/nlp/polarity"
)

type nlpTrain struct {
	Task          string `arg:"" enum:"topic,polarity" help:"任务 topic (from the city's labels) or polarity (from ratings)."`
	Questionnaire string `placeholder:"FAMILY" help:"问卷 Polarity from this questionnaire's answers alone: after-call, case-closed, enterprise, trust."`
	Force         bool   `help:"强制 Take the new model into use though it is worse."`
	JSON          bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run trains a model from the installation's own labels or ratings.
func (n nlpTrain) Run(c *command) error {
	return c.withServer(func(s *server) error {
		req := nlp.TrainRequest{Task: n.Task, Questionnaire: minyi.Family(n.Questionnaire), Force: n.Force}
		got, err := kit.Call[nlp.TrainRequest, nlp.TrainReply](s.patient(), "POST /api/v1/nlp/models/train")(c.ctx, req)
		if err != nil {
			return err
		}
		if n.JSON {
			return printJSON(c.out, got)
		}
		c.printTraining(got)
		return nil
	})
}

func (c *command) printTraining(r nlp.TrainReply) {
	verdict := "未启用 not taken"
	if r.Taken {
		verdict = fmt.Sprintf("已启用为版本 taken as version %d", r.Version)
	}
	c.printf("%s：样本 examples %d，无标注留言 unlabelled %d，留出 held out %d，用时 %.1f s，%s\n", r.Task, r.Examples, r.Unlabelled, r.New.N, r.Seconds, verdict)
	if r.Why != "" {
		c.printf("%s\n", r.Why)
	}
	if len(r.Left) > 0 {
		c.printf("样本太少未训练 labels with too few examples：%s\n", strings.Join(r.Left, " "))
	}
	if r.New.N == 0 {
		return // nothing to judge by
	}
	c.printf("\n%-24s %8s %8s\n", "", "新 new", "现 now")
	for _, f := range []struct {
		name     string
		new, now float64
	}{{"宏 F1 macro-F1", r.New.MacroF1, r.Current.MacroF1}, {"准确率 accuracy", r.New.Accuracy, r.Current.Accuracy},
		{"最有把握 80% surest", r.New.AccuracyAt80, r.Current.AccuracyAt80}, {"判定率 coverage", r.New.Coverage, r.Current.Coverage}} {
		c.printf("%-24s %8.3f %8.3f\n", f.name, f.new, f.now)
	}
	c.printf("\n   条数 n   精确率 precision   召回率 recall       F1\n")
	for _, k := range r.New.Classes {
		old := classOf(r.Current.Classes, k.Label)
		c.printf("%6d     %.3f (%.3f)      %.3f (%.3f)      %.3f (%.3f)  %s\n", k.N, k.Precision, old.Precision, k.Recall, old.Recall, k.F1, old.F1, labelText(r.Task, k.Label))
	}
}

// labelText names what a polarity model calls 0 and 1.
func labelText(task, label string) string {
	if strings.HasPrefix(task, nlp.TaskPolarity) {
		return map[string]string{polarity.Complaint: "不满 complaint", polarity.Praise: "满意 praise", polarity.Neither: "基本满意 neither"}[label]
	}
	return label
}

func classOf(all []learn.ClassFigures, label string) learn.ClassFigures {
	for _, k := range all {
		if k.Label == label {
			return k
		}
	}
	return learn.ClassFigures{}
}

type nlpLabels struct {
	File string `arg:"" help:"标注文件 CSV with the columns label and text (and title), or label and answer as nlp pending --csv writes it; - for standard input."`
}

// Run adds labelled texts to train on.
func (n nlpLabels) Run(c *command) error {
	return c.withFile(n.File, false, func(s *server, in io.Reader) error {
		labels, err := readLabels(in)
		if err != nil {
			return err
		}
		add := kit.Call[nlp.LabelsRequest, nlp.LabelsReply](s.patient(), "POST /api/v1/nlp/labels")
		var sum nlp.LabelsReply
		for part := range slices.Chunk(labels, 100) {
			got, err := add(c.ctx, nlp.LabelsRequest{Labels: part})
			if err != nil {
				return err
			}
			sum.Taken, sum.Unknown = sum.Taken+got.Taken, sum.Unknown+got.Unknown
		}
		c.printf("标注 labels：采用 taken %d，无文本或无标签 without text or label %d\n", sum.Taken, sum.Unknown)
		return nil
	})
}

func readLabels(in io.Reader) ([]nlp.Label, error) {
	content, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	list, err := table.Open(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	defer list.Close()
	at := map[string]int{}
	for i, name := range list.Header {
		at[strings.ToLower(name)] = i
	}
	if _, there := at["label"]; !there {
		return nil, fault.New(fault.Invalid, "column_missing", "标注文件缺少列 label。", "the labels file lacks the column label").On("label")
	}
	var out []nlp.Label
	for row, err := range list.Rows() {
		if err != nil {
			return nil, err
		}
		if damage := list.Damage(row); row.Cells == nil {
			return nil, fault.New(fault.Invalid, "csv_bad", fmt.Sprintf("标注文件第 %d 行：%s。", row.Line, damage.ZH), fmt.Sprintf("the labels, line %d: %s", row.Line, damage.EN))
		}
		cell := func(name string) string {
			if i, there := at[name]; there && i < len(row.Cells) {
				return row.Cells[i]
			}
			return ""
		}
		l := nlp.Label{Topic: strings.TrimSpace(cell("label")), Answer: minyi.AnswerID(strings.TrimPrefix(cell("answer"), "'"))} // 012e4 is written '012e4
		if l.Answer == "" {
			l.Text = strings.TrimSpace(cell("title") + "\n" + cell("text"))
		}
		out = append(out, l)
	}
	return out, nil
}

type nlpPending struct {
	Limit int  `default:"20" help:"个数 How many."`
	CSV   bool `name:"csv" help:"输出 CSV Print a file with an empty column label to fill in, for nlp labels."`
	JSON  bool `name:"json" help:"输出 JSON Print JSON."`
}

// Run lists the remarks that wait for a person's topic, the closest call first.
func (n nlpPending) Run(c *command) error {
	return c.asking(func(s *server) error {
		got, err := get[nlp.PendingReply](c.ctx, s, "/api/v1/nlp/pending", url.Values{"limit": {strconv.Itoa(n.Limit)}})
		if err != nil {
			return err
		}
		if n.JSON {
			return printJSON(c.out, got)
		}
		if n.CSV {
			return writeQueue(c.out, got.Pending)
		}
		c.printf("待定 undecided：%d\n可选主题 topics：%s\n", got.Total, strings.Join(got.Topics, " "))
		for _, p := range got.Pending {
			c.printf("%6.3f  %-28s %s  %s\n", p.Margin, orDash(p.Best), p.Answer, p.Text)
		}
		return nil
	})
}

// writeQueue gives remarks as a file for a person to fill in.
func writeQueue(out io.Writer, queue []nlp.Pending) error {
	t := export.Table{English: true, Columns: []export.Column{{Key: "answer"}, {Key: "label"}, {Key: "best"}, {Key: "text"}}}
	t.Rows = func(yield func([]export.Cell, error) bool) {
		for _, p := range queue {
			if !yield([]export.Cell{export.Text(string(p.Answer)), export.Text(""), export.Text(p.Best), export.Text(p.Text)}, nil) {
				return
			}
		}
	}
	return export.WriteCSV(out, t)
}

type nlpModels struct {
	Task string `arg:"" optional:"" default:"topic" help:"任务 topic, polarity or polarity/FAMILY."`
	Use  int    `default:"-1" help:"启用 Take this version into use; 0 is what ships."`
	JSON bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run lists a task's versions, or rolls it back or forward to one.
func (n nlpModels) Run(c *command) error {
	return c.withServer(func(s *server) error {
		if n.Use >= 0 {
			if _, err := kit.Call[nlp.UseRequest, minyi.Done](s.patient(), "POST /api/v1/nlp/models/use")(c.ctx, nlp.UseRequest{Task: n.Task, Version: n.Use}); err != nil {
				return err
			}
		}
		got, err := get[nlp.VersionsReply](c.ctx, s, "/api/v1/nlp/models", url.Values{"task": {n.Task}})
		if err != nil {
			return err
		}
		if n.JSON {
			return printJSON(c.out, got)
		}
		for _, v := range got.Versions {
			mark := " "
			if v.InUse {
				mark = "*"
			}
			c.printf("%s %3d  %s  样本 examples %6d  宏 F1 macro-F1 %.3f  准确率 accuracy %.3f\n", mark, v.Version, v.At, v.Examples, v.Figures.MacroF1, v.Figures.Accuracy)
		}
		c.printf("  0 为内置 0 is what ships; * 使用中 in use; 启用 nlp models %s --use N\n", n.Task)
		return nil
	})
}
