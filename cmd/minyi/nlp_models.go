package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"minyi"
	"minyi/nlp"
	"minyi/nlp/evaluate"
	"minyi/nlp/learn"
)

type nlpEvaluate struct {
	Task     string `arg:"" enum:"topic,polarity,hotwords,hotissues,segmentation,masking" help:"任务 topic, polarity, hotwords, hotissues, segmentation or masking."`
	Train    string `placeholder:"FILE" help:"训练文件 Training file (CSV)."`
	Test     string `placeholder:"FILE" help:"测试文件 Held-out file."`
	Gold     string `placeholder:"FILE" help:"标准答案 Named issues, for hotissues."`
	Terms    string `placeholder:"FILE" help:"术语表 Taxonomy whose terms must stay whole, for hotwords."`
	Taxonomy string `placeholder:"FILE" help:"分类体系 The city's own topics (YAML, or CSV level1,level2,level3,words), for topic and hotwords; default: the shipped ones."`
	Labels   int    `default:"-1" help:"标注数 Use this many labels only; 0: none, seeds alone; -1: all."`
	MaxChars int    `help:"截断 Use the first so many characters of each test text; 0: all."`
	JSON     bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run judges a task on labelled files; no store and no server are touched.
func (n nlpEvaluate) Run(c *command) error {
	report, err := evaluate.Run(n.Task, evaluate.Inputs{Options: n.options(), Gold: n.Gold, Terms: n.Terms, Topics: n.Taxonomy})
	if err != nil {
		return err
	}
	if n.JSON {
		return printJSON(c.out, report)
	}
	printFields(c, reflect.ValueOf(report), "")
	return nil
}

func (n nlpEvaluate) options() evaluate.Options {
	return evaluate.Options{Train: n.Train, Test: n.Test, Labels: n.Labels, MaxChars: n.MaxChars}
}

// printFields prints a report's figures a line each, under their JSON names,
// and of each class or kind its own; long lists are left to --json.
func printFields(c *command, v reflect.Value, indent string) {
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		f := v.Field(i)
		switch f.Kind() {
		case reflect.Float64:
			c.printf("%s%-22s %.4f\n", indent, name, f.Float())
		case reflect.Struct:
			c.printf("%s%s\n", indent, name)
			printFields(c, f, indent+"  ")
		case reflect.Slice, reflect.Map:
			if rows := figureRows(f); len(rows) > 0 {
				c.printf("%s%s\n", indent, name)
				for _, row := range rows {
					c.printf("%s  %s\n", indent, row)
				}
				continue
			}
			c.printf("%s%-22s %d (--json lists them)\n", indent, name, f.Len())
		default:
			c.printf("%s%-22s %s\n", indent, name, fmt.Sprint(f.Interface()))
		}
	}
}

type nlpExplain struct {
	Text          string `arg:"" help:"文字 The text."`
	Questionnaire string `placeholder:"FAMILY" help:"问卷 Judge as an answer to this questionnaire."`
	JSON          bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run shows the words that decided.
func (n nlpExplain) Run(c *command) error {
	got, err := c.explainText(nlp.ExplainRequest{Text: n.Text, Questionnaire: minyi.Family(n.Questionnaire)})
	if err != nil {
		return err
	}
	if n.JSON {
		return printJSON(c.out, got)
	}
	c.printExplanation(got)
	return nil
}

func (c *command) printExplanation(e nlp.Explanation) {
	c.printf("脱敏 masked:     %s\n分词 words:      %s\n主题 topic:      %s  (领先 margin %.3f；首选 best %s)\n  依据 decided by: %s\n",
		e.Text, strings.Join(e.Tokens, " | "), orDash(e.Topic), e.Margin, orDash(e.Best), weighed(e.Words))
	c.printf("倾向 polarity:   %+d (%.2f)\n  依据 decided by: %s\n", e.Polarity, e.Score, weighed(e.Judged))
	for _, a := range e.Aspects {
		c.printf("  %+d (%+.2f)  %s  “%s”\n", a.Polarity, a.Score, a.Topic, a.Text)
	}
	c.printf("模型 model:      %s\n", e.Model)
}

// weighed prints words with how much each said.
func weighed(reasons []learn.Reason) string {
	out := make([]string, len(reasons))
	for i, r := range reasons {
		out[i] = fmt.Sprintf("%s %+.2f", r.Feature, r.Weight)
	}
	return orDash(strings.Join(out, "  "))
}

// figureRows gives a line for each entry of a list or map of figures, and none
// for other lists.
func figureRows(v reflect.Value) []string {
	var rows []string
	if v.Kind() == reflect.Map {
		for _, key := range v.MapKeys() {
			if e := v.MapIndex(key); e.Kind() == reflect.Pointer {
				rows = append(rows, figureRow(e.Elem())+"  "+key.String())
			}
		}
		slices.Sort(rows)
		return rows
	}
	for i := range v.Len() {
		if e := v.Index(i); e.Kind() == reflect.Struct {
			rows = append(rows, figureRow(e))
		}
	}
	return rows
}

// figureRow prints the figures first and the label behind, whatever its width.
func figureRow(v reflect.Value) string {
	var figures, words strings.Builder
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		switch f := v.Field(i); {
		case name == "":
		case f.Kind() == reflect.Float64:
			fmt.Fprintf(&figures, "%s %.4f  ", name, f.Float())
		case f.Kind() == reflect.String:
			words.WriteString(" " + f.String())
		case f.CanInt():
			fmt.Fprintf(&figures, "%s %-6d ", name, f.Int())
		}
	}
	return figures.String() + words.String()
}
