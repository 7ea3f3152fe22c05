package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"minyi"
	"minyi/cmd/minyi/program"
	"minyi/internal/config"
	"minyi/internal/fault"
	"minyi/internal/kit"
	"minyi/score"
	"minyi/sms/sandbox"
	"minyi/survey"
)

type demoCmd struct {
	Data   string `default:".minyi-demo" help:"演示数据目录 Data directory of the demo; emptied at each start."`
	Public string `default:"127.0.0.1:8080" help:"群众端地址 Where residents' pages listen."`
	Staff  string `default:"127.0.0.1:8081" help:"工作人员端地址 Where staff come in."`
	Cases  int    `default:"480" help:"工单数 How many work orders."`
	Once   bool   `help:"完成后退出 Stop when the line has run, instead of staying."`
}

// Run runs the whole line on made-up work orders in one process and stays.
func (d demoCmd) Run(c *command) error {
	begin := time.Now()
	if d.Cases < 30 || d.Cases > 4000 {
		return fault.New(fault.Invalid, "demo_cases", "演示工单数应在 30 到 4000 之间。", "a demo takes 30 to 4000 work orders").On("cases")
	}
	cfg, err := d.settings(c)
	if err != nil {
		return err
	}
	if err := emptyDemoDir(d.Data); err != nil {
		return err
	}
	carrier, err := residents(cfg)
	if err != nil {
		return err
	}
	p := program.New(cfg, c.logger(cfg), version)
	p.SendBy(carrier)
	c.printf("1/5 启动 starting: 内置存储与队列，模拟通道 embedded store and queue, sandbox carrier\n")
	group, err := p.Start(c.ctx, nil, true)
	if err != nil {
		return err
	}
	if err := leaveOwnHandle(cfg, p); err != nil {
		return errors.Join(err, group.Stop())
	}
	defer func() { _ = os.Remove(handlePath(cfg)) }()
	if err := d.line(c, p, carrier, begin); err != nil {
		return errors.Join(err, group.Stop())
	}
	if d.Once {
		return group.Stop()
	}
	return group.Wait(c.ctx)
}

// marker keeps the demo from emptying a directory that is not its own.
const marker = "this-is-a-minyi-demo"

func emptyDemoDir(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unreadable(dir, err)
	}
	if _, err := os.Stat(filepath.Join(dir, marker)); len(entries) > 0 && err != nil {
		return fault.New(fault.Invalid, "demo_dir_foreign",
			"目录 "+dir+" 不是演示目录，为避免误删不予清空。请用 --data 指定其他目录。",
			dir+" is not a demo's directory and is not emptied; choose another with --data").On("data")
	}
	if err := os.RemoveAll(dir); err != nil {
		return unreadable(dir, err)
	}
	if err := program.MakeDataDir(dir); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, marker), nil, 0o600)
}

// settings are the embedded defaults with a sending window that is open at any
// hour, limits that simulated residents of one address do not meet, and words
// shown from one respondent on, because the reader is the only real one.
func (d *demoCmd) settings(c *command) (config.Config, error) {
	for key, own := range map[string]*string{"data": &d.Data, "public.listen": &d.Public, "staff.listen": &d.Staff} {
		if v, ok := c.args.Set[key]; ok {
			*own = v
		}
	}
	flags := map[string]string{"data": d.Data, "public.listen": d.Public, "public.url": "http://" + d.Public,
		"staff.listen": d.Staff, "staff.url": "http://" + d.Staff, "public.per_minute": "1000000",
		"hotline.name": "示例市12345热线", "sms.gateway": "sandbox", "sms.rate": "400", "sms.always_open": "true",
		"nlp.min_respondents": "1", "log.level": "warn"}
	for k, v := range c.args.Set {
		flags[k] = v
	}
	cfg, err := config.Load(config.Sources{File: c.args.Config, Env: os.Environ(), Flags: flags})
	if err != nil {
		return cfg, err
	}
	return cfg, strangersToDemo(cfg, c.args.Set)
}

// strangersToDemo keeps made-up work orders out of a store, a queue or a
// telephone line that the settings of the real program name: only who names
// them for the demo itself means it.
func strangersToDemo(cfg config.Config, named map[string]string) error {
	inUse := map[string]bool{"mongodb.uri": cfg.MongoDB.URI != "", "redis.addr": cfg.Redis.Addr != "", "voice.server": cfg.Voice.Server != "", "voice.trunks": len(cfg.Voice.Trunks) > 0}
	for _, key := range slices.Sorted(maps.Keys(inUse)) {
		if _, meant := named[key]; inUse[key] && !meant {
			return fault.New(fault.Invalid, "demo_not_here",
				"演示只写模拟数据，而现有配置（文件或环境变量）中设有 "+key+"。请在没有该配置的环境中运行演示；确要使用它，请以 --set "+key+"=… 指明。",
				"the demo writes made-up data, and the settings in force (file or environment) name "+key+"; run it without them, or name it with --set "+key+"=… if you mean it").On(key)
		}
	}
	return nil
}

// residents makes a carrier whose recipients answer.
func residents(cfg config.Config) (*sandbox.Carrier, error) {
	return sandbox.New(sandbox.Config{Seed: 12345, Page: cfg.Public.URL, Residents: sandbox.Usual(),
		ReceiptDelay: 200 * time.Millisecond, Think: 1500 * time.Millisecond})
}

