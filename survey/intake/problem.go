package intake

import (
	"fmt"
	"strconv"
	"time"

	"minyi/internal/table"
)

// Problem is one thing wrong with one row, or a warning about it. It names
// places and reasons only; what stood in the cell is never quoted, because it
// may be somebody's number or name.
type Problem struct {
	Record  int    `json:"record"`          // 1 is the header
	Line    int    `json:"line"`            // where the record begins; equals Record in a worksheet
	Field   string `json:"field,omitempty"` // case, phone, closed, …
	Code    string `json:"code"`
	ZH      string `json:"zh"`
	EN      string `json:"en"`
	Warning bool   `json:"warning,omitempty"` // the row was taken all the same
}

// String gives the problem as a line of a report.
func (p Problem) String() string {
	return fmt.Sprintf("record %d (line %d) %s %s: %s", p.Record, p.Line, p.Field, p.Code, p.EN)
}

// problem codes with their texts; the field and place are filled in where one
// is found.
var (
	noCase          = Problem{Field: "case", Code: "case_missing", ZH: "缺少工单编号", EN: "no case number"}
	badCase         = Problem{Field: "case", Code: "case_bad", ZH: "工单编号不可用：须为 1–64 个字符，且未被电子表格改成科学计数", EN: "the case number is over 64 characters or was turned into scientific notation by a spreadsheet"}
	noContactID     = Problem{Field: "contact", Code: "contact_missing", ZH: "缺少联系人编号", EN: "no contact id"}
	noPhone         = Problem{Field: "phone", Code: "phone_missing", ZH: "缺少联系电话", EN: "no phone number"}
	badPhone        = Problem{Field: "phone", Code: "phone_bad", ZH: "电话号码不正确：应为 11 位手机号或带区号的固定电话", EN: "not a phone number: want an 11-digit mobile number or a landline with its area code"}
	ruinedPhone     = Problem{Field: "phone", Code: "phone_ruined", ZH: "电话号码被电子表格改成了科学计数，号码已丢失，请将该列设为文本后重新导出", EN: "the number was turned into scientific notation by a spreadsheet and is lost; export the column as text"}
	landline        = Problem{Field: "phone", Code: "phone_landline", Warning: true, ZH: "固定电话，不能收短信，只能电话回访", EN: "a landline: no SMS, voice only"}
	twoPhones       = Problem{Field: "phone", Code: "phone_several", Warning: true, ZH: "有多个电话，已取第一个", EN: "several numbers: the first is taken"}
	noClosed        = Problem{Field: "closed", Code: "closed_missing", ZH: "缺少办结时间", EN: "no closing time"}
	badClosed       = Problem{Field: "closed", Code: "closed_bad", ZH: "办结时间无法识别，请用 2026-01-31 15:04 这样的格式", EN: "the closing time cannot be read; write it as 2026-01-31 15:04"}
	tooOld          = Problem{Code: "time_too_old", ZH: "时间早于 2000 年，过于久远，请核对", EN: "too long ago: before the year 2000; check it"}
	tooFar          = Problem{Code: "time_too_far", ZH: "时间晚于 2100 年，请核对", EN: "too far ahead: after the year 2100; check it"}
	badAccepted     = Problem{Field: "accepted", Code: "accepted_bad", ZH: "受理时间无法识别，请用 2026-01-31 15:04 这样的格式", EN: "the acceptance time cannot be read; write it as 2026-01-31 15:04"}
	closedTooEarly  = Problem{Field: "closed", Code: "closed_before_accepted", ZH: "办结时间早于受理时间", EN: "closed before it was accepted"}
	closedLater     = Problem{Field: "closed", Code: "closed_in_future", Warning: true, ZH: "办结时间晚于今天，请核对", EN: "the closing time lies in the future; check it"}
	badAudience     = Problem{Field: "audience", Code: "audience_bad", ZH: "诉求人类型无法识别，应为 个人 或 企业（法人）", EN: "the kind of respondent is neither 个人 (resident) nor 企业/法人 (enterprise)"}
	tooLongTitle    = Problem{Field: "title", Code: "title_too_long", ZH: "标题超过 500 字，可能错列或引号缺失", EN: "the title is over 500 characters; a column may have shifted or a quote be missing"}
	tooLongCell     = Problem{Code: "cell_too_long", ZH: "内容超过 200 字，可能错列", EN: "the cell is over 200 characters; a column may have shifted"}
	badTime         = Problem{Field: "time", Code: "time_bad", ZH: "时间无法识别，请用 2026-01-31 15:04 这样的格式", EN: "the time cannot be read; write it as 2026-01-31 15:04"}
	badRating       = Problem{Field: "rating", Code: "rating_bad", ZH: "评价无法识别，应为 非常满意…非常不满意、1–5 分或对应文字", EN: "the rating is neither a level's name nor a value 1–5"}
	badResolved     = Problem{Field: "resolved", Code: "resolved_bad", ZH: "是否解决无法识别，应为 是/否", EN: "solved or not: want yes or no"}
	nothingSaid     = Problem{Field: "text", Code: "row_empty", ZH: "既没有评价也没有留言", EN: "neither a rating nor a remark"}
	tooLongRemark   = Problem{Field: "text", Code: "text_too_long", ZH: "留言超过 20000 字", EN: "the remark is over 20,000 characters"}
	noTimeGiven     = Problem{Field: "time", Code: "time_missing", ZH: "缺少时间；可为没有时间的行指定日期（day）", EN: "no time; name a day for rows without one (day)"}
	badNumberOfKind = Problem{Code: "count_bad", Warning: true, ZH: "数量无法识别，按 0 处理", EN: "the count cannot be read and is taken as 0"}
)

