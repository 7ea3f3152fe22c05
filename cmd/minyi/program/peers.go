package program

import (
	"context"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/kit"
)

// What services ask of each other, all of it. In one process the service
// itself answers; across processes a remote one below does, over the other's
// /peer/ routes. Nothing else in the program knows which.

type surveyPeer interface {
	Briefs(context.Context, minyi.BriefsRequest) (minyi.BriefsReply, error)
	Progress(context.Context, minyi.ProgressRequest) (minyi.Done, error)
	Heard(context.Context, minyi.HeardRequest) (minyi.HeardReply, error)
	CallBriefs(context.Context, minyi.BriefsRequest) (minyi.CallBriefsReply, error)
	Spoken(context.Context, minyi.SpokenRequest) (minyi.SpokenReply, error)
	Remarks(context.Context, minyi.AnswersRequest) (minyi.RemarksReply, error)
	Facts(context.Context, minyi.AnswersRequest) (minyi.FactsReply, error)
	Settled(context.Context, minyi.SettledRequest) (minyi.Done, error)
	Funnel(context.Context, minyi.FunnelRequest) (minyi.Funnel, error)
	UnitCounts(context.Context, minyi.UnitCountsRequest) (minyi.UnitCountsReply, error)
	Units(context.Context, minyi.UnitsRequest) (minyi.UnitsReply, error)
	AnswerRows(context.Context, minyi.AnswerRowsRequest) (minyi.AnswerRowsReply, error)
}

type smsPeer interface {
	OptOut(context.Context, minyi.OptOutRequest) (minyi.Done, error)
	Forget(context.Context, minyi.ForgetRequest) (minyi.ForgetReply, error)
	ReserveCall(context.Context, minyi.ReserveCallRequest) (minyi.ReserveCallReply, error)
	SettleCall(context.Context, minyi.SettleCallRequest) (minyi.Done, error)
	DoNotContact(context.Context, minyi.DoNotContactRequest) (minyi.DoNotContactReply, error)
}

type voicePeer interface {
	Forget(context.Context, minyi.ForgetRequest) (minyi.ForgetReply, error)
}

type nlpPeer interface {
	Analyses(context.Context, minyi.AnswersRequest) (minyi.AnalysesReply, error)
	HotWords(context.Context, minyi.HotWordsRequest) (minyi.HotWords, error)
	Topics(context.Context, minyi.TopicsRequest) (minyi.Topics, error)
	Verbatims(context.Context, minyi.VerbatimsRequest) (minyi.VerbatimsReply, error)
	TextErrors(context.Context, minyi.TextErrorsRequest) (minyi.TextErrors, error)
}

type scorePeer interface {
	Sheet(context.Context, minyi.SheetRequest) (minyi.Sheet, error)
	UnitTable(context.Context, minyi.UnitTableRequest) (minyi.UnitTable, error)
	Study(context.Context, minyi.StudyRequest) (minyi.Study, error)
}

// peers holds who answers. It is filled while parts are readied and read once
// they run.
type peers struct {
	survey struct{ surveyPeer }
	sms    struct{ smsPeer }
	voice  struct{ voicePeer }
	nlp    struct{ nlpPeer }
	score  struct{ scorePeer }
}

// connect puts the remote of every service whose address is set; a service in
// this process then takes its place.
func (p *Program) connect() error {
	for name, addr := range map[string]string{"survey": p.cfg.Peers.Survey, "sms": p.cfg.Peers.SMS, "nlp": p.cfg.Peers.NLP, "score": p.cfg.Peers.Score, "voice": p.cfg.Peers.Voice} {
		if addr == "" {
			continue
		}
		client, err := kit.NewClient(addr, p.cfg.Peers.Token, nil)
		if err != nil {
			return err
		}
		r := remote{client}
		switch name {
		case "survey":
			p.peers.survey.surveyPeer = r
		case "sms":
			p.peers.sms.smsPeer = r
		case "nlp":
			p.peers.nlp.nlpPeer = r
		case "score":
			p.peers.score.scorePeer = r
		case "voice":
			p.peers.voice.voicePeer = voiceRemote{client}
		}
	}
	return nil
}

