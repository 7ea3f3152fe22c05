package intake

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/table"
)

// Column is a field that a list may have and the names by which lists in the
// field call it.
type Column struct {
	Field string
	Names []string
	Need  bool // the list cannot be taken without it
}

// Mapping names the header of fields whose column is called otherwise.
type Mapping map[string]string

// Binding says where each field stands.
type Binding struct {
	at map[string]int
	// Columns is the header of each field bound, for the report.
	Columns map[string]string `json:"columns"`
	// Order lists the fields bound in the order of the file's columns.
	Order []string `json:"order"`
	// Ignored lists the headers that no field took.
	Ignored []string `json:"ignored,omitempty"`
	// firms are the columns whose filled cells tell an enterprise.
	firms []int
	// unread are the columns of Ignored by their place.
	unread []int
	// doubled are the headers bound that stand in the file more than once.
	doubled []string
}

// Bind finds each field's column: by the explicit mapping first, then by its
// known names. A mapping that names no header, a field that is unknown, or a
// needed field without a column is a fault that lists the headers seen.
func Bind(header []string, columns []Column, explicit Mapping) (*Binding, error) {
	b := &Binding{at: map[string]int{}, Columns: map[string]string{}}
	folded := make([]string, len(header))
	for i, h := range header {
		folded[i] = table.Fold(h)
	}
	for field, name := range explicit {
		if !slices.ContainsFunc(columns, func(c Column) bool { return c.Field == field }) {
			return nil, badMapping(field, "没有这个字段", "there is no such field")
		}
		i := slices.Index(folded, table.Fold(name))
		if i < 0 {
			return nil, badMapping(field, "表头中没有“"+name+"”这一列", "the header has no column "+name)
		}
		b.bind(field, i, header[i])
	}
	for _, c := range columns {
		if _, ok := b.at[c.Field]; ok {
			continue
		}
		for _, name := range c.Names {
			if i := slices.Index(folded, table.Fold(name)); i >= 0 && !b.taken(i) {
				b.bind(c.Field, i, header[i])
				break
			}
		}
	}
	b.rest(header, folded)
	return b, b.complete(header, columns)
}

// firmHeaders head what only an enterprise has. 单位名称 is the case's unit in a
// work-order list and the respondent in a list of contacts. They stand here folded.
var firmHeaders = []string{"企业名称", "企业编号", "企业", "公司名称", "法人", "法人名称", "法定代表人", "统一社会信用代码", "社会信用代码", "信用代码", "company", "companyname"}

// rest puts the fields in the file's order and tells the columns that no field
// took from those that say whether a row is an enterprise.
func (b *Binding) rest(header, folded []string) {
	b.Order = slices.SortedFunc(maps.Keys(b.at), func(x, y string) int { return b.at[x] - b.at[y] })
	firms := firmHeaders
	if b.Has("contact") && !b.Has("case") {
		firms = append(slices.Clone(firms), "单位名称")
	}
	for i, h := range header {
		switch {
		case slices.Contains(firms, folded[i]):
			b.firms = append(b.firms, i)
		case !b.taken(i) && h != "":
			b.Ignored, b.unread = append(b.Ignored, h), append(b.unread, i)
			if first := slices.Index(folded, folded[i]); b.taken(first) && !slices.Contains(b.doubled, header[first]) {
				b.doubled = append(b.doubled, header[first])
			}
		}
	}
}

// audience reads whom a row is about: what its audience cell says, else an
// enterprise where a column that only enterprises have is filled, else "".
func (b *Binding) audience(r table.Row) (minyi.Audience, bool) {
	said, ok := Audience(b.Cell(r, "audience"))
	if said != "" || !ok {
		return said, ok
	}
	for _, i := range b.firms {
		if i < len(r.Cells) && table.Clean(r.Cells[i]) != "" {
			return minyi.Enterprise, true
		}
	}
	return "", true
}

func (b *Binding) bind(field string, i int, header string) { b.at[field], b.Columns[field] = i, header }

func (b *Binding) taken(i int) bool {
	for _, at := range b.at {
		if at == i {
			return true
		}
	}
	return false
}

func (b *Binding) complete(header []string, columns []Column) error {
	var missing []string
	for _, c := range columns {
		if _, ok := b.at[c.Field]; !ok && c.Need {
			missing = append(missing, c.Field+"（"+c.Names[0]+"）")
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return columnsMissing(strings.Join(missing, "、"), "", "", header)
}

// columnsMissing tells what a list lacks, with a word more where there is one,
// and what its header reads.
func columnsMissing(need, zh, en string, header []string) error {
	seen := strings.Join(header, ", ")
	if r := []rune(seen); len(r) > 300 {
		seen = string(r[:300]) + "…"
	}
	return fault.New(fault.Invalid, "columns_missing",
		"找不到必需的列："+need+"。"+zh+"文件的表头是："+seen+"。请指定列对应关系；若表头是乱码，请将文件另存为 UTF-8。",
		"no column for "+need+". "+en+"The header reads: "+seen+". Map the columns by hand; if the header is garbled, save the file as UTF-8").On("columns")
}

// bind finds the header of a list: the first row whose columns it takes.
func bind(t *table.File, find func(header []string) (*Binding, error)) (*Binding, error) {
	var b *Binding
	err := t.FindHeader(func(header []string) (err error) {
		b, err = find(header)
		return err
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

// warnings tells what the columns and the worksheets leave unread, once the
// rows were read: lists on further worksheets among them.
func warnings(t *table.File, b *Binding, told hearsay) []Problem {
	found := told.warnings(t.Header, b)
	for _, header := range b.doubled {
		found = append(found, headerTwice(header))
	}
	if n := t.OtherEncoding(); n > 0 {
		found = append(found, encodingMixed(n))
	}
	for _, sheet := range t.Unread() {
		found = append(found, sheetUnread(sheet, t.Sheet))
	}
	return found
}

// Has reports whether field has a column.
func (b *Binding) Has(field string) bool { _, ok := b.at[field]; return ok }

// Cell gives the trimmed cell of field; "" where there is none.
func (b *Binding) Cell(r table.Row, field string) string {
	i, ok := b.at[field]
	if !ok || i >= len(r.Cells) {
		return ""
	}
	return table.Clean(r.Cells[i])
}

func badMapping(field, zh, en string) error {
	return fault.New(fault.Invalid, "mapping_bad", "列对应关系有误："+field+"："+zh+"。", "column mapping: "+field+": "+en).On(field)
}

// identifier makes numbers of a case, a contact or a row comparable: in one
// list 2026 is typed in full width, in the next in half.
func identifier(s string) string { return strings.TrimSpace(norm.NFKC.String(s)) }
