package main

import (
	"cmp"

	"minyi/nlp"
)

type nlpStatus struct {
	JSON bool `name:"json" help:"输出 JSON Print JSON."`
}

// Run tells whose verdicts are shown, and how far those to come are.
func (n nlpStatus) Run(c *command) error {
	return c.asking(func(s *server) error {
		got, err := get[nlp.Status](c.ctx, s, "/api/v1/nlp/status", nil)
		if err != nil {
			return err
		}
		if n.JSON {
			return printJSON(c.out, got)
		}
		c.printf("现用模型 model shown    %s\n现用词表 words shown    %s\n", cmp.Or(got.Model, "—"), got.Vocabulary)
		switch {
		case got.Job != nil && got.Job.Total > 0:
			c.printf("重新分析 re-analysis    %d/%d，完成后一并切换到 then all switch over to %s\n", got.Job.Done, got.Job.Total, got.Wanted)
		case got.Job != nil || got.Model != got.Wanted:
			c.printf("即将重新分析 a re-analysis is about to begin, for %s\n", got.Wanted)
		}
		return nil
	})
}
