package export

import (
	"slices"
	"strconv"

	"minyi"
)

// Group is what could point at one person in a file without names: month,
// unit, questionnaire, audience and channel together. Researchers get rows
// whose group at least k answers share.
type Group struct {
	Month, Unit, Channel string // "*": suppressed
	Family               minyi.Family
	Audience             minyi.Audience
}

// suppressed stands for a value that is left out because too few share it.
const suppressed = "*"

// GroupOf gives an answer's group before anything is suppressed.
func GroupOf(r minyi.AnswerRow) Group {
	month := r.Day
	if len(month) > len("2006-01") {
		month = month[:len("2006-01")]
	}
	return Group{Month: month, Unit: string(r.Unit), Channel: string(r.Channel), Family: r.Family, Audience: r.Audience}
}

// coarser are the steps of suppression, each over the last: the channel is
// missed least and the month most. Family and audience always stay: figures
// of different ones are never mixed.
var coarser = []func(*Group){
	func(*Group) {},
	func(g *Group) { g.Channel = suppressed },
	func(g *Group) { g.Unit = suppressed },
	func(g *Group) { g.Month = g.Month[:min(4, len(g.Month))] },
}

// Anonymise gives for every group the one that is written in its place, so
// that each one written holds at least k answers (k-anonymity). Groups that
// stay too small however much is suppressed have no entry: their answers are
// left out, and counted.
func Anonymise(counts map[Group]int, k int) (written map[Group]Group, left int) {
	written = map[Group]Group{}
	rest := make(map[Group]Group, len(counts)) // group → as coarse as it has got
	for g := range counts {
		rest[g] = g
	}
	for _, step := range coarser {
		sums := map[Group]int{}
		for g, as := range rest {
			step(&as)
			rest[g] = as
			sums[as] += counts[g]
		}
		for g, as := range rest {
			if sums[as] >= k {
				written[g] = as
				delete(rest, g)
			}
		}
	}
	for g := range rest {
		left += counts[g]
	}
	return written, left
}

// ResearchColumns are those of the answers export that say nothing of one
// case: no id, time, case, category or remark; the month in place of the day.
func ResearchColumns() []Column {
	cols := []Column{{"month", "月份", "计入月份，YYYY-MM；人数过少时只写年份", "month that it counts in; the year alone where too few share it"}}
	for _, c := range AnswerColumns() {
		if !slices.Contains(personal, c.Key) {
			cols = append(cols, c)
		}
	}
	return cols
}

// personal are columns that a researcher's file does without.
var personal = []string{"answer_id", "day", "answered_at", "campaign", "category", "case_tail", "reasons", "remark"}

// ResearchCells appends the row of an answer under the group written for it.
func (a Answer) ResearchCells(buf []Cell, as Group) []Cell {
	if as.Unit == suppressed {
		a.UnitName = suppressed
	}
	a.Unit, a.Channel = minyi.UnitID(as.Unit), minyi.Channel(as.Channel)
	buf = append(buf, Text(as.Month))
	for i, c := range a.Cells(make([]Cell, 0, len(answerKeys))) {
		if !slices.Contains(personal, answerKeys[i]) {
			buf = append(buf, c)
		}
	}
	return buf
}

var answerKeys = func() (keys []string) {
	for _, c := range AnswerColumns() {
		keys = append(keys, c.Key)
	}
	return keys
}()

// ResearchNotes are the lines that a research file's codebook ends with.
func ResearchNotes(k, left int) []Column {
	return []Column{
		{Key: "k", ZH: strconv.Itoa(k), AboutZ: "每一“月份×单位×问卷×主体×渠道”组合至少由这么多份答卷共有，不足的以 * 隐去渠道、单位，再只写年份",
			AboutE: "every combination of month, unit, questionnaire, audience and channel is shared by so many answers; * stands for what is suppressed"},
		{Key: "left_out", ZH: strconv.Itoa(left), AboutZ: "隐去后仍不足而未列出的答卷数", AboutE: "answers left out because too few share their group even then"},
	}
}
