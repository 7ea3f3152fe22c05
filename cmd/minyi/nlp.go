package main

import (
	"context"
	"io"
	"net/url"
	"strconv"
	"strings"

	"minyi"
	"minyi/cmd/minyi/program"
	"minyi/internal/kit"
	"minyi/nlp"
)

type nlpCmd struct {
	Words      nlpWords      `cmd:"" help:"热词 Hot words by respondents."`
	Standouts  nlpStandouts  `cmd:"" help:"突出词 Words that a slice uses more than all else."`
	Topics     nlpTopics     `cmd:"" help:"主题 Topics by remarks."`
	Issues     nlpIssues     `cmd:"" help:"热点事件 Hot issues: remarks about the same matter."`
	Alerts     nlpAlerts     `cmd:"" help:"预警 Topics, words and units that rose or fell."`
	Phrases    nlpPhrases    `cmd:"" help:"短语 Learnt phrases, for review."`
	Dictionary nlpDictionary `cmd:"" help:"词典 Show, preview or replace the hotline's own words."`
	Evaluate   nlpEvaluate   `cmd:"" help:"评测 Judge a task on labelled files."`
	Labels     nlpLabels     `cmd:"" help:"标注 Add labelled texts to train on."`
	Pending    nlpPending    `cmd:"" help:"待定 Remarks that wait for a person's topic."`
	Train      nlpTrain      `cmd:"" help:"训练 Train a model and compare it with the one in use."`
	Models     nlpModels     `cmd:"" help:"版本 List a task's versions, or roll back to one."`
	Explain    nlpExplain    `cmd:"" help:"解释 Show the words that decided."`
	Status     nlpStatus     `cmd:"" help:"状态 Models and dictionaries in use, and how far a re-analysis is."`
	Analyse    nlpAnalyse    `cmd:"" help:"分析一段文字 Show what each stage makes of a text."`
}

type nlpWords struct {
	sliceFlags
	Polarity string `enum:",negative,neutral,positive" default:"" help:"倾向 Only such remarks: negative, neutral or positive."`
	Limit    int    `default:"50" help:"个数 How many."`
	JSON     bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run lists hot words.
func (n nlpWords) Run(c *command) error {
	return c.asking(func(s *server) error {
		q := n.query("limit", strconv.Itoa(n.Limit))
		q.Set("polarity", n.Polarity)
		got, err := get[minyi.HotWords](c.ctx, s, "/api/v1/nlp/words", q)
		if err != nil {
			return err
		}
		if n.JSON {
			return printJSON(c.out, got)
		}
		c.printf("%d 位留言者 respondents，%s，少于 %d 人的词不显示 words of fewer are not shown\n", got.Respondents, got.Model, got.Minimum)
		for i, w := range got.Words {
			c.printf("%3d  %-6d 倾向 polarity %+.2f  %s\n", i+1, w.Respondents, w.Polarity, w.Word)
		}
		return nil
	})
}

type nlpTopics struct {
	sliceFlags
	JSON bool `name:"json" help:"输出 JSON Print JSON."`
}

// Run lists topics.
func (n nlpTopics) Run(c *command) error {
	return c.asking(func(s *server) error {
		got, err := get[minyi.Topics](c.ctx, s, "/api/v1/nlp/topics", n.query("limit", ""))
		if err != nil {
			return err
		}
		if n.JSON {
			return printJSON(c.out, got)
		}
		c.printf("%d 条意见 remarks，%s\n", got.Total, got.Model)
		for _, t := range got.Topics {
			c.printf("%6d  负面 negative %5.1f%%  %s\n", t.Remarks, 100*float64(t.Negative)/float64(max(1, t.Remarks)), t.Topic)
		}
		return nil
	})
}

// patient is the client without a limit of time: training and a first reading
// of a large store take minutes. The command's context bounds it.
func (s *server) patient() *kit.Client {
	s.client.HTTP().Timeout = 0
	return s.client
}

// get reads a staff route whose answer is JSON.
func get[T any](ctx context.Context, s *server, path string, q url.Values) (T, error) {
	if encoded := q.Encode(); encoded != "" {
		path += "?" + encoded
	}
	return kit.Call[struct{}, T](s.patient(), "GET "+path)(ctx, struct{}{})
}

type nlpAnalyse struct {
	Text          string `arg:"" optional:"" help:"文字 The text; standard input when absent."`
	Questionnaire string `placeholder:"FAMILY" help:"问卷 Judge as an answer to this questionnaire."`
	JSON          bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run shows the stages on one text: those of the running server or the store
// of the settings, or of the settings alone.
func (n nlpAnalyse) Run(c *command) error {
	text := n.Text
	if text == "" {
		read, err := io.ReadAll(io.LimitReader(c.in, 1<<20))
		if err != nil {
			return err
		}
		text = string(read)
	}
	e, err := c.explainText(nlp.ExplainRequest{Text: text, Questionnaire: minyi.Family(n.Questionnaire)})
	if err != nil {
		return err
	}
	if n.JSON {
		return printJSON(c.out, e)
	}
	c.printf("脱敏 masked:     %s\n有内容 content:   %t\n分词 words:      %s\n短语 phrases:    %s\n热词 hot words:  %s\n主题 topic:      %s\n倾向 polarity:   %+d (%.2f)\n模型 model:      %s\n",
		e.Text, e.Content, strings.Join(e.Cut, " | "), strings.Join(e.Phrases, " | "), orDash(strings.Join(e.HotWords, " | ")), orDash(e.Topic), e.Polarity, e.Score, e.Model)
	return nil
}

// explainText asks the server, or the store that the settings name. Where there is
// no store yet none is made for a single text.
func (c *command) explainText(req nlp.ExplainRequest) (e nlp.Explanation, err error) {
	if c.args.Server == "" {
		cfg, err := c.settings()
		if err != nil {
			return e, err
		}
		if !stored(cfg) {
			own, err := program.NLPConfig(cfg)
			if err != nil {
				return e, err
			}
			return nlp.ExplainAlone(own, req)
		}
	}
	err = c.withStore(func(s *server) error {
		e, err = kit.Call[nlp.ExplainRequest, nlp.Explanation](s.patient(), "POST /api/v1/nlp/explain")(c.ctx, req)
		return err
	})
	return e, err
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}
