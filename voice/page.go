package voice

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"strings"
	"time"

	"minyi"
	"minyi/internal/kit"
)

//go:embed page.html
var pageText string

// pageStyle is the look of the staff's pages about the telephone.
//
//go:embed page_style.html
var pageStyle string

// page is the staff's view of the telephone. It needs no script: it reloads
// itself while calls are in progress.
var page = template.Must(template.Must(template.New("voice").Parse(pageText)).Parse(pageStyle))

// view is what the page shows.
type view struct {
	Lang     string
	Words    map[string]string
	Campaign minyi.CampaignID
	Trunks   []TrunkItem
	Live     []liveLine
	Table    []OutcomeRow
	Total    int64
	Recent   []recentLine
	Refresh  bool
}

type liveLine struct {
	LiveCall
	For string // since it was placed or answered
}

type recentLine struct {
	At, Number, Trunk, Outcome, End, Step string
	Code, Cause, Answers                  int
	Next                                  string
}

var pageWords = map[string]map[string]string{
	"zh-CN": {"title": "电话回访", "trunks": "线路", "live": "进行中的通话", "outcomes": "结果表", "recent": "最近的呼叫", "none": "现在没有通话。", "notrunk": "尚未配置线路，请在设置中填写 voice.server。",
		"up": "可用", "down": "不可用", "lines": "占用", "silent": "失去联系", "number": "号码", "trunk": "线路", "state": "状态", "step": "环节", "answers": "已答", "for": "用时", "outcome": "结果", "count": "数量", "share": "占比", "total": "合计",
		"at": "时间", "code": "SIP 状态码", "cause": "Q.850", "end": "结束方式", "next": "下次拨打", "campaign": "任务编号", "show": "查看", "other": "English", "otherlang": "en", "nocalls": "还没有呼叫记录。", "choose": "填写任务编号查看该任务的结果表。", "prompts": "提示音", "overview": "总览", "home": "zh"},
	"en": {"title": "Telephone survey", "trunks": "Trunks", "live": "Calls in progress", "outcomes": "Outcome table", "recent": "Recent calls", "none": "No call is in progress.", "notrunk": "No trunk is configured; set voice.server.",
		"up": "up", "down": "down", "lines": "Lines in use", "silent": "no sign of life", "number": "Number", "trunk": "Trunk", "state": "State", "step": "Step", "answers": "Answers", "for": "For", "outcome": "Outcome", "count": "Count", "share": "Share", "total": "Total",
		"at": "Time", "code": "SIP", "cause": "Q.850", "end": "Ended by", "next": "Next call", "campaign": "Campaign id", "show": "Show", "other": "中文", "otherlang": "zh-CN", "nocalls": "No calls yet.", "choose": "Enter a campaign id to see its outcome table.", "prompts": "Prompts", "overview": "Overview", "home": "en"},
}

// servePage draws the page, with masked numbers only.
func (s *Service) servePage(w http.ResponseWriter, r *http.Request) {
	v, err := s.view(r)
	var out bytes.Buffer
	if err == nil {
		err = page.Execute(&out, v)
	}
	if err != nil {
		kit.WriteError(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(out.Bytes())
}

func (s *Service) view(r *http.Request) (view, error) {
	ctx, tenant := r.Context(), kit.TenantFrom(r.Context())
	v := view{Lang: "zh-CN", Campaign: minyi.CampaignID(strings.TrimSpace(r.FormValue("campaign")))}
	if r.FormValue("lang") == "en" {
		v.Lang = "en"
	}
	v.Words = pageWords[v.Lang]
	trunks, err := s.Trunks(ctx, TenantRequest{})
	if err != nil {
		return v, err
	}
	v.Trunks = trunks.Trunks
	live, err := s.Live(ctx, TenantRequest{Tenant: tenant})
	if err != nil {
		return v, err
	}
	for _, c := range live.Calls {
		v.Live = append(v.Live, liveLine{c, live.At.Sub(c.Placed).Round(time.Second).String()})
	}
	v.Refresh = len(v.Live) > 0
	table, err := s.Outcomes(ctx, CampaignRequest{Tenant: tenant, Campaign: v.Campaign})
	if err != nil {
		return v, err
	}
	if v.Campaign = table.Campaign; v.Campaign != "" {
		v.Table, v.Total = table.Rows, table.Total
	}
	calls, err := s.Calls(ctx, CallsRequest{Tenant: tenant, Limit: 30})
	for _, c := range calls.Calls {
		v.Recent = append(v.Recent, v.recent(c))
	}
	return v, err
}

func (v view) recent(c CallItem) recentLine {
	t := c.Tries[len(c.Tries)-1]
	line := recentLine{At: t.Placed.In(minyi.Shanghai).Format("01-02 15:04:05"), Number: c.Number, Trunk: t.Trunk, Outcome: v.Name(string(t.Outcome)),
		End: v.name(endNames, string(t.End)), Step: v.Step(t.Step), Code: t.Code, Cause: t.Cause, Answers: len(t.Pressed)}
	if !c.Next.IsZero() {
		line.Next = c.Next.In(minyi.Shanghai).Format("01-02 15:04")
	}
	return line
}

// Name gives an outcome's or a state's name in the page's language.
func (v view) Name(outcome string) string { return v.name(outcomeNames, outcome) }

// Step gives where a dialogue stands; a question goes by its id.
func (v view) Step(step string) string { return v.name(stepNames, step) }

// Detail says why a trunk is not up; a status goes by its number.
func (v view) Detail(detail string) string { return v.name(detailNames, detail) }

func (v view) name(names map[string]string, word string) string {
	if v.Lang == "en" || names[word] == "" {
		return word
	}
	return names[word]
}

// What the page says in Chinese; in English the words speak for themselves.
var (
	stepNames = map[string]string{string(PhaseOpening): "开场白", string(PhaseRemark): "录音告知", string(PhaseRecording): "录音", string(PhaseClosing): "结束语", string(PhaseOver): "已结束"}
	endNames  = map[string]string{string(EndCompleted): "完成", string(EndOptedOut): "不再接听", string(EndNoInput): "始终未按键", string(EndGivenUp): "中途未按键", string(EndHungUp): "对方挂机",
		string(EndElsewhere): "已由其他渠道评价", string(EndStopped): "任务停止", string(EndLost): "线路中断"}
	detailNames = map[string]string{"no_answer": "对端无响应", "not_open": "未能打开", "certificate": "证书不受信任", "digest": "对方要求的摘要认证方式不支持", "401": "注册被拒绝（401）", "403": "注册被拒绝（403）", "407": "注册被拒绝（407）"}
)

// Share is a count's share of the table, 0 of an empty one.
func (v view) Share(n int64) float64 {
	if v.Total == 0 {
		return 0
	}
	return float64(n) / float64(v.Total) * 100
}
