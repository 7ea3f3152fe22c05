package intake

import (
	"iter"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"minyi/internal/table"

	"minyi"
)

// WorkOrder is one good row of a work-order list or a contact list. It holds
// personal data: seal it before it is stored, never log it.
type WorkOrder struct {
	Record   int
	Line     int
	Case     minyi.CaseID    // empty in a contact list
	Contact  minyi.ContactID // empty in a work-order list
	Accepted time.Time
	Closed   time.Time
	Name     string
	Phone    Phone
	Audience minyi.Audience // "" where the row says nothing
	District string
	Unit     minyi.UnitID
	Category string
	Title    string
}

// workOrderColumns are the names by which hotlines' exports call the fields.
var workOrderColumns = []Column{
	{Field: "case", Names: []string{"工单编号", "工单号", "案件号", "案件编号", "诉求编号", "受理编号", "事件编号", "流水号", "办件编号", "case", "case id", "case no", "order no"}},
	{Field: "contact", Names: []string{"联系人编号", "名单编号", "企业编号", "统一社会信用代码", "社会信用代码", "信用代码", "对象编号", "contact", "contact id", "id"}},
	{Field: "phone", Need: true, Names: []string{"联系电话", "手机", "手机号", "手机号码", "电话", "电话号码", "联系方式", "来电号码", "诉求人电话", "回访电话", "phone", "mobile", "tel"}},
	{Field: "closed", Names: []string{"办结时间", "办结日期", "办理完成时间", "完成时间", "结案时间", "结束时间", "归档时间", "closed", "closed at"}},
	{Field: "accepted", Names: []string{"受理时间", "受理日期", "来电时间", "登记时间", "创建时间", "诉求时间", "accepted", "created", "created at"}},
	{Field: "name", Names: []string{"诉求人", "姓名", "联系人", "来电人", "市民姓名", "企业名称", "公司名称", "单位名称", "name"}},
	{Field: "audience", Names: append(slices.Clone(audienceHeaders), "类型", "type")},
	{Field: "district", Names: []string{"区县", "所属地区", "所属区县", "区域", "行政区", "属地", "district"}},
	{Field: "unit", Names: []string{"承办单位", "办理部门", "承办部门", "办理单位", "责任单位", "主办单位", "处置单位", "单位", "部门", "unit", "department"}},
	{Field: "category", Names: []string{"诉求类别", "诉求分类", "问题类别", "问题分类", "事项分类", "归口分类", "分类", "category"}},
	{Field: "title", Names: []string{"诉求标题", "标题", "工单标题", "诉求内容", "问题描述", "title"}},
}

// audienceHeaders are what lists call the column that tells 个人 from 企业.
var audienceHeaders = []string{"诉求人类型", "诉求人类别", "用户类型", "用户类别", "来电人类型", "来电人类别", "评价人类型", "主体类型", "诉求主体", "市场主体类型",
	"对象类型", "对象类别", "服务对象", "服务对象类型", "回访对象", "调查对象", "对象", "客户类型", "客户类别", "人员类型", "身份类型", "身份", "个人/企业", "企业/个人", "群众/企业", "audience"}

// WorkOrders reads work orders from a table.
type WorkOrders struct {
	Table   *table.File
	Binding *Binding
	Latest  time.Time // a case closed after this is taken with a warning; zero: none is
	told    hearsay
}

// NewWorkOrders finds the header and binds the columns. A list needs a case
// number and its closing time, or else a contact id.
func NewWorkOrders(t *table.File, explicit Mapping) (*WorkOrders, error) {
	b, err := bind(t, func(header []string) (*Binding, error) {
		b, err := Bind(header, workOrderColumns, explicit)
		if err != nil || b.Has("contact") && !b.Has("case") {
			return b, err
		}
		if b.Has("case") && b.Has("closed") {
			return b, nil
		}
		return b, neitherList(b, header)
	})
	if err != nil {
		return nil, err
	}
	return &WorkOrders{Table: t, Binding: b}, nil
}

// neitherList says what either kind of list needs.
func neitherList(b *Binding, header []string) error {
	need := "closed（办结时间）"
	if !b.Has("case") {
		need = "case（工单编号）"
		if !b.Has("closed") {
			need += "、closed（办结时间）"
		}
		need += "，或 contact（联系人编号）"
	}
	return columnsMissing(need, "工单列表须有工单编号和办结时间；没有工单的名单须有联系人编号（企业编号、统一社会信用代码等）。",
		"A list of cases needs a case number and a closing time; a list of contacts needs a contact id (联系人编号, 企业编号, 统一社会信用代码). ", header)
}

