package program

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
	"minyi/score/methods"
	"minyi/survey"
)

func (p *Program) openSurvey(context.Context) (run.Running, error) {
	days, err := workingDays(p.cfg)
	if err != nil {
		return run.Running{}, err
	}
	s, err := survey.New(survey.Deps{DB: p.db, Bus: p.bus, Box: p.box, Clock: p.clock, Log: p.log, OptOuts: numbers{&p.peers}, Calendar: days,
		Config: survey.Config{BaseURL: p.cfg.Public.URL, Hotline: p.cfg.Hotline.Name, Signature: p.cfg.Hotline.Name,
			Announce: p.cfg.Survey.Announce, Sweep: min(10*time.Second, p.cfg.Survey.Announce), KeepContacts: p.cfg.Survey.Keep,
			Deadlines: survey.Deadlines{Verify: p.cfg.Survey.Verify, Correct: p.cfg.Survey.Correct}}})
	if err != nil {
		return run.Running{}, err
	}
	s.Routes(p.door.Staff(), p.door.Public())
	p.survey, p.peers.survey.surveyPeer = s, s
	return p.working("survey", s.Run), nil
}

func (p *Program) openNLP(ctx context.Context) (run.Running, error) {
	own, err := NLPConfig(p.cfg)
	if err != nil {
		return run.Running{}, err
	}
	s, err := nlp.New(nlp.Deps{DB: p.db, Bus: p.bus, Box: p.box, Clock: p.clock, Log: p.log, Survey: &p.peers.survey, Config: own})
	if err != nil {
		return run.Running{}, err
	}
	s.Routes(p.door.Staff(), p.door.Public())
	p.nlp, p.peers.nlp.nlpPeer = s, s
	return p.working("nlp", s.Run), nil
}

// NLPConfig reads the files that the settings name.
func NLPConfig(cfg config.Config) (nlp.Config, error) {
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

func (p *Program) openScore(ctx context.Context) (run.Running, error) {
	extra, err := methods.ReadFolder(p.cfg.Score.Methods)
	if err != nil {
		return run.Running{}, err
	}
	s, err := score.New(score.Deps{DB: p.db, Bus: p.bus, Clock: p.clock, Log: p.log, Survey: &p.peers.survey, Words: &p.peers.nlp,
		Config: score.Config{Method: p.cfg.Score.Method, Extra: extra}})
	if err != nil {
		return run.Running{}, err
	}
	s.Routes(p.door.Staff(), p.door.Public())
	kit.Handle(p.door.Staff(), "POST /api/v1/score/recount", p.recount)
	p.score, p.peers.score.scorePeer = s, s
	return p.working("score", s.Run), nil
}

func (p *Program) openCharts(context.Context) (run.Running, error) {
	cfg := charts.Config{MinGroup: p.cfg.Charts.MinGroup, Name: page.Text{ZH: p.cfg.Hotline.Name, EN: p.cfg.Hotline.Name}}
	if p.cfg.SMS.AlwaysOpen {
		cfg.Banner = page.Text{ZH: "发送时段全天开放（sms.always_open）：仅限演示与测试。", EN: "Messages go out at any hour (sms.always_open): for demos and tests only."}
	}
	s, err := charts.New(charts.Deps{Scores: &p.peers.score, Words: &p.peers.nlp, Surveys: &p.peers.survey, Clock: p.clock, Log: p.log, Config: cfg})
	if err != nil {
		return run.Running{}, err
	}
	s.Routes(p.door.Staff(), p.door.Public())
	return p.working("charts", s.Run), nil
}

// RecountRequest asks for every raw answer to be counted anew.
type RecountRequest struct {
	Verify bool `json:"verify"` // compare only
}

// recount gives score the raw answers that survey holds.
func (p *Program) recount(ctx context.Context, r RecountRequest) (score.RecountReport, error) {
	return p.score.Recount(ctx, score.RecountRequest{Tenant: kit.TenantFrom(ctx), Verify: r.Verify, From: &p.peers.survey})
}
