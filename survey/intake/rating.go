package intake

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"minyi/internal/table"

	"minyi"
)

// Rated is one good row of a list of existing ratings and remarks. Text and
// User may be personal.
type Rated struct {
	Record   int
	Line     int
	ID       string // the list's own row id, if it has one
	Case     minyi.CaseID
	User     string
	At       time.Time
	Text     string // title and text joined
	Unit     minyi.UnitID
	Category string
	Audience minyi.Audience // "" where the row says nothing
	Level    minyi.Level    // 0: no rating
	Resolved int            // 2 yes, 1 no, 0 not said
	Default  bool           // a system-default rating
	Likes    int
	Dislikes int
}

// 序号 is no row id: it begins at 1 in every list.
var ratedColumns = []Column{
	{Field: "id", Names: []string{"id", "编号", "留言编号", "评价编号", "row id"}},
	{Field: "case", Names: []string{"工单编号", "工单号", "案件号", "案件编号", "诉求编号", "流水号", "case", "case id", "case no"}},
	{Field: "user", Names: []string{"user", "用户", "留言用户", "用户编号", "评价人", "评价人编号"}},
	{Field: "time", Need: true, Names: []string{"time", "时间", "评价时间", "留言时间", "回访时间", "提交时间", "日期", "created", "date"}},
	{Field: "title", Names: []string{"title", "标题", "主题", "留言主题", "诉求标题"}},
	{Field: "text", Names: []string{"text", "内容", "评价内容", "留言", "留言详情", "留言内容", "意见", "意见建议", "备注", "文字评价", "remark", "comment"}},
	{Field: "unit", Names: []string{"unit", "承办单位", "办理部门", "承办部门", "办理单位", "责任单位", "主办单位", "处置单位", "单位名称", "单位", "部门", "department"}},
	{Field: "category", Names: []string{"category", "诉求类别", "诉求分类", "问题类别", "分类"}},
	{Field: "audience", Names: audienceHeaders},
	{Field: "rating", Names: []string{"rating", "评价", "满意度", "评分", "星级", "评价等级", "满意度评价", "satisfaction"}},
	{Field: "resolved", Names: []string{"resolved", "是否解决", "解决情况", "问题是否解决"}},
	{Field: "default", Names: []string{"default", "系统默认", "是否默认", "默认评价"}},
	{Field: "likes", Names: []string{"likes", "点赞数", "支持数"}},
	{Field: "dislikes", Names: []string{"dislikes", "反对数"}},
}

// RatedList reads existing ratings and remarks from a table.
type RatedList struct {
	Table   *table.File
	Binding *Binding
	day     time.Time
	told    hearsay
}

// NewRatedList binds the columns. A rating or a text is needed, and a time:
// a column of it, or day for the rows that have none. A figure belongs to a
// period, so no day is ever guessed.
func NewRatedList(t *table.File, explicit Mapping, day time.Time) (*RatedList, error) {
	columns := slices.Clone(ratedColumns)
	for i := range columns {
		columns[i].Need = columns[i].Need && day.IsZero()
	}
	b, err := bind(t, func(header []string) (*Binding, error) {
		b, err := Bind(header, columns, explicit)
		if err != nil || b.Has("text") || b.Has("title") || b.Has("rating") || b.Has("resolved") {
			return b, err
		}
		return b, b.complete(header, []Column{{Field: "rating / text", Names: []string{"评价/内容"}, Need: true}})
	})
	if err != nil {
		return nil, err
	}
	return &RatedList{Table: t, Binding: b, day: day}, nil
}

// All gives every row with its problems, as WorkOrders.All does.
func (l *RatedList) All() iter.Seq2[Rated, []Problem] {
	return func(yield func(Rated, []Problem) bool) {
		for row, err := range l.Table.Rows() {
			if err != nil {
				yield(Rated{}, []Problem{{Code: "file_unreadable", ZH: "文件在此处之后无法读取", EN: "the file cannot be read beyond this point"}})
				return
			}
			rated, found := l.read(row)
			l.told.hear(l.Binding, row)
			if !yield(rated, found) {
				return
			}
		}
	}
}

// Warnings gives what is to be said of the columns once the rows were read.
func (l *RatedList) Warnings() []Problem { return warnings(l.Table, l.Binding, l.told) }

func (l *RatedList) read(row table.Row) (Rated, []Problem) {
	out := Rated{Record: row.Record, Line: row.Line}
	if damage := damaged(l.Table, row); damage != nil {
		return out, []Problem{*damage}
	}
	cell := func(field string) string { return l.Binding.Cell(row, field) }
	out.ID, out.User, out.Category = identifier(cell("id")), cell("user"), cell("category")
	out.Case, out.Unit = minyi.CaseID(identifier(cell("case"))), minyi.UnitID(cell("unit"))
	out.Text = join(cell("title"), cell("text"))
	var ok bool
	if out.Audience, ok = l.Binding.audience(row); !ok {
		return out, []Problem{badAudience.on(row)}
	}
	if p := l.check(&out, cell); p != nil {
		return out, []Problem{p.on(row)}
	}
	var warnings []Problem
	for field, into := range map[string]*int{"likes": &out.Likes, "dislikes": &out.Dislikes} {
		if s := strings.TrimSuffix(cell(field), ".0"); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil || n < 0 {
				warnings = append(warnings, badNumberOfKind.in(field).on(row))
				continue
			}
			*into = n
		}
	}
	return out, warnings
}

func (l *RatedList) time(out *Rated, cell string) *Problem {
	switch {
	case cell == "" && l.day.IsZero():
		return &noTimeGiven
	case cell == "":
		out.At = l.day
		return nil
	}
	var ok bool
	if out.At, ok = Time(cell, l.Table.Epoch); !ok {
		return unread(out.At, badTime)
	}
	return nil
}

func (l *RatedList) check(out *Rated, cell func(string) string) *Problem {
	var ok bool
	for field, s := range map[string]string{"id": out.ID, "user": out.User, "category": out.Category, "case": string(out.Case), "unit": string(out.Unit)} {
		if utf8.RuneCountInString(s) > 200 {
			p := tooLongCell.in(field)
			return &p
		}
	}
	if p := l.time(out, cell("time")); p != nil {
		return p
	}
	if s := cell("rating"); s != "" {
		if out.Level, ok = Rating(s); !ok {
			return &badRating
		}
	}
	if s := cell("resolved"); s != "" {
		yes, ok := YesNo(s)
		if !ok {
			return &badResolved
		}
		out.Resolved = 1
		if yes {
			out.Resolved = 2
		}
	}
	out.Default, _ = YesNo(cell("default"))
	switch {
	case out.Text == "" && out.Level == 0 && out.Resolved == 0:
		return &nothingSaid
	case utf8.RuneCountInString(out.Text) > 20_000:
		return &tooLongRemark
	}
	return nil
}

// join puts a title before its text, once: many letters repeat their title as
// the first sentence.
func join(title, text string) string {
	switch {
	case title == "" || strings.HasPrefix(text, title):
		return text
	case text == "" || strings.HasPrefix(title, text):
		return title
	case strings.ContainsRune("。！?…！？.;；", lastRune(title)):
		return title + text
	}
	return title + "。" + text
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}