// line imports, invites, waits for the answers, and says where to look.
func (d demoCmd) line(c *command, p *program.Program, carrier *sandbox.Carrier, begin time.Time) error {
	token, err := p.Tokens().First(c.ctx)
	if err != nil {
		return err
	}
	client, err := kit.NewClient("http://"+d.Staff, p.Door().LocalToken(), nil)
	if err != nil {
		return err
	}
	s := &server{client: client}
	reader, err := minyi.ParseMobile(demoNumber(0))
	if err != nil {
		return err
	}
	carrier.Real(reader)
	c.printf("2/5 导入 importing: %d 张工单 work orders, 5 项指标值 indicator values\n", d.Cases)
	campaigns, err := d.invite(c, s)
	if err != nil {
		return err
	}
	c.printf("3/5 发送 sending: 模拟通道，发送时段全天开放（仅演示）sandbox carrier, window open at any hour (demo only)\n")
	if err := d.watch(c, s, carrier, campaigns); err != nil {
		return err
	}
	c.printf("4/5 分析与评分 analysing and scoring\n")
	if err := c.awaitFigures(s); err != nil {
		return err
	}
	link, err := personalLink(carrier, reader)
	if err != nil {
		return err
	}
	c.printf("5/5 完成 done in %s\n\n", time.Since(begin).Round(100*time.Millisecond))
	c.printf("  总览（工作人员）overview, staff:  http://%s/signin?token=%s\n", d.Staff, token)
	c.printf("  您的评价链接 your own link:      %s\n\n", link)
	c.printf("打开您的链接作答，总览上的得分与词云几秒内就会变化。Answer by your link: the score and the cloud change within seconds.\n")
	if !d.Once {
		c.printf("其他命令可对它使用 other commands work on it: %s --set data=%s score show\n", os.Args[0], d.Data)
		c.printf("按 Ctrl-C 结束。Ctrl-C stops.\n")
	}
	return nil
}

// invite imports the lists and starts one campaign for each form.
func (d demoCmd) invite(c *command, s *server) ([]minyi.CampaignID, error) {
	byLink := d.Cases * 2 / 3
	var ids []minyi.CampaignID
	for _, k := range []struct {
		name, questionnaire string
		form                survey.Form
		n, first            int
	}{
		{"演示：办结回访", "case-closed", survey.FormLink, byLink, 0},
		{"演示：话后满意度", "after-call", survey.FormDigits, d.Cases - byLink, byLink},
	} {
		var list bytes.Buffer
		if err := writeDemoList(&list, k.n, k.first, time.Now()); err != nil {
			return nil, err
		}
		report, err := send[survey.ImportReport](c, s, "/api/v1/imports/cases", url.Values{"name": {k.name + ".csv"}}, &list)
		if err != nil {
			return nil, err
		}
		none := 0
		got, err := createCampaign(c.ctx, s, survey.NewCampaign{Tenant: minyi.DefaultTenant, Name: k.name, Questionnaire: minyi.QuestionnaireID(k.questionnaire),
			Form: k.form, RemindHours: &none, Filter: survey.Filter{Import: report.ID}})
		if err != nil {
			return nil, err
		}
		ids = append(ids, got.Campaign.ID)
		if _, err := kit.Call[survey.CampaignRequest, survey.CampaignReply](s.client, "POST /api/v1/campaigns/{id}/start")(c.ctx, survey.CampaignRequest{Campaign: got.Campaign.ID}); err != nil {
			return nil, err
		}
	}
	return ids, d.indicators(c, s)
}

// indicators are the values that no survey gives: made up, as a mystery-call
// company and the statistics office would deliver them.
func (d demoCmd) indicators(c *command, s *server) error {
	month := time.Now().In(minyi.Shanghai).Format("2006-01")
	text := "unit,indicator,score\n" +
		"全市,总体感知/品牌宣传/优秀案例宣传,72\n" +
		"全市,总体感知/品牌宣传/热线利用率,61.5\n" +
		"全市,服务渠道/亲和性,76.07\n全市,服务渠道/畅通性,65.47\n全市,服务体验/专业性,77.54\n"
	r, err := send[score.ImportReport](c, s, "/api/v1/score/indicators", url.Values{"name": {"demo.csv"}, "period": {month}}, strings.NewReader(text))
	if err != nil {
		return err
	}
	if len(r.Faults) > 0 {
		return fmt.Errorf("demo indicators: %s", r.Faults[0].EN)
	}
	return nil
}

// watch shows progress until every invitation is out and its residents have
// done what they do.
func (d demoCmd) watch(c *command, s *server, carrier *sandbox.Carrier, campaigns []minyi.CampaignID) error {
	m := newMeter(c.err, "    发送 sent")
	defer m.done()
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	last, still := "", 0
	for {
		var sent, answered, all int64
		for _, id := range campaigns {
			p, err := progressOf(c.ctx, s, id)
			if err != nil {
				return err
			}
			n := p.Funnel.Counts
			all += int64(p.Funnel.Total)
			sent += int64(p.Funnel.Total - n[minyi.Registered] - n[minyi.Queued])
			answered += int64(n[minyi.Completed])
		}
		m.most = all
		m.show(sent, all, fmt.Sprintf("已答 answered %d", answered))
		stats := carrier.Stats()
		now := fmt.Sprint(sent, answered, stats)
		if still++; now != last {
			last, still = now, 0
		}
		// The residents are done; their replies take a moment to become answers.
		if all > 0 && sent == all && carrier.Busy() == 0 && still >= 7 {
			return nil
		}
		select {
		case <-tick.C:
		case <-c.ctx.Done():
			return c.ctx.Err()
		}
	}
}

// personalLink finds the reader's own message in the carrier's outbox.
func personalLink(carrier *sandbox.Carrier, reader minyi.Mobile) (string, error) {
	for _, m := range carrier.Outbox(reader) {
		if i := strings.Index(m.Text, "http"); i >= 0 {
			link, _, _ := strings.Cut(m.Text[i:], " ")
			return strings.TrimRight(link, "。,,)"), nil
		}
	}
	return "", errors.New("the reader's own message did not reach the sandbox carrier")
}
