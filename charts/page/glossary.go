package page

import (
	"strings"

	"minyi"
)

// name gives a term in l; data that has no translation stays as it is.
func name(l Lang, term string) string {
	if l == EN {
		base, rest := bracket(term)
		en, ok := indicators[base]
		if more, known := indicators[rest]; ok && known {
			return en + more
		}
	}
	return term
}

// bracket splits 热线满意率(非常满意+满意) at its bracket, full width or half.
func bracket(term string) (base, rest string) {
	if i := strings.IndexAny(term, "(\uff08"); i > 0 {
		return term[:i], strings.NewReplacer("\uff08", "(", "\uff09", ")").Replace(term[i:])
	}
	return term, ""
}

// leaf is the last part of an indicator's path.
func leaf(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// indicators are the printed names of the 2023 national index and of the 2024
// monitoring, as methods ship them.
var indicators = map[string]string{
	"总分": "Total", "服务渠道": "Channels", "服务体验": "Experience", "总体感知": "Overall perception",
	"亲和性": "Affinity", "畅通性": "Accessibility", "渠道多样性": "Channel diversity", "融合一致性": "Consistency",
	"互动体验": "Interaction", "专业性": "Expertise", "服务承诺": "Commitment",
	"企业和群众评价": "Evaluation by residents and enterprises", "品牌宣传": "Brand",
	"欢迎语": "Greeting", "转人工": "Reaching an agent", "音频质量": "Audio quality",
	"热线接通率": "Calls answered", "热线时段接通率": "Calls answered by hour", "在线时段接通率": "Chats answered by hour", "在线时段响应率": "Chats replied to by hour",
	"非热线工单占比": "Cases from other channels", "非热线渠道建设": "Other channels built", "企业和群众了解情况": "Channels known", "企业和群众办理情况": "Channels used",
	"非热线渠道工单建设": "Cases in other channels", "工单查询": "Case look-up", "工单进度": "Case progress",
	"热线话术": "Wording on the phone", "沟通能力": "Communication", "认知能力": "Understanding", "服务意识": "Attitude", "在线话术": "Wording online", "在线服务能力": "Online service",
	"业务知识熟练": "Knowledge", "业务答复准确": "Accuracy", "社保公积金解答": "Answers on social insurance", "营商环境解答": "Answers on business matters",
	"办理响应承诺": "Response promised", "办理结果承诺": "Result promised", "办理回访承诺": "Call-back promised",
	"话后满意度": "Satisfaction after the call", "回访满意度": "Satisfaction on follow-up", "首次联络解决率": "Solved at first contact", "工单投诉率": "Complained again (inverted)",
	"办事后的体验总评": "Overall experience", "服务过程的评价": "Service process", "开放性评价意见": "Remarks without criticism",
	"热线利用率": "Hotline use", "热线利用率 来电比例": "Hotline use (calls per resident)", "知晓度": "Awareness", "现状评价": "Present state", "信任度": "Trust", "优秀案例宣传": "Good cases published", "开放性建议征集": "Suggestions left",
	"服务响应": "Response", "服务规范": "Conduct", "问题解决": "Resolution",
	"热线满意率": "Satisfied with the hotline", "办理满意率": "Satisfied with the handling", "满意率": "Satisfied", "解决率": "Resolved",
	"": "", "(非常满意+满意)": " (top two)", "(含默认和剔除评价)": " (with default and set-aside ratings)",
	"来电人": "callers", "来电群众": "callers", "企业名单": "enterprises on a list", "受邀企业": "invited enterprises",
	"(拨打过12345并收到评价邀请的人)": " (who called 12345 and were invited)", "(名单内或来电企业)": " (listed, or callers)",
	"2023全国政务热线服务质量评估指数": "2023 national hotline service quality index",
}

// dispositions in the words that operators use.
var dispositions = map[minyi.Disposition]Text{
	minyi.Registered: {"待发送", "waiting"}, minyi.Queued: {"排队中", "queued"},
	minyi.Sent: {"已提交运营商", "handed to the carrier"}, minyi.Delivered: {"已送达", "delivered"},
	minyi.Opened: {"已打开", "opened"}, minyi.Started: {"已开始", "started"}, minyi.Partial: {"部分填写", "partly filled in"},
	minyi.Completed: {"有效答卷", "valid answers"}, minyi.Unknown: {"结果未知", "outcome unknown"},
	minyi.Failed: {"发送失败", "failed"}, minyi.Unreachable: {"无法接通", "unreachable"},
	minyi.Refused: {"拒绝参与", "refused"}, minyi.OptedOut: {"退订", "opted out"},
	minyi.Expired: {"已过期", "expired"}, minyi.NotSampled: {"未抽样", "not sampled"}, minyi.Cancelled: {"已取消", "cancelled"},
}

// Family gives a questionnaire family's name.
func Family(l Lang, f minyi.Family) string { return named(l, "family.", string(f)) }

// Channel gives a channel's name.
func Channel(l Lang, c minyi.Channel) string { return named(l, "channel.", string(c)) }

// Audience gives an audience's name.
func Audience(l Lang, a minyi.Audience) string { return named(l, "audience.", string(a)) }

// Disposition gives a disposition's name.
func Disposition(l Lang, d minyi.Disposition) string {
	if t, ok := dispositions[d]; ok {
		return t.In(l)
	}
	return string(d)
}

// Reason gives a stored reason code in words; a carrier's own code is shown
// as the carrier sent it.
func Reason(l Lang, code string) string { return named(l, "reason.", code) }

func named(l Lang, prefix, code string) string {
	if t, ok := catalogue[prefix+code]; ok {
		return t.In(l)
	}
	return code
}
