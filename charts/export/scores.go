package export

import "minyi"

// ScoreColumns are the columns of the scores export: one line a figure.
func ScoreColumns() []Column {
	return []Column{
		{"unit_id", "单位编号", "空为所选范围整体", "blank: the whole selection"},
		{"unit", "单位", "", ""},
		{"audience", "评价主体", "resident 群众，enterprise 企业", "resident or enterprise"},
		{"from", "起", "含当日；空为不限", "first day, included; blank: open"},
		{"to", "止", "含当日；空为不限", "last day, included; blank: open"},
		{"frame", "描述对象", "数字所描述的人群，不同对象不得比较", "whom the figure describes; frames are never mixed"},
		{"method", "方法版本", "方法文件及版本，用后不变", "method file and version, immutable once used"},
		{"indicator", "指标", "从一级指标起的路径，总分为根", "path from level 1; the root is 总分"},
		{"level", "级别", "0 总分，1–3 级；空为单列比率", "0 the root, 1–3; blank: a rate beside the index"},
		{"weight", "权重", "在上级中的占比，0–1", "share in its parent, 0–1"},
		{"score", "得分", "0–100，两位小数；比率为百分数", "0–100, two decimals; rates as percentages"},
		{"low", "区间下限", "95% 区间", "95% interval"},
		{"high", "区间上限", "95% 区间", "95% interval"},
		{"interval", "区间算法", "wilson，t，bootstrap 等", "wilson, t, bootstrap …"},
		{"n", "样本量", "答题人数", "respondents behind it"},
		{"grade", "等级", "A+ 至 E；样本不足不评", "A+ … E; none for too few answers"},
		{"short", "样本不足", "1 低于方法规定的最小样本量，不评级不排名", "1 under the method's minimum n: neither graded nor ranked"},
		{"coverage", "覆盖率", "有数据的下级权重之和，0–1", "share of the weight below it that has data, 0–1"},
		{"source", "来源", "survey 调查，text 文本，imported 导入，computed 计算", "survey, text, imported, computed"},
		{"formula", "公式", "", "in Chinese"},
		{"numerator", "分子", "", ""},
		{"denominator", "分母", "", ""},
		{"excluded", "剔除", "未计入者及其数量", "what was left out, with counts"},
		{"as_of", "数据截至", "RFC 3339", "RFC 3339"},
	}
}

// ScoreRows lists every figure of a sheet, its rates, and the units' figures.
func ScoreRows(s minyi.Sheet, t minyi.UnitTable) [][]Cell {
	var rows [][]Cell
	add := func(unit minyi.UnitID, name string, f minyi.Figure, ranked bool) {
		rows = append(rows, figure(s, unit, name, f, ranked))
	}
	var walk func(minyi.Figure)
	walk = func(f minyi.Figure) {
		add(s.Slice.Unit, "", f, true)
		for _, child := range f.Children {
			walk(child)
		}
	}
	walk(s.Root)
	for _, f := range s.Rates {
		add(s.Slice.Unit, "", f, false)
	}
	for _, u := range t.Rows {
		for _, f := range []*minyi.Figure{u.Score, u.Satisfied, u.TopTwo, u.Resolved} {
			if f != nil {
				add(u.Unit, u.Name, *f, f == u.Score)
			}
		}
	}
	return rows
}

// figure is one line; indexed figures have a place in the tree.
func figure(s minyi.Sheet, unit minyi.UnitID, name string, f minyi.Figure, indexed bool) []Cell {
	level, weight := Cell{}, Cell{}
	if indexed {
		level, weight = Int(f.Level), Ratio(f.Weight)
	}
	return []Cell{Text(string(unit)), Text(name), Text(string(s.Slice.Audience)), Text(s.Slice.From), Text(s.Slice.To), Text(s.Frame), Text(s.Method),
		Text(f.Path), level, weight, Points(f.Score), Points(f.Low), Points(f.High), Text(f.Method), Int(f.N), Text(f.Grade), Flag(f.Short),
		Ratio(f.Coverage), Text(f.Source), Text(f.Formula), Number(f.Num), Number(f.Den), Text(f.Excl), Text(s.AsOf)}
}

// ScoreTable is the scores export as a sheet.
func ScoreTable(s minyi.Sheet, t minyi.UnitTable, english bool) Table {
	return Table{Name: sheetTitle(english, "得分", "scores"), Columns: ScoreColumns(), English: english, Rows: fixed(ScoreRows(s, t))}
}

// Codebook lists what the columns of an export hold.
func Codebook(columns []Column, english bool) Table {
	rows := make([][]Cell, len(columns))
	for i, c := range columns {
		rows[i] = []Cell{Text(c.Key), Text(c.ZH), Text(c.AboutZ), Text(c.AboutE)}
	}
	return Table{Name: sheetTitle(english, "编码说明", "codebook"), English: english, Rows: fixed(rows), Columns: []Column{
		{Key: "column", ZH: "列名"}, {Key: "title_zh", ZH: "中文列名"}, {Key: "about_zh", ZH: "说明"}, {Key: "about_en", ZH: "英文说明"}}}
}

func sheetTitle(english bool, zh, en string) string {
	if english {
		return en
	}
	return zh
}
