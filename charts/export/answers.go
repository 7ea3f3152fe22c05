package export

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"minyi"
)

// Answer is one line of the answers export: what survey tells of it, the
// unit's name, and nlp's masked remark.
type Answer struct {
	minyi.AnswerRow
	UnitName string
	Remark   minyi.Verbatim
}

// question is a closed question with a column of its own.
type question struct {
	tag    string
	scale  int
	zh, en string
}

// tags are the questions of the shipped questionnaires.
var tags = []question{
	{minyi.TagHotline, 5, "对热线服务的满意度", "satisfaction with the hotline"},
	{minyi.TagHandling, 5, "对办理结果的满意度", "satisfaction with the unit's handling"},
	{minyi.TagResolved, 2, "是否解决", "solved"},
	{minyi.TagComplained, 2, "是否再次投诉", "had to complain again"},
	{minyi.TagOverall, 5, "办事后的体验总评", "overall experience"},
	{minyi.TagProcess, 5, "服务过程的评价", "service process"},
	{minyi.TagAwareness, 5, "知晓度", "awareness"},
	{minyi.TagStanding, 5, "现状评价", "present state"},
	{minyi.TagTrust, 5, "信任度", "trust"},
	{minyi.TagChannels, 2, "了解其他渠道", "knows the other channels"},
	{minyi.TagUsed, 2, "使用过其他渠道", "used the other channels"},
}

// AnswerColumns are the columns of the answers export.
func AnswerColumns() []Column {
	cols := []Column{
		{"answer_id", "答卷编号", "系统内唯一，不含个人信息", "unique in the system, holds nothing personal"},
		{"day", "计入日期", "工单办结日（无工单按答卷日），Asia/Shanghai，YYYY-MM-DD", "day of the case's closure (of the answer where there is no case), Asia/Shanghai"},
		{"answered_at", "作答时间", "Asia/Shanghai，YYYY-MM-DD HH:MM:SS", "Asia/Shanghai"},
		{"unit_id", "单位编号", "", ""},
		{"unit", "单位", "承办单位或区划名称", "name of the unit or district"},
		{"campaign", "任务编号", "", ""},
		{"questionnaire", "问卷", "问卷编号", "id of the questionnaire"},
		{"version", "问卷版本", "已发布的版本号，发布后不变", "published version, immutable"},
		{"family", "问卷类别", "after-call 话后满意度，case-closed 办结回访，enterprise 企业服务评价，trust 信任度", "after-call, case-closed, enterprise, trust"},
		{"audience", "评价主体", "resident 群众，enterprise 企业；两者不得合并统计", "resident or enterprise; never to be mixed"},
		{"channel", "渠道", "page 手机页面，sms 短信，voice 电话，import 导入，open 公开链接（另一总体，默认不计入得分）", "page, sms, voice, import, open (another frame, not scored by default)"},
		{"category", "诉求类别", "工单自带的分类", "the case's own category"},
		{"case_tail", "工单尾号", "仅末几位，前加 ***", "last digits only, after ***"},
		{"valid", "有效", "1 计入，0 不计入", "1 counts, 0 does not"},
		{"set_aside", "搁置", "1 误评或恶意，经核实搁置", "1 set aside (mistaken or malicious), with a trace"},
		{"default", "默认评价", "1 系统默认评价，默认剔除", "1 system-default rating, left out by default"},
	}
	for _, t := range tags {
		cols = append(cols, Column{t.tag, t.zh, scaleZH(t.scale), t.en + ": " + scaleEN(t.scale)})
	}
	return append(cols,
		Column{"dont_know", "不了解的题目", "回答不了解或不清楚的题目，以分号分隔；不计入均值与比率", "questions answered “don't know”, left out of means and rates"},
		Column{"other", "其他题目", "题目=取值/级数，以分号分隔", "question=value/levels"},
		Column{"reasons", "差评原因", "勾选的原因，以分号分隔", "reasons ticked, separated by semicolons"},
		Column{"topic", "留言类别", "文本模型判定，待定为未能判定", "by the text model"},
		Column{"polarity", "留言倾向", "1 肯定，0 中性，−1 批评；空为无留言", "1 praise, 0 neutral, −1 criticism; blank: no remark"},
		Column{"remark", "留言（已脱敏）", "号码、姓名、住址等已遮盖", "numbers, names and addresses are masked"})
}

func scaleZH(k int) string {
	if k == 2 {
		return "2 是，1 否；空为未答或不了解"
	}
	return "5 非常满意（很高）…1 非常不满意（很低）；空为未答或不了解"
}

func scaleEN(k int) string {
	if k == 2 {
		return "2 yes, 1 no; blank: not answered or don't know"
	}
	return "5 best … 1 worst; blank: not answered or don't know"
}

// Cells appends the answer's row to buf.
func (a Answer) Cells(buf []Cell) []Cell {
	at, tail := "", ""
	if !a.At.IsZero() {
		at = a.At.In(minyi.Shanghai).Format("2006-01-02 15:04:05")
	}
	if a.CaseTail != "" {
		tail = "***" + a.CaseTail
	}
	buf = append(buf, Text(string(a.Answer)), Text(a.Day), Text(at), Text(string(a.Unit)), Text(a.UnitName), Text(string(a.Campaign)),
		Text(string(a.Questionnaire)), Int(a.Version), Text(string(a.Family)), Text(string(a.Audience)), Text(string(a.Channel)), Text(a.Category),
		Text(tail), Flag(a.Counts && a.Rated), Flag(a.SetAside), Flag(a.Default))
	for _, t := range tags {
		if v := a.Values[t.tag]; v.V > 0 && v.K == t.scale {
			buf = append(buf, Int(v.V))
		} else {
			buf = append(buf, Cell{})
		}
	}
	unknown, other := a.rest()
	polarity := Cell{}
	if a.Remark.Text != "" {
		polarity = Int(a.Remark.Polarity)
	}
	return append(buf, Text(unknown), Text(other), Text(strings.Join(a.Reasons, ";")), Text(a.Remark.Topic), polarity, Text(a.Remark.Text))
}

// rest gives what has no column of its own.
func (a Answer) rest() (unknown, other string) {
	var know, more []string
	for tag, v := range a.Values {
		own := slices.ContainsFunc(tags, func(q question) bool { return q.tag == tag && q.scale == v.K })
		switch {
		case v.DontKnow:
			know = append(know, tag)
		case !own && v.V > 0:
			more = append(more, fmt.Sprintf("%s=%d/%d", tag, v.V, v.K))
		}
	}
	slices.SortFunc(know, cmp.Compare)
	slices.SortFunc(more, cmp.Compare)
	return strings.Join(know, ";"), strings.Join(more, ";")
}
