package survey

import (
	"fmt"

	"minyi"
)

// nobody says why a campaign has invited nobody, from what its filter passed
// over; "" where it has invited somebody, or may yet.
func (c Campaign) nobody() string {
	if c.Form == FormOpen || c.State == Created || c.State == Starting || c.Was == Starting && c.State == Paused || c.Invited+c.Unasked > 0 {
		return ""
	}
	why := ""
	for _, w := range []struct{ field, zh, en string }{
		{"audience", audiencePassed[c.Filter.Audience][0], audiencePassed[c.Filter.Audience][1]},
		{"unit", "%d 条不属于所选单位", "%d rows are of other units"},
		{"closed", "%d 条办结日期不在所选范围", "%d rows were closed on other days"},
		{"erased", "%d 条的个人信息已删除", "%d rows were erased"},
	} {
		if n := c.Passed[w.field]; n > 0 {
			why += fmt.Sprintf("；"+w.zh+"（"+w.en+"）", n, n)
		}
	}
	switch {
	case why != "":
		return "没有符合条件的对象 nobody fits" + why
	case c.Filter.Import != "":
		return "没有符合条件的对象：所选导入没有可邀请的对象 nobody fits: the import holds nobody to ask"
	}
	return "没有符合条件的对象：所选日期内没有工单；没有工单的名单（如企业名单）须指定导入编号 nobody fits: no case of these days; a list without cases, such as enterprises, is named by its import"
}

// audiencePassed words what stood in the list instead of the audience wanted.
var audiencePassed = map[minyi.Audience][2]string{
	minyi.Enterprise: {"%d 个对象是个人，而本任务面向企业；如名单确为企业，请以 import cases --audience enterprise 重新导入", "%d residents, and the campaign is for enterprises; if they are enterprises, import the list again with --audience enterprise"},
	minyi.Resident:   {"%d 个对象是企业，而本任务面向个人；如名单确为个人，请以 import cases --audience resident 重新导入", "%d enterprises, and the campaign is for residents; if they are residents, import the list again with --audience resident"},
}
