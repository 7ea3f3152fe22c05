package chartstest

import "minyi"

func f(v float64) *float64 { return &v }

// leaf is a bottom indicator computed from a rate or a mean.
func leaf(path string, weight, score, half float64, n int, source, formula string, num, den float64, excluded string) minyi.Figure {
	out := minyi.Figure{Path: path, Level: 3, Weight: weight, Score: f(score), N: n, Source: source, Formula: formula,
		Num: f(num), Den: f(den), Excl: excluded, Coverage: 1, Method: "wilson"}
	if half > 0 {
		out.Low, out.High = f(score-half), f(score+half)
	}
	return out
}

// missing is an indicator whose data nobody has imported.
func missing(path string, level int, weight float64) minyi.Figure {
	return minyi.Figure{Path: path, Level: level, Weight: weight, Source: "imported"}
}

// Sheet is a scored tree of residents: 总体感知 nearly whole, one leaf of a
// small sample, one imported, one missing, two branches without data.
func Sheet() minyi.Sheet {
	const e, b = "总体感知/企业和群众评价/", "总体感知/品牌宣传/"
	rate := "（非常满意+满意+基本满意） ÷ 有效评价 × 100"
	evaluation := minyi.Figure{Path: "总体感知/企业和群众评价", Level: 2, Weight: 0.6, Score: f(81.42), Low: f(79.8), High: f(82.95), N: 1204,
		Source: "computed", Formula: "下级指标按权重加权平均", Coverage: 1, Method: "bootstrap", Grade: "B+", Children: []minyi.Figure{
			leaf(e+"话后满意度", 1./7, 93.02, 1.45, 1204, "survey", rate, 1120, 1204, "不了解 12；默认评价 31"),
			leaf(e+"回访满意度", 1./7, 84.55, 2.05, 1191, "survey", rate, 1007, 1191, "不了解 25；默认评价 31"),
			leaf(e+"首次联络解决率", 1./7, 71.3, 2.6, 1150, "survey", "已解决 ÷ （已解决+未解决） × 100", 820, 1150, "不清楚 54"),
			leaf(e+"工单投诉率", 1./7, 90.1, 1.7, 1180, "survey", "（1 − 再次投诉 ÷ 有效评价） × 100", 117, 1180, ""),
			leaf(e+"办事后的体验总评", 1./7, 76.4, 1.9, 1160, "survey", "五级评分线性折算 0–100 的均值", 88624, 1160, ""),
			leaf(e+"服务过程的评价", 1./7, 78.1, 1.9, 1160, "survey", "五级评分线性折算 0–100 的均值", 90596, 1160, ""),
			leaf(e+"开放性评价意见", 1./7, 76.5, 4.4, 402, "text", "100 × （1 − 负面留言占比）", 94, 402, "无内容 211"),
		}}
	small := leaf(b+"信任度", 1./6, 68, 17, 18, "survey", "五级评分线性折算 0–100 的均值", 1224, 18, "不了解 4")
	small.Short = true
	brand := minyi.Figure{Path: "总体感知/品牌宣传", Level: 2, Weight: 0.4, Score: f(63.87), Low: f(61.2), High: f(66.5), N: 1130,
		Source: "computed", Formula: "下级指标按权重加权平均", Coverage: 0.8333, Method: "bootstrap", Grade: "D+", Children: []minyi.Figure{
			leaf(b+"热线利用率", 1./6, 41.2, 0, 0, "imported", "来电量 ÷ 常住人口，0→0,52.84%→100", 1203400, 5527000, ""),
			leaf(b+"知晓度", 1./6, 70.2, 2.2, 1130, "survey", "五级评分线性折算 0–100 的均值", 79326, 1130, ""),
			leaf(b+"现状评价", 1./6, 72.9, 2.1, 1120, "survey", "五级评分线性折算 0–100 的均值", 81648, 1120, ""),
			small, missing(b+"优秀案例宣传", 3, 1./6),
			leaf(b+"开放性建议征集", 1./6, 66.5, 6.2, 1204, "text", "100 × min（1, 有建议者占比 ÷ 20%）", 160, 1204, ""),
		}}
	head := minyi.Figure{Path: "总体感知", Level: 1, Weight: 0.3, Score: f(74.4), Low: f(72.91), High: f(75.88), N: 1204, Source: "computed",
		Formula: "企业和群众评价 × 0.6 + 品牌宣传 × 0.4", Coverage: 0.9333, Method: "bootstrap", Grade: "C+", Children: []minyi.Figure{evaluation, brand}}
	channels := missing("服务渠道", 1, 0.3)
	for _, name := range []string{"亲和性", "畅通性", "渠道多样性", "融合一致性"} {
		channels.Children = append(channels.Children, missing("服务渠道/"+name, 2, 0.25))
	}
	root := minyi.Figure{Path: "总分", Weight: 1, Score: f(74.4), N: 1204, Source: "computed", Coverage: 0.28, Formula: "一级指标按权重加权平均",
		Children: []minyi.Figure{channels, missing("服务体验", 1, 0.4), head}}
	return minyi.Sheet{Slice: minyi.Slice{Tenant: minyi.DefaultTenant, Audience: minyi.Resident}, Method: "2023 v1",
		Title: "2023全国政务热线服务质量评估指数", Frame: "来电群众", Root: root, AsOf: "2026-11-22T12:30:05Z", Answers: 1204, SetAside: 3, Defaults: 31,
		Rates: []minyi.Figure{
			leaf("热线满意率", 0, 93.02, 1.45, 1204, "survey", rate, 1120, 1204, "默认评价 31；搁置 3"),
			leaf("热线满意率（非常满意+满意）", 0, 82.14, 2.16, 1204, "survey", "（非常满意+满意） ÷ 有效评价 × 100", 989, 1204, "默认评价 31；搁置 3"),
			leaf("办理满意率", 0, 84.55, 2.05, 1191, "survey", rate, 1007, 1191, ""),
			leaf("解决率", 0, 71.3, 2.6, 1150, "survey", "已解决 ÷ （已解决+未解决） × 100", 820, 1150, "不清楚 54"),
		}}
}

