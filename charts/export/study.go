package export

import "minyi"

// StudyColumns are the columns of the study export: one line a statistic.
func StudyColumns() []Column {
	return []Column{
		{"section", "类别", "response 应答率（AAPOR），reliability 信度，weights 加权（耙式），cells 计数（小格已隐去）", "response (AAPOR), reliability, weights (raking), cells (small ones hidden)"},
		{"name", "统计量", "", ""},
		{"value", "数值", "空为无法计算或已隐去，原因见说明", "blank: not to be had, or hidden; see the note"},
		{"low", "区间下限", "95% 区间", "95% interval"},
		{"high", "区间上限", "95% 区间", "95% interval"},
		{"n", "样本量", "", ""},
		{"note", "说明", "如何算得", "how it was had, in Chinese"},
	}
}

// StudyTable is the study export as a sheet.
func StudyTable(s minyi.Study, english bool) Table {
	rows := make([][]Cell, len(s.Lines))
	for i, l := range s.Lines {
		rows[i] = []Cell{Text(l.Section), Text(l.Name), Number(l.Value), Number(l.Low), Number(l.High), Int(l.N), Text(l.Note)}
	}
	return Table{Name: sheetTitle(english, "研究统计", "study"), Columns: StudyColumns(), English: english, Rows: fixed(rows)}
}