// missing says which peers a process would need and has no address for.
func (p *Program) missing(running map[string]bool) error {
	set := map[string]bool{"survey": p.cfg.Peers.Survey != "", "sms": p.cfg.Peers.SMS != "", "nlp": p.cfg.Peers.NLP != "", "score": p.cfg.Peers.Score != "", "voice": p.cfg.Peers.Voice != ""}
	// survey needs voice for one thing, erasure, which says so itself (numbers.Forget).
	needs := map[string][]string{"survey": {"sms"}, "sms": {"survey"}, "voice": {"survey", "sms"}, "nlp": {"survey"}, "score": {"survey", "nlp"}, "charts": {"survey", "nlp", "score"}}
	for target, peers := range needs {
		for _, peer := range peers {
			if running[target] && !running[peer] && !set[peer] {
				return fault.New(fault.Invalid, "peer_missing",
					"目标 "+target+" 需要 "+peer+"：请在本进程一并运行，或设置 peers."+peer+"。",
					"target "+target+" needs "+peer+": run it in this process too, or set peers."+peer).On("peers." + peer)
			}
		}
	}
	return nil
}

func (p *Program) servePeers(r *kit.Router) {
	if s := p.survey; s != nil {
		kit.Handle(r, "POST /peer/survey/briefs", s.Briefs)
		kit.Handle(r, "POST /peer/survey/progress", s.Progress)
		kit.Handle(r, "POST /peer/survey/heard", s.Heard)
		kit.Handle(r, "POST /peer/survey/call-briefs", s.CallBriefs)
		kit.Handle(r, "POST /peer/survey/spoken", s.Spoken)
		kit.Handle(r, "POST /peer/survey/remarks", s.Remarks)
		kit.Handle(r, "POST /peer/survey/facts", s.Facts)
		kit.Handle(r, "POST /peer/survey/settled", s.Settled)
		kit.Handle(r, "POST /peer/survey/funnel", s.Funnel)
		kit.Handle(r, "POST /peer/survey/unit-counts", s.UnitCounts)
		kit.Handle(r, "POST /peer/survey/units", s.Units)
		kit.Handle(r, "POST /peer/survey/answer-rows", s.AnswerRows)
	}
	if s := p.sms; s != nil {
		kit.Handle(r, "POST /peer/sms/opt-out", s.OptOut)
		kit.Handle(r, "POST /peer/sms/forget", s.Forget)
		kit.Handle(r, "POST /peer/sms/reserve-call", s.ReserveCall)
		kit.Handle(r, "POST /peer/sms/settle-call", s.SettleCall)
		kit.Handle(r, "POST /peer/sms/do-not-contact", s.DoNotContact)
	}
	if s := p.voice; s != nil {
		kit.Handle(r, "POST /peer/voice/forget", s.Forget)
	}
	if s := p.nlp; s != nil {
		kit.Handle(r, "POST /peer/nlp/analyses", s.Analyses)
		kit.Handle(r, "POST /peer/nlp/hot-words", s.HotWords)
		kit.Handle(r, "POST /peer/nlp/topics", s.Topics)
		kit.Handle(r, "POST /peer/nlp/verbatims", s.Verbatims)
		kit.Handle(r, "POST /peer/nlp/text-errors", s.TextErrors)
	}
	if s := p.score; s != nil {
		kit.Handle(r, "POST /peer/score/sheet", s.Sheet)
		kit.Handle(r, "POST /peer/score/unit-table", s.UnitTable)
		kit.Handle(r, "POST /peer/score/study", s.Study)
	}
}

// numbers is what survey tells of telephone numbers: 请勿打扰 is kept by sms; a
// number is forgotten by each that has a ledger of its own.
type numbers struct{ of *peers }

