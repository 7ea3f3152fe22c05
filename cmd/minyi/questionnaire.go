package main

import (
	"io"

	"gopkg.in/yaml.v3"

	"minyi"
	"minyi/internal/kit"
	"minyi/survey"
	"minyi/survey/questionnaires"
)

type questionnaireCmd struct {
	List    questionnaireList    `cmd:"" help:"列出 List what can be asked, latest versions."`
	Show    questionnaireShow    `cmd:"" help:"查看 Print a published version as a file to start from (YAML)."`
	Draft   questionnaireDraft   `cmd:"" help:"草稿 Check a questionnaire file and keep it as a draft."`
	Publish questionnairePublish `cmd:"" help:"发布 Freeze the draft as the next version; it never changes again."`
}

type questionnaireList struct {
	JSON bool `name:"json" help:"输出 JSON Print JSON."`
}

// Run lists questionnaires.
func (q questionnaireList) Run(c *command) error {
	return c.withStore(func(s *server) error {
		got, err := get[survey.QuestionnaireList](c.ctx, s, "/api/v1/questionnaires", nil)
		if err != nil {
			return err
		}
		if q.JSON {
			return printJSON(c.out, got)
		}
		for _, k := range got.Questionnaires {
			c.printf("%-16s 第 %d 版 version %d  %-12s %s\n", k.ID, k.Version, k.Version, k.Family, k.Title.In(questionnaires.Chinese))
		}
		return nil
	}, "survey", "sms")
}

type questionnaireShow struct {
	ID      string `arg:"" help:"问卷编号 Questionnaire id."`
	Version int    `help:"版本 Which version; the latest when 0."`
	JSON    bool   `name:"json" help:"输出 JSON Print JSON, with number, hash and day."`
}

// Run prints a version in the form that draft takes.
func (q questionnaireShow) Run(c *command) error {
	return c.withStore(func(s *server) error {
		got, err := kit.Call[survey.QuestionnaireRequest, questionnaires.Version](s.client, "GET /api/v1/questionnaires/{id}")(c.ctx,
			survey.QuestionnaireRequest{Questionnaire: minyi.QuestionnaireID(q.ID), Version: q.Version})
		if err != nil {
			return err
		}
		if q.JSON {
			return printJSON(c.out, got)
		}
		text, err := yaml.Marshal(got.Questionnaire)
		c.printf("# %s, 第 %d 版 version %d, %s\n%s", got.ID, got.Number, got.Number, got.Hash, text)
		return err
	}, "survey", "sms")
}

type questionnaireDraft struct {
	File string `arg:"" help:"文件 YAML or JSON file; - for standard input."`
	JSON bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run checks a file and keeps it as the draft under its id.
func (q questionnaireDraft) Run(c *command) error {
	in, err := openInput(c, q.File)
	if err != nil {
		return err
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, questionnaires.MaxFile+1))
	if err != nil {
		return unreadable(q.File, err)
	}
	if _, err := questionnaires.Decode(text); err != nil {
		return err // told before a server is looked for
	}
	return c.withStore(func(s *server) error {
		got, err := kit.Call[survey.SaveDraftRequest, survey.Draft](s.client, "POST /api/v1/questionnaires")(c.ctx, survey.SaveDraftRequest{Text: string(text)})
		if err != nil {
			return err
		}
		if q.JSON {
			return printJSON(c.out, got)
		}
		c.printf("草稿已保存 draft kept: %s\n发布 publish it with: minyi questionnaire publish %s\n", got.Questionnaire.ID, got.Questionnaire.ID)
		return nil
	}, "survey", "sms")
}

type questionnairePublish struct {
	ID   string `arg:"" help:"问卷编号 Questionnaire id."`
	JSON bool   `name:"json" help:"输出 JSON Print JSON."`
}

// Run publishes a draft.
func (q questionnairePublish) Run(c *command) error {
	return c.withStore(func(s *server) error {
		got, err := kit.Call[survey.QuestionnaireRequest, questionnaires.Version](s.client, "POST /api/v1/questionnaires/{id}/publish")(c.ctx,
			survey.QuestionnaireRequest{Questionnaire: minyi.QuestionnaireID(q.ID)})
		if err != nil {
			return err
		}
		if q.JSON {
			return printJSON(c.out, got)
		}
		c.printf("已发布 published: %s 第 %d 版 version %d\n", got.ID, got.Number, got.Number)
		return nil
	}, "survey", "sms")
}
