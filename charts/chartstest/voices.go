package chartstest

import "minyi"

// Funnel holds every disposition, so that a lost one shows.
func Funnel() minyi.Funnel {
	return minyi.Funnel{Total: 2000, Counts: map[minyi.Disposition]int{
		minyi.Registered: 20, minyi.Queued: 35, minyi.Sent: 61, minyi.Delivered: 402, minyi.Opened: 58, minyi.Started: 40, minyi.Partial: 22,
		minyi.Completed: 1204, minyi.Unknown: 3, minyi.Failed: 21, minyi.Unreachable: 34, minyi.Refused: 8, minyi.OptedOut: 6,
		minyi.Expired: 12, minyi.NotSampled: 70, minyi.Cancelled: 4},
		Reasons: map[string]int{"cap_week": 52, "do_not_contact": 18, "UNDELIV": 34, "MK:0013": 21, "reply_lost": 3}}
}

// Words is a cloud's worth of what hotlines hear.
func Words() minyi.HotWords {
	type w struct {
		word     string
		n        int
		polarity float64
	}
	list := []w{{"噪音扰民", 86, -0.9}, {"地下车库", 61, -0.6}, {"捆绑销售车位", 57, -0.95}, {"办理效率", 49, 0.3}, {"承办单位", 44, 0}, {"物业服务", 41, -0.7},
		{"回复及时", 36, 0.9}, {"公交线路", 33, -0.1}, {"12345热线", 30, 0.5}, {"供暖温度", 28, -0.8}, {"社保转移", 26, 0}, {"态度热情", 24, 0.95},
		{"油烟排放", 23, -0.8}, {"不动产登记", 21, 0.1}, {"拖欠工资", 20, -0.9}, {"路灯不亮", 19, -0.6}, {"小区绿化", 18, -0.2}, {"学区划分", 17, -0.3},
		{"积水", 16, -0.8}, {"老旧小区改造", 16, 0.2}, {"加装电梯", 15, 0}, {"停车收费", 15, -0.5}, {"夜间施工", 14, -0.9}, {"公积金贷款", 13, 0},
		{"电动车充电", 13, -0.2}, {"满意", 12, 1}, {"自来水水质", 12, -0.7}, {"占道经营", 11, -0.6}, {"APP", 11, 0}, {"垃圾分类", 10, 0}, {"退费", 10, -0.8},
		{"医保报销", 9, 0.1}, {"燃气安装", 9, -0.2}, {"窗口服务", 8, 0.6}, {"井盖", 8, -0.5}, {"推诿扯皮", 8, -1}, {"专业", 7, 0.9}, {"消防通道", 7, -0.5},
		{"暖气费", 6, -0.4}, {"信号灯", 6, 0}, {"健身器材", 5, 0}, {"WiFi", 5, 0}}
	out := minyi.HotWords{Respondents: 613, Minimum: 5, Model: "jieba/1"}
	for _, x := range list {
		out.Words = append(out.Words, minyi.HotWord{Word: x.word, Respondents: x.n, Weight: float64(x.n), Polarity: x.polarity})
	}
	return out
}

// Topics are counted remarks with their share of criticism.
func Topics() minyi.Topics {
	return minyi.Topics{Total: 613, Topics: []minyi.TopicCount{{Topic: "城乡建设", Remarks: 188, Negative: 141}, {Topic: "劳动和社会保障", Remarks: 120, Negative: 55},
		{Topic: "交通运输", Remarks: 96, Negative: 61}, {Topic: "环境保护", Remarks: 84, Negative: 70}, {Topic: "教育文体", Remarks: 60, Negative: 22},
		{Topic: "卫生计生", Remarks: 33, Negative: 9}, {Topic: "待定", Remarks: 32, Negative: 4}}}
}

// Verbatims are masked remarks.
func Verbatims() []minyi.Verbatim {
	return []minyi.Verbatim{
		{Answer: "a1", Day: "2026-11-22", Unit: "u04", Topic: "环境保护", Polarity: -1, Text: "小区北侧工地夜间施工，噪音扰民，打过 138****0123 反映三次，只回复“已转办”，希望真正管一管。"},
		{Answer: "a2", Day: "2026-11-22", Unit: "u02", Topic: "劳动和社会保障", Polarity: 1, Text: "社保转移两天就办好了，张*态度热情，回复及时，给热线点赞。"},
		{Answer: "a3", Day: "2026-11-21", Unit: "u03", Topic: "城乡建设", Polarity: -1, Text: "开发商捆绑销售车位，不买地下车库就不给签合同，承办单位说是市场行为，推诿扯皮。"},
		{Answer: "a4", Day: "2026-11-21", Unit: "u05", Topic: "环境保护", Polarity: 0, Text: "建议公布油烟排放检测结果。"},
		{Answer: "a5", Day: "2026-11-20", Unit: "u01", Polarity: 1, Text: "民警上门处理很快，非常满意。"},
	}
}
