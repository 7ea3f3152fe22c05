package main

import (
	"context"
	"log/slog"
	"slices"

	"minyi"
	"minyi/charts"
	"minyi/internal/clock"
	"minyi/internal/config"
	"minyi/internal/run"
	"minyi/internal/stream"
	"minyi/nlp"
	"minyi/score"
	"minyi/sms"
	"minyi/survey"
	"minyi/voice"
)

// app is the program: its ground, its services, and who answers for a service
// that runs elsewhere.
type app struct {
	ground
	peers  peers
	survey *survey.Service
	sms    *sms.Service
	voice  *voice.Service
	nlp    *nlp.Service
	score  *score.Service
	charts *charts.Service
	demo   *demoParts // set by the demo only
	mute   []string   // parts that only answer and start nothing by themselves
}

func newApp(cfg config.Config, log *slog.Logger) *app {
	return &app{ground: ground{cfg: cfg, log: log, clock: clock.System()}}
}

// readers says which service reads which events.
var readers = stream.Readers{
	minyi.TopicInvitationDue:  {"sms"},
	minyi.TopicCallDue:        {"voice"},
	minyi.TopicAnswerLanded:   {"survey", "nlp", "score"},
	minyi.TopicAnswerAnalysed: {"score"},
}

// parts is the whole program: every part, what it needs, how it starts.
func (a *app) parts() []run.Part {
	return []run.Part{
		{Name: "store", About: "MongoDB, or the embedded SQLite store", Start: a.openStore},
		{Name: "keys", About: "key ring for sealed fields", Needs: []string{"store"}, Start: a.openKeys},
		{Name: "queue", About: "Redis, or the in-process one", Needs: []string{"store"}, Start: a.openQueue},
		{Name: "door", About: "routes, tokens, limits", Needs: []string{"store", "keys", "queue"}, Start: a.openDoor},
		{Name: "survey", Target: true, About: "questionnaires, campaigns, answers, the phone page", Needs: []string{"door"}, Start: a.openSurvey},
		{Name: "sms", Target: true, About: "sends invitations, takes receipts and replies", Needs: []string{"door"}, Start: a.openSMS},
		{Name: "voice", Target: true, About: "places calls over a SIP trunk, hears keys and remarks", Needs: []string{"door"}, Start: a.openVoice},
		{Name: "nlp", Target: true, About: "masks and analyses remarks", Needs: []string{"door"}, Start: a.openNLP},
		{Name: "score", Target: true, About: "computes 总体感知 and the index", Needs: []string{"door"}, Start: a.openScore},
		{Name: "charts", Target: true, About: "overview page, pictures, exports", Needs: []string{"door"}, Start: a.openCharts},
	}
}

// start readies and runs the parts that targets name; listeners open last.
func (a *app) start(ctx context.Context, targets []string, listen bool) (*run.Group, error) {
	picked, err := run.Select(a.parts(), targets)
	if err != nil {
		return nil, err
	}
	running := map[string]bool{}
	for _, p := range picked {
		running[p.Name] = true
	}
	if err := a.missing(running); err != nil {
		return nil, err
	}
	if listen {
		picked = append(picked, run.Part{Name: "listeners", Start: a.openListeners})
	}
	return run.Start(ctx, picked, a.cfg.Stop.Grace, a.log)
}

// working is a part with the work that it does by itself, unless it is muted.
func (a *app) working(part string, work func(context.Context) error) run.Running {
	if slices.Contains(a.mute, part) {
		return run.Running{}
	}
	return run.Running{Run: work}
}
