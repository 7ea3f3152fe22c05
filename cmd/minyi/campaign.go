package main

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"sort"
	"time"

	"minyi"
	"minyi/charts/page"
	"minyi/internal/kit"
	"minyi/sms"
	"minyi/survey"
	"minyi/voice"
)

type campaignCmd struct {
	List   campaignList   `cmd:"" help:"列出 List campaigns."`
	Create campaignCreate `cmd:"" help:"新建 Create a campaign; nothing is sent before it is started."`
	Start  campaignStart  `cmd:"" help:"开始 Make the invitations and send them."`
	Pause  campaignPause  `cmd:"" help:"暂停 Hold back what has not gone out."`
	Resume campaignResume `cmd:"" help:"继续 Go on after a pause."`
	Stop   campaignStop   `cmd:"" help:"停止 Stop for good: what has not gone out is cancelled."`
	Status campaignStatus `cmd:"" help:"进度 Show how far it has come, unknown outcomes included."`
}

type campaignList struct{}

// Run lists campaigns, newest first, with all their invitations, the not asked
// included, as status counts them.
func (campaignList) Run(c *command) error {
	return c.asking(func(s *server) error {
		got, err := get[survey.CampaignList](c.ctx, s, "/api/v1/campaigns", nil)
		if err != nil {
			return err
		}
		for _, k := range got.Campaigns {
			c.printf("%s  %-9s %-8d %s  %s\n", k.ID, k.State, k.Invited+k.Unasked, stamp(k.CreatedAt), k.Name)
		}
		return nil
	}, "survey", "sms", "voice")
}

type campaignCreate struct {
	Name          string   `arg:"" help:"名称 Its name."`
	Questionnaire string   `default:"case-closed" help:"问卷 after-call, case-closed, enterprise, trust, or your own."`
	Form          string   `default:"link" enum:"link,digits,voice,open" help:"形式 link: personal link; digits: reply with a digit; voice: telephone calls only; open: one link or QR code for all."`
	Signature     string   `help:"签名 Signature; hotline.name when empty."`
	Text          string   `help:"短信正文 Text of the message; the questionnaire's when empty."`
	Days          int      `help:"有效天数 Days until the deadline; 7 when 0."`
	RemindHours   *int     `help:"提醒 Hours until the one reminder; 48, or half the time where that is less, when not given; 0: none."`
	CallHours     int      `help:"电话 Hours after the last message until who has not answered is called by telephone; 0: no call."`
	Import        string   `help:"导入编号 Only the rows of this import."`
	Units         []string `help:"单位 Only cases of these units."`
	Audience      string   `help:"对象 Only resident or enterprise."`
	From          string   `help:"起始日 Closed on or after this day."`
	To            string   `help:"截止日 Closed on or before this day."`
	Start         bool     `help:"立即开始 Start at once."`
}

func (n campaignCreate) request() survey.NewCampaign {
	req := survey.NewCampaign{Tenant: minyi.DefaultTenant, Name: n.Name, Questionnaire: minyi.QuestionnaireID(n.Questionnaire),
		Form: survey.Form(n.Form), Signature: n.Signature, Text: n.Text, Days: n.Days, RemindHours: n.RemindHours, CallHours: n.CallHours,
		Filter: survey.Filter{Import: n.Import, Audience: minyi.Audience(n.Audience), From: n.From, To: n.To}}
	if req.Form == survey.FormVoice {
		req.RemindHours = nil // a call has no reminder: voice spaces its tries
	}
	for _, u := range n.Units {
		req.Filter.Units = append(req.Filter.Units, minyi.UnitID(u))
	}
	return req
}

// Run creates a campaign and shows its texts as a respondent gets them.
func (n campaignCreate) Run(c *command) error {
	return c.withServer(func(s *server) error {
		got, err := createCampaign(c.ctx, s, n.request())
		if err != nil {
			return err
		}
		c.printf("已新建 created: %s\n", got.Campaign.ID)
		for _, p := range got.Previews {
			c.printf("  [%d 条 segments, %d 字 characters] %s\n", p.Segments, p.Units, p.Text)
		}
		c.printWarnings(got)
		if got.Link != "" {
			c.printf("  链接 open link: %s\n", got.Link)
		}
		if !n.Start {
			c.printf("开始 start it with: minyi campaign start %s\n", got.Campaign.ID)
			return nil
		}
		return act(c, s, got.Campaign.ID, "start")
	})
}

// printWarnings prints what is to be noted, once each: the invitation and the
// reminder often share it.
func (c *command) printWarnings(got survey.CampaignReply) {
	told := map[string]bool{}
	all := slices.Clone(got.Warnings)
	for _, p := range got.Previews {
		all = append(all, p.Warnings...)
	}
	for _, w := range all {
		if !told[w] {
			c.printf("  注意 note: %s\n", w)
		}
		told[w] = true
	}
}

func createCampaign(ctx context.Context, s *server, req survey.NewCampaign) (survey.CampaignReply, error) {
	return kit.Call[survey.NewCampaign, survey.CampaignReply](s.client, "POST /api/v1/campaigns")(ctx, req)
}

// act asks for a change of state.
func act(c *command, s *server, id minyi.CampaignID, verb string) error {
	got, err := kit.Call[survey.CampaignRequest, survey.CampaignReply](s.client, "POST /api/v1/campaigns/{id}/"+verb)(c.ctx, survey.CampaignRequest{Campaign: id})
	if err != nil {
		return err
	}
	c.printf("%s: %s\n", got.Campaign.ID, got.Campaign.State)
	if verb == "stop" {
		c.printf("%s", stoppedNote)
	}
	if s.here && (verb == "start" || verb == "resume") {
		c.printf("服务未运行：邀请将在 minyi serve 运行时发出 no server runs: invitations go out while minyi serve runs\n")
	}
	return nil
}