// OptOut keeps a number off every campaign.
func (n numbers) OptOut(ctx context.Context, q minyi.OptOutRequest) (minyi.Done, error) {
	return n.of.sms.OptOut(ctx, q)
}

// Forget erases a number from both ledgers. Where nobody can say whether there
// are telephone records, an erasure is refused rather than half done.
func (n numbers) Forget(ctx context.Context, q minyi.ForgetRequest) (minyi.ForgetReply, error) {
	if n.of.voice.voicePeer == nil {
		return minyi.ForgetReply{}, fault.New(fault.Unavailable, "peer_missing",
			"擦除未完成：电话服务不在本进程，也未设置 peers.voice，无法擦除通话记录。请运行目标 voice 或设置 peers.voice 后重试。",
			"not erased to the end: the telephone service is not in this process and peers.voice is not set, so its records cannot be reached; run target voice or set peers.voice, then ask again").On("peers.voice")
	}
	reply, err := n.of.sms.Forget(ctx, q)
	if err != nil {
		return reply, err
	}
	calls, err := n.of.voice.Forget(ctx, q)
	reply.Calls, reply.Recordings = calls.Calls, calls.Recordings
	return reply, err
}

// voiceRemote is apart from remote, because sms has a Forget as well.
type voiceRemote struct{ c *kit.Client }

func (r voiceRemote) Forget(ctx context.Context, q minyi.ForgetRequest) (minyi.ForgetReply, error) {
	return ask[minyi.ForgetRequest, minyi.ForgetReply](ctx, remote(r), "voice/forget", q)
}

// remote answers for a service in another process.
type remote struct{ c *kit.Client }

var (
	_ surveyPeer = remote{}
	_ smsPeer    = remote{}
	_ nlpPeer    = remote{}
	_ scorePeer  = remote{}
	_ voicePeer  = voiceRemote{}
)

func ask[Req, Resp any](ctx context.Context, r remote, route string, req Req) (Resp, error) {
	return kit.Call[Req, Resp](r.c, "POST /peer/"+route)(ctx, req)
}

func (r remote) Briefs(ctx context.Context, q minyi.BriefsRequest) (minyi.BriefsReply, error) {
	return ask[minyi.BriefsRequest, minyi.BriefsReply](ctx, r, "survey/briefs", q)
}

func (r remote) Progress(ctx context.Context, q minyi.ProgressRequest) (minyi.Done, error) {
	return ask[minyi.ProgressRequest, minyi.Done](ctx, r, "survey/progress", q)
}

func (r remote) Heard(ctx context.Context, q minyi.HeardRequest) (minyi.HeardReply, error) {
	return ask[minyi.HeardRequest, minyi.HeardReply](ctx, r, "survey/heard", q)
}

func (r remote) CallBriefs(ctx context.Context, q minyi.BriefsRequest) (minyi.CallBriefsReply, error) {
	return ask[minyi.BriefsRequest, minyi.CallBriefsReply](ctx, r, "survey/call-briefs", q)
}

func (r remote) Spoken(ctx context.Context, q minyi.SpokenRequest) (minyi.SpokenReply, error) {
	return ask[minyi.SpokenRequest, minyi.SpokenReply](ctx, r, "survey/spoken", q)
}

func (r remote) Remarks(ctx context.Context, q minyi.AnswersRequest) (minyi.RemarksReply, error) {
	return ask[minyi.AnswersRequest, minyi.RemarksReply](ctx, r, "survey/remarks", q)
}

func (r remote) Facts(ctx context.Context, q minyi.AnswersRequest) (minyi.FactsReply, error) {
	return ask[minyi.AnswersRequest, minyi.FactsReply](ctx, r, "survey/facts", q)
}

func (r remote) Settled(ctx context.Context, q minyi.SettledRequest) (minyi.Done, error) {
	return ask[minyi.SettledRequest, minyi.Done](ctx, r, "survey/settled", q)
}

func (r remote) Funnel(ctx context.Context, q minyi.FunnelRequest) (minyi.Funnel, error) {
	return ask[minyi.FunnelRequest, minyi.Funnel](ctx, r, "survey/funnel", q)
}