// All gives every row with its problems; where one of them is not a warning
// the row is refused and only its place is filled in.
func (w *WorkOrders) All() iter.Seq2[WorkOrder, []Problem] {
	return func(yield func(WorkOrder, []Problem) bool) {
		for row, err := range w.Table.Rows() {
			if err != nil {
				yield(WorkOrder{}, []Problem{{Code: "file_unreadable", ZH: "文件在此处之后无法读取", EN: "the file cannot be read beyond this point"}})
				return
			}
			order, found := w.read(row)
			w.told.hear(w.Binding, row)
			if !yield(order, found) {
				return
			}
		}
	}
}

// Warnings gives what is to be said of the columns once the rows were read.
func (w *WorkOrders) Warnings() []Problem { return warnings(w.Table, w.Binding, w.told) }

var ruinedNumber = regexp.MustCompile(`^\d(\.\d+[eE]\+?|[eE]\+)\d+$`)

// read checks one row. The first reason to refuse it is enough.
func (w *WorkOrders) read(row table.Row) (WorkOrder, []Problem) {
	o := WorkOrder{Record: row.Record, Line: row.Line}
	refuse := func(p Problem) (WorkOrder, []Problem) { return o, []Problem{p.on(row)} }
	if damage := damaged(w.Table, row); damage != nil {
		return o, []Problem{*damage}
	}
	if p := w.identify(row, &o); p != nil {
		return refuse(*p)
	}
	phone, problem := ReadPhone(w.Binding.Cell(row, "phone"))
	if problem != nil && !problem.Warning {
		return refuse(*problem)
	}
	o.Phone = phone
	if p := w.times(row, &o); p != nil {
		return refuse(*p)
	}
	if p := w.texts(row, &o); p != nil {
		return refuse(*p)
	}
	var warnings []Problem
	if problem != nil {
		warnings = append(warnings, problem.on(row))
	}
	if !w.Latest.IsZero() && o.Closed.After(w.Latest) {
		warnings = append(warnings, closedLater.on(row))
	}
	return o, warnings
}

func (w *WorkOrders) identify(row table.Row, o *WorkOrder) *Problem {
	number := identifier(w.Binding.Cell(row, "case"))
	contact := identifier(w.Binding.Cell(row, "contact"))
	switch {
	case w.Binding.Has("case") && number == "":
		return &noCase
	case !w.Binding.Has("case") && contact == "":
		return &noContactID
	}
	for _, s := range []string{number, contact} {
		if utf8.RuneCountInString(s) > 64 || ruinedNumber.MatchString(s) {
			return &badCase
		}
	}
	o.Case = minyi.CaseID(number)
	if number == "" {
		o.Contact = minyi.ContactID(contact)
	}
	return nil
}

func (w *WorkOrders) times(row table.Row, o *WorkOrder) *Problem {
	var ok bool
	if cell := w.Binding.Cell(row, "accepted"); cell != "" {
		if o.Accepted, ok = Time(cell, w.Table.Epoch); !ok {
			return unread(o.Accepted, badAccepted)
		}
	}
	cell := w.Binding.Cell(row, "closed")
	if cell == "" {
		if o.Case == "" {
			return nil
		}
		return &noClosed
	}
	if o.Closed, ok = Time(cell, w.Table.Epoch); !ok {
		return unread(o.Closed, badClosed)
	}
	if !o.Accepted.IsZero() && o.Closed.Before(o.Accepted) && !sameDayOnly(o.Accepted, o.Closed) {
		return &closedTooEarly
	}
	return nil
}

// sameDayOnly allows a closing date without a time on the day of acceptance.
func sameDayOnly(accepted, closed time.Time) bool {
	return minyi.Day(accepted) == minyi.Day(closed) && closed.Equal(closed.Truncate(time.Minute)) && closed.In(minyi.Shanghai).Hour() == 0 && closed.In(minyi.Shanghai).Minute() == 0
}

func (w *WorkOrders) texts(row table.Row, o *WorkOrder) *Problem {
	var ok bool
	if o.Audience, ok = w.Binding.audience(row); !ok {
		return &badAudience
	}
	o.Name, o.Title = w.Binding.Cell(row, "name"), w.Binding.Cell(row, "title")
	o.District, o.Category = w.Binding.Cell(row, "district"), w.Binding.Cell(row, "category")
	o.Unit = minyi.UnitID(w.Binding.Cell(row, "unit"))
	if utf8.RuneCountInString(o.Title) > 500 {
		return &tooLongTitle
	}
	for field, s := range map[string]string{"name": o.Name, "district": o.District, "category": o.Category, "unit": string(o.Unit)} {
		if utf8.RuneCountInString(s) > 200 {
			p := tooLongCell.in(field)
			return &p
		}
	}
	return nil
}
