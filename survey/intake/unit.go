package intake

import (
	"iter"
	"unicode/utf8"

	"minyi/internal/table"
)

// UnitRow is one good row of a list of units.
type UnitRow struct {
	Record, Line       int
	ID, Name           string
	Parent             string // id or name of the unit above; empty: none, or not said
	Region, Rank, Tier string
}

// unitColumns are the names by which lists of units call the fields.
var unitColumns = []Column{
	{Field: "unit", Need: true, Names: []string{"单位编号", "单位编码", "机构编码", "编号", "编码", "承办单位", "单位", "单位名称", "机构名称", "名称", "unit", "unit id", "id", "code", "name"}},
	{Field: "name", Names: []string{"单位名称", "机构名称", "名称", "单位全称", "全称", "name", "unit name"}},
	{Field: "parent", Names: []string{"上级单位", "上级单位编号", "上级单位名称", "上级编码", "上级编号", "上级", "主管单位", "所属单位", "parent", "parent id"}},
	{Field: "region", Names: []string{"大区", "区域", "region"}},
	{Field: "rank", Names: []string{"行政级别", "行政等级", "级别", "rank"}},
	{Field: "tier", Names: []string{"城市线级", "城市等级", "线级", "tier"}},
}

// Units reads a list of units.
type Units struct {
	Table   *table.File
	Binding *Binding
}

// NewUnits finds the header and binds the columns.
func NewUnits(t *table.File, explicit Mapping) (*Units, error) {
	b, err := bind(t, func(header []string) (*Binding, error) { return Bind(header, unitColumns, explicit) })
	if err != nil {
		return nil, err
	}
	return &Units{Table: t, Binding: b}, nil
}

// Warnings gives what is to be said of columns and worksheets once the rows
// were read.
func (u *Units) Warnings() []Problem { return warnings(u.Table, u.Binding, nil) }

// All gives every row with its problems; a row with one is refused.
func (u *Units) All() iter.Seq2[UnitRow, []Problem] {
	return func(yield func(UnitRow, []Problem) bool) {
		for row, err := range u.Table.Rows() {
			if err != nil {
				yield(UnitRow{}, []Problem{{Code: "file_unreadable", ZH: "文件在此处之后无法读取", EN: "the file cannot be read beyond this point"}})
				return
			}
			if !yield(u.read(row)) {
				return
			}
		}
	}
}

func (u *Units) read(row table.Row) (UnitRow, []Problem) {
	if damage := damaged(u.Table, row); damage != nil {
		return UnitRow{}, []Problem{*damage}
	}
	cell := func(field string) string { return u.Binding.Cell(row, field) }
	out := UnitRow{Record: row.Record, Line: row.Line, ID: cell("unit"), Name: cell("name"), Parent: cell("parent"),
		Region: cell("region"), Rank: cell("rank"), Tier: cell("tier")}
	if out.ID == "" {
		return out, []Problem{noUnit.on(row)}
	}
	if out.Name == "" {
		out.Name = out.ID
	}
	for _, field := range []string{"unit", "name", "parent", "region", "rank", "tier"} {
		if utf8.RuneCountInString(cell(field)) > 200 {
			return out, []Problem{tooLongCell.in(field).on(row)}
		}
	}
	return out, nil
}

var (
	noUnit      = Problem{Field: "unit", Code: "unit_missing", ZH: "缺少单位编号或名称", EN: "no unit id or name"}
	twiceUnit   = Problem{Field: "unit", Code: "unit_twice", ZH: "同一单位在文件中出现两次，已取前一行", EN: "the unit stands in the file twice; the first row is taken"}
	noParent    = Problem{Field: "parent", Code: "parent_unknown", ZH: "上级单位不存在：请先列出上级单位，或按编号填写", EN: "there is no such unit above it; list it too, or name it by its id"}
	manyParents = Problem{Field: "parent", Code: "parent_ambiguous", ZH: "有多个同名的上级单位，请按编号填写", EN: "several units above it have this name; name it by its id"}
	loopParent  = Problem{Field: "parent", Code: "parent_loop", ZH: "上下级关系成环：单位不能在自己的下级之下", EN: "a unit cannot stand below one of its own"}
)

// Twice, Orphan, Ambiguous and Loop refuse a row for what only the whole list,
// or the tree that it joins, can tell.
func (u UnitRow) Twice() Problem     { return u.refused(twiceUnit) }
func (u UnitRow) Orphan() Problem    { return u.refused(noParent) }
func (u UnitRow) Ambiguous() Problem { return u.refused(manyParents) }
func (u UnitRow) Loop() Problem      { return u.refused(loopParent) }

func (u UnitRow) refused(p Problem) Problem {
	p.Record, p.Line = u.Record, u.Line
	return p
}