func (r remote) UnitCounts(ctx context.Context, q minyi.UnitCountsRequest) (minyi.UnitCountsReply, error) {
	return ask[minyi.UnitCountsRequest, minyi.UnitCountsReply](ctx, r, "survey/unit-counts", q)
}

func (r remote) Units(ctx context.Context, q minyi.UnitsRequest) (minyi.UnitsReply, error) {
	return ask[minyi.UnitsRequest, minyi.UnitsReply](ctx, r, "survey/units", q)
}

func (r remote) AnswerRows(ctx context.Context, q minyi.AnswerRowsRequest) (minyi.AnswerRowsReply, error) {
	return ask[minyi.AnswerRowsRequest, minyi.AnswerRowsReply](ctx, r, "survey/answer-rows", q)
}

func (r remote) OptOut(ctx context.Context, q minyi.OptOutRequest) (minyi.Done, error) {
	return ask[minyi.OptOutRequest, minyi.Done](ctx, r, "sms/opt-out", q)
}

func (r remote) Forget(ctx context.Context, q minyi.ForgetRequest) (minyi.ForgetReply, error) {
	return ask[minyi.ForgetRequest, minyi.ForgetReply](ctx, r, "sms/forget", q)
}

func (r remote) ReserveCall(ctx context.Context, q minyi.ReserveCallRequest) (minyi.ReserveCallReply, error) {
	return ask[minyi.ReserveCallRequest, minyi.ReserveCallReply](ctx, r, "sms/reserve-call", q)
}

func (r remote) SettleCall(ctx context.Context, q minyi.SettleCallRequest) (minyi.Done, error) {
	return ask[minyi.SettleCallRequest, minyi.Done](ctx, r, "sms/settle-call", q)
}

func (r remote) DoNotContact(ctx context.Context, q minyi.DoNotContactRequest) (minyi.DoNotContactReply, error) {
	return ask[minyi.DoNotContactRequest, minyi.DoNotContactReply](ctx, r, "sms/do-not-contact", q)
}

func (r remote) Analyses(ctx context.Context, q minyi.AnswersRequest) (minyi.AnalysesReply, error) {
	return ask[minyi.AnswersRequest, minyi.AnalysesReply](ctx, r, "nlp/analyses", q)
}

func (r remote) HotWords(ctx context.Context, q minyi.HotWordsRequest) (minyi.HotWords, error) {
	return ask[minyi.HotWordsRequest, minyi.HotWords](ctx, r, "nlp/hot-words", q)
}

func (r remote) Topics(ctx context.Context, q minyi.TopicsRequest) (minyi.Topics, error) {
	return ask[minyi.TopicsRequest, minyi.Topics](ctx, r, "nlp/topics", q)
}

func (r remote) Verbatims(ctx context.Context, q minyi.VerbatimsRequest) (minyi.VerbatimsReply, error) {
	return ask[minyi.VerbatimsRequest, minyi.VerbatimsReply](ctx, r, "nlp/verbatims", q)
}

func (r remote) Sheet(ctx context.Context, q minyi.SheetRequest) (minyi.Sheet, error) {
	return ask[minyi.SheetRequest, minyi.Sheet](ctx, r, "score/sheet", q)
}

func (r remote) UnitTable(ctx context.Context, q minyi.UnitTableRequest) (minyi.UnitTable, error) {
	return ask[minyi.UnitTableRequest, minyi.UnitTable](ctx, r, "score/unit-table", q)
}

func (r remote) TextErrors(ctx context.Context, q minyi.TextErrorsRequest) (minyi.TextErrors, error) {
	return ask[minyi.TextErrorsRequest, minyi.TextErrors](ctx, r, "nlp/text-errors", q)
}

func (r remote) Study(ctx context.Context, q minyi.StudyRequest) (minyi.Study, error) {
	return ask[minyi.StudyRequest, minyi.Study](ctx, r, "score/study", q)
}
