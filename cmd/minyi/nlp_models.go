package main

import (
	"fmt"
	"reflect"
	"strings"

	"minyi/internal/kit"
	"minyi/nlp"
	"minyi/nlp/evaluate"
)

type nlpEvaluate struct {
	Task     string `arg:"" enum:"topic,polarity,hotwords,hotissues,segmentation,masking" help:"任务 topic, polarity, hotwords, hotissues, segmentation or masking."`
	Train    string `placeholder:"FILE" help:"训练文件 Training file (CSV)."`
	Test     string `placeholder:"FILE" help:"测试文件 Held-out file."`
	Gold     string `placeholder:"FILE" help:"标准答案 Named issues, for hotissues."`
	Terms    string `placeholder:"FILE" help:"术语表 Taxonomy whose terms must stay whole, for hotwords."`
	Labels   int    `default:"-1" help:"标注数 Use this many labels only; 0: none, seeds alone; -1: all."`
	MaxChars int    `help:"截断 Use the first so many characters of each test text; 0: all."`
	JSON     bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run judges a task on labelled files; no store and no server are touched.
func (n nlpEvaluate) Run(c *command) error {
	report, err := evaluate.Run(n.Task, evaluate.Inputs{Options: n.options(), Gold: n.Gold, Terms: n.Terms})
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

// printFields prints a report's figures a line each, under their JSON names.
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
			c.printf("%s%-22s %d (--json lists them)\n", indent, name, f.Len())
		default:
			c.printf("%s%-22s %s\n", indent, name, fmt.Sprint(f.Interface()))
		}
	}
}

type nlpTrain struct {
	Task  string `arg:"" enum:"topic,polarity" help:"任务 topic (from the city's labels) or polarity (from ratings)."`
	Force bool   `help:"强制 Take the new model into use though it is worse."`
}

// Run trains a model from the installation's own labels or ratings.
func (n nlpTrain) Run(c *command) error {
	return c.withServer(func(s *server) error {
		got, err := kit.Call[nlp.TrainRequest, nlp.TrainReply](s.client, "POST /api/v1/nlp/models/train")(c.ctx, nlp.TrainRequest{Task: n.Task, Force: n.Force})
		if err != nil {
			return err
		}
		return printJSON(c.out, got)
	})
}

type nlpExplain struct {
	Text string `arg:"" help:"文字 The text."`
}

// Run shows the words that decided.
func (n nlpExplain) Run(c *command) error {
	return c.withServer(func(s *server) error {
		got, err := kit.Call[nlp.ExplainRequest, nlp.Explanation](s.client, "POST /api/v1/nlp/explain")(c.ctx, nlp.ExplainRequest{Text: n.Text})
		if err != nil {
			return err
		}
		return printJSON(c.out, got)
	})
}
