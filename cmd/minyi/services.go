package main

import (
	"context"
	"os"
	"time"

	"minyi/charts"
	"minyi/charts/page"
	"minyi/internal/config"
	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/internal/run"
	"minyi/nlp"
	"minyi/score"
	"minyi/survey"
)

func (a *app) openSurvey(context.Context) (run.Running, error) {
	days, err := workingDays(a.cfg)
	if err != nil {
		return run.Running{}, err
	}
	s, err := survey.New(survey.Deps{DB: a.db, Bus: a.bus, Box: a.box, Clock: a.clock, Log: a.log, OptOuts: numbers{&a.peers}, Calendar: days,
		Config: survey.Config{BaseURL: a.cfg.Public.URL, Hotline: a.cfg.Hotline.Name, Signature: a.cfg.Hotline.Name,
			Announce: a.cfg.Survey.Announce, Sweep: min(10*time.Second, a.cfg.Survey.Announce), KeepContacts: a.cfg.Survey.Keep,
			Deadlines: survey.Deadlines{Verify: a.cfg.Survey.Verify, Correct: a.cfg.Survey.Correct}}})
	if err != nil {
		return run.Running{}, err
	}
	s.Routes(a.door.Staff(), a.door.Public())
	a.survey, a.peers.survey.surveyPeer = s, s
	return run.Running{Run: s.Run}, nil
}

func (a *app) openNLP(ctx context.Context) (run.Running, error) {
	own, err := nlpConfig(a.cfg)
	if err != nil {
		return run.Running{}, err
	}
	s, err := nlp.New(nlp.Deps{DB: a.db, Bus: a.bus, Box: a.box, Clock: a.clock, Log: a.log, Survey: &a.peers.survey, Config: own})
	if err != nil {
		return run.Running{}, err
	}
	s.Routes(a.door.Staff(), a.door.Public())
	a.nlp, a.peers.nlp.nlpPeer = s, s
	return run.Running{Run: s.Run}, nil
}

// nlpConfig reads the files that the settings name.
func nlpConfig(cfg config.Config) (nlp.Config, error) {
	words, err := settingsFile("nlp.user_dictionary", cfg.NLP.UserDictionary)
	if err != nil {
		return nlp.Config{}, err
	}
	topics, err := settingsFile("nlp.taxonomy", cfg.NLP.Taxonomy)
	again := func() ([]byte, error) { return settingsFile("nlp.user_dictionary", cfg.NLP.UserDictionary) }
	return nlp.Config{MinRespondents: cfg.NLP.MinRespondents, UserDictionary: words, ReadDictionary: again, Taxonomy: topics}, err
}

// settingsFile reads the file that a setting names, if it names one.
func settingsFile(key, path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.New(fault.Invalid, "file_unreadable", "无法读取配置项 "+key+" 指定的文件 "+path+"，请检查路径和权限。", "the file "+path+" that "+key+" names cannot be read; check its path and permissions").On(key).With(err)
	}
	return text, nil
}

func (a *app) openScore(ctx context.Context) (run.Running, error) {
	extra, err := methodFiles(a.cfg.Score.Methods)
	if err != nil {
		return run.Running{}, err
	}
	s, err := score.New(score.Deps{DB: a.db, Bus: a.bus, Clock: a.clock, Log: a.log, Survey: &a.peers.survey, Words: &a.peers.nlp,
		Config: score.Config{Method: a.cfg.Score.Method, Extra: extra}})
	if err != nil {
		return run.Running{}, err
	}
	s.Routes(a.door.Staff(), a.door.Public())
	kit.Handle(a.door.Staff(), "POST /api/v1/score/recount", a.recount)
	a.score, a.peers.score.scorePeer = s, s
	return run.Running{Run: s.Run}, nil
}

func (a *app) openCharts(context.Context) (run.Running, error) {
	cfg := charts.Config{MinGroup: a.cfg.Charts.MinGroup, Name: page.Text{ZH: a.cfg.Hotline.Name, EN: a.cfg.Hotline.Name}}
	if a.cfg.SMS.AlwaysOpen {
		cfg.Banner = page.Text{ZH: "发送时段全天开放（sms.always_open）：仅限演示与测试。", EN: "Messages go out at any hour (sms.always_open): for demos and tests only."}
	}
	s, err := charts.New(charts.Deps{Scores: &a.peers.score, Words: &a.peers.nlp, Surveys: &a.peers.survey, Clock: a.clock, Log: a.log, Config: cfg})
	if err != nil {
		return run.Running{}, err
	}
	s.Routes(a.door.Staff(), a.door.Public())
	a.charts = s
	return run.Running{Run: s.Run}, nil
}