// row is a unit with its figures.
func row(id, name string, invited, delivered, valid int, score, satisfied, resolved float64, grade string) minyi.UnitRow {
	half := 120 / float64(valid+8)
	fig := func(path string, v float64) *minyi.Figure {
		return &minyi.Figure{Path: path, Score: f(v), Low: f(max(0, v-half)), High: f(min(100, v+half)), N: valid, Coverage: 1, Source: "survey"}
	}
	r := minyi.UnitRow{Unit: minyi.UnitID(id), Name: name, Invited: invited, Delivered: delivered, Valid: valid,
		Satisfied: fig("满意率", satisfied), TopTwo: fig("前两档", satisfied-9), Resolved: fig("解决率", resolved), Score: fig("总体感知", score)}
	r.Score.Grade, r.Score.Short, r.Score.Source = grade, valid < 30, "computed"
	return r
}

// Table has ranked units, a tie as printed, and two of too few answers.
func Table() minyi.UnitTable {
	return minyi.UnitTable{Slice: minyi.Slice{Tenant: minyi.DefaultTenant, Audience: minyi.Resident}, Method: "2023 v1", Rows: []minyi.UnitRow{
		row("u03", "住房和城乡建设局", 402, 390, 181, 71.08, 80.2, 66.1, "C+"),
		row("u01", "公安局", 310, 305, 150, 82.31, 92.4, 81.5, "B+"),
		row("u02", "人力资源和社会保障局", 288, 280, 133, 78.9, 88.7, 75.0, "B"),
		row("u04", "城市管理局", 350, 341, 160, 71.08, 79.9, 64.4, "C+"),
		row("u06", "地震局", 12, 12, 5, 90, 95, 90, ""),
		row("u05", "生态环境局", 190, 186, 88, 66.2, 75.3, 58.8, "C"),
		row("u07", "档案馆", 20, 19, 11, 60.5, 74, 63, ""),
	}}
}

// Units is the unit tree of Table.
func Units() []minyi.Unit {
	return []minyi.Unit{{ID: "city", Name: "某市"}, {ID: "u01", Name: "公安局", Parent: "city"}, {ID: "u02", Name: "人力资源和社会保障局", Parent: "city"},
		{ID: "u03", Name: "住房和城乡建设局", Parent: "city"}, {ID: "u04", Name: "城市管理局", Parent: "city"}, {ID: "u05", Name: "生态环境局", Parent: "city"},
		{ID: "u06", Name: "地震局", Parent: "city"}, {ID: "u07", Name: "档案馆", Parent: "city"}}
}