// damaged gives what is wrong with a row's form.
func damaged(t *table.File, r table.Row) *Problem {
	d := t.Damage(r)
	if d == nil {
		return nil
	}
	p := Problem{Code: d.Code, ZH: d.ZH, EN: d.EN}.on(r)
	return &p
}

// on gives p at a row.
func (p Problem) on(r table.Row) Problem {
	p.Record, p.Line = r.Record, r.Line
	return p
}

// in gives p for a field.
func (p Problem) in(field string) Problem {
	p.Field = field
	return p
}

// unread tells why a time was not taken: it could be read and lies too far
// away, or could not be read.
func unread(t time.Time, unreadable Problem) *Problem {
	p := unreadable
	switch {
	case t.IsZero():
	case t.Year() < 2000:
		p = tooOld.in(unreadable.Field)
	default:
		p = tooFar.in(unreadable.Field)
	}
	return &p
}

// headerTwice warns of a column that was read and has a double.
func headerTwice(header string) Problem {
	return Problem{Record: 1, Line: 1, Code: "header_twice", Warning: true,
		ZH: "表头中有多列都叫“" + header + "”，已取第一列；如应取另一列，请改列名后重新导入",
		EN: "several columns are called " + header + " and the first was read; if it is another, rename it and import again"}
}

// encodingMixed warns of lines that were read in another encoding than the rest.
func encodingMixed(lines int) Problem {
	n := strconv.Itoa(lines)
	return Problem{Record: 1, Line: 1, Code: "encoding_mixed", Warning: true,
		ZH: "文件里混有两种编码，有 " + n + " 行与其余各行不同（UTF-8 与 GBK），已分别识别；请核对这些行的文字",
		EN: "the file is in two encodings: " + n + " lines are not in that of the rest (UTF-8 and GBK); each was read in its own, check their texts"}
}

// sheetUnread warns of a list on another worksheet.
func sheetUnread(name, read string) Problem {
	return Problem{Record: 1, Line: 1, Code: "sheet_unread", Warning: true,
		ZH: "只导入了工作表“" + read + "”；工作表“" + name + "”也是列表，未导入，请再导入一次并指定它（--sheet " + name + "）",
		EN: "only the worksheet " + read + " was imported; " + name + " is a list too and was not: import the file again and name it (--sheet " + name + ")"}
}

// audienceUnread warns of a column that says 企业/个人 and was not read.
func audienceUnread(header string) Problem {
	return Problem{Record: 1, Line: 1, Field: "audience", Code: "audience_unmapped", Warning: true,
		ZH: "“" + header + "”一列像是对象（个人/企业），未被使用；如是，请指定列对应关系 audience=" + header,
		EN: "the column " + header + " looks like the audience (resident or enterprise) and was not used; if it is, map it: audience=" + header}
}