// stoppedNote says what a stop leaves standing.
const stoppedNote = "不再发送任何短信和电话；已发出的链接和数字回复在截止时间前仍可评价，收到的评价照常计入\n" +
	"nothing more is sent; links and replies of what went out still count until the deadline, so that nothing said is lost\n"

// campaignID is the argument of every command on one campaign.
type campaignID struct {
	ID string `arg:"" help:"任务编号 Campaign id."`
}

func (i campaignID) act(c *command, verb string) error {
	return c.withData(func(s *server) error { return act(c, s, minyi.CampaignID(i.ID), verb) })
}

type campaignStart struct{ campaignID }

// Run starts a campaign.
func (k campaignStart) Run(c *command) error { return k.act(c, "start") }

type campaignPause struct{ campaignID }

// Run pauses a campaign.
func (k campaignPause) Run(c *command) error { return k.act(c, "pause") }

type campaignResume struct{ campaignID }

// Run resumes a campaign.
func (k campaignResume) Run(c *command) error { return k.act(c, "resume") }

type campaignStop struct{ campaignID }

// Run stops a campaign.
func (k campaignStop) Run(c *command) error { return k.act(c, "stop") }

type campaignStatus struct {
	campaignID
	JSON bool `name:"json" help:"输出 JSON Print JSON."`
}

// campaignProgress is what status shows.
type campaignProgress struct {
	Campaign survey.Campaign `json:"campaign"`
	Warnings []string        `json:"warnings,omitempty"`
	// Answers are those of an open link; the funnel has the others.
	Answers int             `json:"answers,omitempty"`
	Funnel  minyi.Funnel    `json:"funnel"`
	Ledger  sms.LedgerReply `json:"ledger"`
	// Calls is there where the campaign calls.
	Calls *voice.OutcomesReply `json:"calls,omitempty"`
}

// Run shows a campaign's progress.
func (k campaignStatus) Run(c *command) error {
	return c.asking(func(s *server) error {
		p, err := progressOf(c.ctx, s, minyi.CampaignID(k.ID))
		if err != nil {
			return err
		}
		if k.JSON {
			return printJSON(c.out, p)
		}
		c.printf("%s  %s  %s\n开始 started %s, 截止 deadline %s\n\n", p.Campaign.ID, p.Campaign.State, p.Campaign.Name, stamp(p.Campaign.StartedAt), stamp(p.Campaign.Deadline))
		c.printFunnel(p)
		if p.Calls != nil {
			c.printOutcomes(*p.Calls)
		}
		return nil
	}, "survey", "sms", "voice")
}

// printFunnel prints who was invited and what became of them; of an open link,
// which invites nobody by name, the answers.
func (c *command) printFunnel(p campaignProgress) {
	if p.Campaign.Form == survey.FormOpen {
		c.printf("开放链接，不逐个邀请 an open link, nobody is invited by name\n答卷 answers %d\n", p.Answers)
		return
	}
	c.printf("邀请 invitations %d\n", p.Funnel.Total)
	for _, w := range p.Warnings {
		c.printf("  注意 note: %s\n", w)
	}
	printCounts(c, p.Funnel.Counts)
	if len(p.Funnel.Reasons) > 0 {
		c.printf("原因 reasons\n")
		for _, code := range slices.Sorted(maps.Keys(p.Funnel.Reasons)) {
			c.printf("  %-14s %d  %s %s\n", code, p.Funnel.Reasons[code], page.Reason(page.ZH, code), page.Reason(page.EN, code))
		}
	}
	if p.Campaign.Form != survey.FormVoice {
		c.printf("短信台账 SMS ledger\n")
		printCounts(c, p.Ledger.Counts)
	}
}

func progressOf(ctx context.Context, s *server, id minyi.CampaignID) (campaignProgress, error) {
	var p campaignProgress
	got, err := kit.Call[survey.CampaignRequest, survey.CampaignReply](s.client, "GET /api/v1/campaigns/{id}")(ctx, survey.CampaignRequest{Campaign: id})
	if err != nil {
		return p, err
	}
	p.Campaign, p.Answers = got.Campaign, got.Answers
	if got.Campaign.State != survey.Created {
		p.Warnings = got.Warnings
	}
	slice := sliceFlags{Campaign: string(id)}
	if p.Funnel, err = get[minyi.Funnel](ctx, s, "/api/v1/funnel", slice.query("", "")); err != nil {
		return p, err
	}
	if p.Ledger, err = get[sms.LedgerReply](ctx, s, "/api/v1/sms/ledger", slice.query("", "")); err != nil {
		return p, err
	}
	if p.Campaign.Form == survey.FormVoice || p.Campaign.CallHours > 0 {
		calls, err := get[voice.OutcomesReply](ctx, s, "/api/v1/voice/outcomes", url.Values{"campaign": {string(id)}})
		p.Calls = &calls
		return p, err
	}
	return p, nil
}

func printCounts[K ~string, N int | int64](c *command, counts map[K]N) {
	names := make([]string, 0, len(counts))
	for name := range counts {
		names = append(names, string(name))
	}
	sort.Strings(names)
	for _, name := range names {
		c.printf("  %-14s %d\n", name, counts[K(name)])
	}
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(minyi.Shanghai).Format("2006-01-02 15:04")
}
