package program

import (
	"context"
	"log/slog"
	"slices"

	"minyi"
	"minyi/api"
	"minyi/internal/clock"
	"minyi/internal/config"
	"minyi/internal/run"
	"minyi/internal/stream"
	"minyi/nlp"
	"minyi/score"
	"minyi/sms"
	"minyi/sms/sandbox"
	"minyi/survey"
	"minyi/voice"
)

// Program is the program: its ground, its services, and who answers for a
// service that runs elsewhere.
type Program struct {
	ground
	peers   peers
	survey  *survey.Service
	sms     *sms.Service
	voice   *voice.Service
	nlp     *nlp.Service
	score   *score.Service
	carrier *sandbox.Carrier // in place of every carrier that the settings name
	mute    []string         // parts that only answer and start nothing by themselves
}

// New makes a program that has not started.
func New(cfg config.Config, log *slog.Logger, version string) *Program {
	return &Program{ground: ground{cfg: cfg, log: log, version: version, clock: clock.System()}}
}

// Mute lets parts answer and start nothing by themselves. Call it before Start.
func (p *Program) Mute(parts ...string) { p.mute = parts }

// SendBy sends every message by this carrier, whatever the settings name. Call
// it before Start.
func (p *Program) SendBy(carrier *sandbox.Carrier) { p.carrier = carrier }

// Door is what requests come in by, once the program has started.
func (p *Program) Door() *api.Door { return p.door }

// Tokens are those of staff, once the program has started.
func (p *Program) Tokens() *api.Tokens { return p.tokens }

// readers says which service reads which events.
var readers = stream.Readers{
	minyi.TopicInvitationDue:  {"sms"},
	minyi.TopicCallDue:        {"voice"},
	minyi.TopicAnswerLanded:   {"survey", "nlp", "score"},
	minyi.TopicAnswerAnalysed: {"score"},
}

// Parts is the whole program: every part, what it needs, how it starts.
func (p *Program) Parts() []run.Part {
	return []run.Part{
		{Name: "store", About: "MongoDB, or the embedded SQLite store", Start: p.openStore},
		{Name: "keys", About: "key ring for sealed fields", Needs: []string{"store"}, Start: p.openKeys},
		{Name: "queue", About: "Redis, or the in-process one", Needs: []string{"store"}, Start: p.openQueue},
		{Name: "door", About: "routes, tokens, limits", Needs: []string{"store", "keys", "queue"}, Start: p.openDoor},
		{Name: "survey", Target: true, About: "questionnaires, campaigns, answers, the phone page", Needs: []string{"door"}, Start: p.openSurvey},
		{Name: "sms", Target: true, About: "sends invitations, takes receipts and replies", Needs: []string{"door"}, Start: p.openSMS},
		{Name: "voice", Target: true, About: "places calls over a SIP trunk, hears keys and remarks", Needs: []string{"door"}, Start: p.openVoice},
		{Name: "nlp", Target: true, About: "masks and analyses remarks", Needs: []string{"door"}, Start: p.openNLP},
		{Name: "score", Target: true, About: "computes 总体感知 and the index", Needs: []string{"door"}, Start: p.openScore},
		{Name: "charts", Target: true, About: "overview page, pictures, exports", Needs: []string{"door"}, Start: p.openCharts},
	}
}

// Start readies and runs the parts that targets name, all where none is; where
// listen is set, listeners open last.
func (p *Program) Start(ctx context.Context, targets []string, listen bool) (*run.Group, error) {
	picked, err := run.Select(p.Parts(), targets)
	if err != nil {
		return nil, err
	}
	running := map[string]bool{}
	for _, part := range picked {
		running[part.Name] = true
	}
	if err := p.missing(running); err != nil {
		return nil, err
	}
	if listen {
		picked = append(picked, run.Part{Name: "listeners", Start: p.openListeners})
	}
	return run.Start(ctx, picked, p.cfg.Stop.Grace, p.log)
}

// working is a part with the work that it does by itself, unless it is muted.
func (p *Program) working(part string, work func(context.Context) error) run.Running {
	if slices.Contains(p.mute, part) {
		return run.Running{}
	}
	return run.Running{Run: work}
}
