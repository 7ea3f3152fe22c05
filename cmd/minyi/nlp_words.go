package main

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"minyi/internal/kit"
	"minyi/nlp"
)

type nlpStandouts struct {
	sliceFlags
	Polarity string `enum:",negative,neutral,positive" default:"" help:"倾向 Only such remarks: negative, neutral or positive."`
	Limit    int    `default:"30" help:"个数 How many."`
	JSON     bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run lists the words that a slice uses more than all else.
func (n nlpStandouts) Run(c *command) error {
	return c.asking(func(s *server) error {
		q := n.query("limit", strconv.Itoa(n.Limit))
		q.Set("polarity", n.Polarity)
		got, err := get[nlp.StandoutsReply](c.ctx, s, "/api/v1/nlp/standouts", q)
		if err != nil {
			return err
		}
		if n.JSON {
			return printJSON(c.out, got)
		}
		c.printf("此处 here %d 人，背景 background %d 人；z ≥ %.1f，至少 at least %d 人\n", got.In, got.Background, got.Floor, got.Minimum)
		for _, w := range got.Words {
			c.printf("z %5.1f  %d : %d  %s\n", w.Z, w.In, w.Out, w.Word)
		}
		return nil
	})
}

type nlpIssues struct {
	sliceFlags
	Limit int  `default:"20" help:"个数 How many."`
	JSON  bool `name:"json" help:"输出 JSON Print JSON."`
}

// Run lists hot issues.
func (n nlpIssues) Run(c *command) error {
	return c.asking(func(s *server) error {
		got, err := get[nlp.IssuesReply](c.ctx, s, "/api/v1/nlp/issues", n.query("limit", strconv.Itoa(n.Limit)))
		if err != nil {
			return err
		}
		if n.JSON {
			return printJSON(c.out, got)
		}
		c.printf("看了 %d 条 remarks looked at\n热度 heat =（人数 people − 1）× 相似度 cohesion² ×（1 + 最快一周的人数占比 share of the fastest week）\n", got.Texts)
		for i, is := range got.Issues {
			c.printf("%3d  热度 heat %.1f  %d 人 people（最快一周 fastest week %.0f%%）  %s … %s  %s\n", i+1, is.Heat, is.People, 100*is.Speed, is.First, is.Last, strings.Join(is.Words, " "))
			for _, v := range is.Examples[:min(1, len(is.Examples))] {
				c.printf("     %s %s\n", v.Day, firstOf(v.Text, 60))
			}
		}
		return nil
	})
}

type nlpAlerts struct {
	sliceFlags
	JSON bool `name:"json" help:"输出 JSON Print JSON."`
}

// Run lists what rose or fell at the end of the slice.
func (n nlpAlerts) Run(c *command) error {
	return c.asking(func(s *server) error {
		got, err := get[nlp.AlertsReply](c.ctx, s, "/api/v1/nlp/alerts", n.query("limit", ""))
		if err != nil {
			return err
		}
		if n.JSON {
			return printJSON(c.out, got)
		}
		c.printf("截至 up to %s：看了 %d 个序列 series looked at，%d 条预警 alerts\n%s\n", got.Day, got.Series, len(got.Alerts), got.Method)
		for _, a := range got.Alerts {
			c.printf("%s %s %s：7 日内 in 7 days %d，按此前预期 expected %.1f，误报率 q %.4f，自 since %s\n", direction(a.Rise), kinds[a.Kind], a.Name, a.Observed, a.Expected, a.Q, a.Since)
			for _, v := range a.Examples {
				c.printf("    %s %s\n", v.Day, firstOf(v.Text, 60))
			}
		}
		return nil
	})
}

var kinds = map[string]string{"topic": "主题 topic", "word": "词 word", "unit": "单位 unit", "all": "全部意见 all remarks"}

func direction(rise bool) string {
	if rise {
		return "上升 rise"
	}
	return "下降 fall"
}

// firstOf gives the first n characters of a text in one line.
func firstOf(text string, n int) string {
	r := []rune(strings.ReplaceAll(text, "\n", " "))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n]) + "…"
}

type nlpPhrases struct {
	JSON bool `name:"json" help:"输出 JSON Print JSON."`
}

// Run lists learnt phrases, for review: one that is none goes into [stop].
func (n nlpPhrases) Run(c *command) error {
	return c.withServer(func(s *server) error {
		got, err := get[nlp.PhrasesReply](c.ctx, s, "/api/v1/nlp/phrases", nil)
		if err != nil {
			return err
		}
		if n.JSON {
			return printJSON(c.out, got)
		}
		c.printf("从 %d 条意见学到 %d 个短语 phrases learnt from so many remarks；不成词的写入词典 [stop] put what is none into [stop] of the dictionary\n", got.Texts, len(got.Phrases))
		for _, p := range got.Phrases {
			c.printf("%5d  关联 npmi %.2f  边界 entropy %.1f  %s\n", p.Texts, p.PMI, p.Entropy, p.Text)
		}
		return nil
	})
}

type nlpDictionary struct {
	File    string `arg:"" optional:"" help:"词典文件 New dictionary with sections [words] [stop] [synonyms] [masked], - for standard input; without it the present one is printed."`
	Preview bool   `help:"预览 Only tell what it would change."`
	JSON    bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run prints, previews or replaces the tenant's dictionary.
func (n nlpDictionary) Run(c *command) error {
	if n.File == "" {
		return c.withServer(func(s *server) error {
			got, err := get[nlp.Dictionary](c.ctx, s, "/api/v1/nlp/dictionary", nil)
			if err != nil {
				return err
			}
			if n.JSON {
				return printJSON(c.out, got)
			}
			c.printf("# 第 %d 版 version\n%s", got.Version, got.File())
			return nil
		})
	}
	d, err := n.read(c.in)
	if err != nil {
		return err
	}
	if n.Preview {
		return c.withServer(func(s *server) error { return n.preview(c, s, d) })
	}
	return c.withServer(func(s *server) error {
		got, err := kit.Call[nlp.DictionaryRequest, nlp.Dictionary](s.patient(), "POST /api/v1/nlp/dictionary")(c.ctx, nlp.DictionaryRequest{Dictionary: d})
		if err != nil {
			return err
		}
		if n.JSON {
			return printJSON(c.out, got)
		}
		c.printf("已保存第 %d 版，所有时期的热词随即切换。Version %d is saved; the words of all periods switch over at once.\n", got.Version, got.Version)
		return nil
	})
}

func (n nlpDictionary) read(in io.Reader) (nlp.Dictionary, error) {
	if n.File == "-" {
		return nlp.ParseDictionary("-", in)
	}
	f, err := os.Open(n.File)
	if err != nil {
		return nlp.Dictionary{}, unreadable(n.File, err)
	}
	defer f.Close()
	return nlp.ParseDictionary(filepath.Base(n.File), f)
}

func (n nlpDictionary) preview(c *command, s *server, d nlp.Dictionary) error {
	got, err := kit.Call[nlp.DictionaryRequest, nlp.PreviewReply](s.patient(), "POST /api/v1/nlp/dictionary/preview")(c.ctx, nlp.DictionaryRequest{Dictionary: d})
	if err != nil {
		return err
	}
	if n.JSON {
		return printJSON(c.out, got)
	}
	c.printf("最近 %d 条意见中会变的词 words that would change among the newest remarks: %d\n", got.Texts, len(got.Changes))
	for _, w := range got.Changes {
		c.printf("%5d → %-5d %s\n", w.Before, w.After, w.Word)
	}
	return nil
}
