package questionnaires

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"minyi"
)

// Bounds that keep a questionnaire answerable and a page small.
const (
	maxQuestions = 30
	maxOptions   = 20
	maxWording   = 500
)

var name = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`)

// kindOf fixes how the known indicators are measured, so that a score never
// meets a yes/no where it expects five levels.
var kindOf = map[string]Kind{
	minyi.TagHotline: Five, minyi.TagHandling: Five, minyi.TagOverall: Five,
	minyi.TagProcess: Five, minyi.TagAwareness: Five, minyi.TagStanding: Five,
	minyi.TagTrust: Five, minyi.TagResolved: YesNo, minyi.TagComplained: YesNo,
	minyi.TagChannels: YesNo, minyi.TagUsed: YesNo,
}

type checker struct{ found []Problem }

func (c *checker) say(path, zh, en string) {
	c.found = append(c.found, Problem{Path: path, ZH: zh, EN: en})
}

// Check gives everything that keeps q from being published; nil when nothing
// does.
func Check(q *Questionnaire) []Problem {
	c := &checker{}
	c.name("id", string(q.ID))
	c.name("family", string(q.Family))
	if q.Audience != "" && !q.Audience.Valid() {
		c.say("audience", "只能是 resident（群众）或 enterprise（企业），不填表示两者", "must be resident or enterprise, or left out for both")
	}
	c.text("title", q.Title, true)
	c.text("page.title", q.Page.Title, true)
	c.text("page.intro", q.Page.Intro, true)
	c.sms(q.SMS)
	c.text("voice.opening", q.Voice.Opening, true)
	c.text("voice.closing", q.Voice.Closing, true)
	c.questions(q)
	return c.found
}

func (c *checker) name(path, s string) {
	if !name.MatchString(s) {
		c.say(path, "须为小写字母开头的 1–32 位小写字母、数字、- 或 _", "must be 1–32 of a–z 0–9 - _ and start with a letter")
	}
}

func (c *checker) text(path string, t Text, needed bool) {
	if len(t) == 0 {
		if needed {
			c.say(path, "缺少文字", "wording is missing")
		}
		return
	}
	for _, lang := range []string{Chinese, English} {
		if strings.TrimSpace(t[lang]) == "" {
			c.say(path, "缺少 "+lang+" 文字", "wording in "+lang+" is missing")
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		if n := len([]rune(t[lang])); n > maxWording {
			c.say(path, fmt.Sprintf("%s 文字有 %d 字，最多 %d 字", lang, n, maxWording), fmt.Sprintf("wording in %s has %d characters, at most %d", lang, n, maxWording))
		}
	}
}

func (c *checker) sms(s SMS) {
	for _, one := range []struct {
		path string
		t    Text
		link bool
		need bool
	}{
		{"sms.link", s.Link, true, true}, {"sms.remind", s.Remind, true, true},
		{"sms.reply", s.Reply, false, false}, {"sms.remind_reply", s.RemindReply, false, len(s.Reply) > 0},
	} {
		c.text(one.path, one.t, one.need)
		for _, lang := range slices.Sorted(maps.Keys(one.t)) {
			wording := one.t[lang]
			if strings.ContainsAny(wording, "【】") {
				c.say(one.path, "正文不能出现【】，签名由系统加在最前面", "must not hold 【】: the signature is put in front by the system")
			}
			if strings.Contains(wording, "{link}") != one.link {
				c.say(one.path, "链接短信须含 {link}，数字回复短信不能含 {link}", "a link text must hold {link}, a reply text must not")
			}
		}
	}
}

func (c *checker) questions(q *Questionnaire) {
	if n := len(q.Questions); n == 0 || n > maxQuestions {
		c.say("questions", fmt.Sprintf("须有 1–%d 道题", maxQuestions), fmt.Sprintf("must have 1–%d questions", maxQuestions))
	}
	ids, tags, open, required := map[string]int{}, map[string]bool{}, 0, false
	for i, one := range q.Questions {
		path := fmt.Sprintf("questions[%d]", i)
		if _, ok := ids[one.ID]; ok {
			c.say(path+".id", "题号重复", "id is used twice")
		}
		if one.Tag != "" && tags[one.Tag] {
			c.say(path+".tag", "指标标签重复", "tag is used twice")
		}
		c.question(path, one)
		c.when(path, one, q, ids)
		ids[one.ID], tags[one.Tag] = i, true
		required = required || one.Required
		if one.Kind == Open {
			open++
		}
	}
	if open > 1 {
		c.say("questions", "最多一道开放题", "at most one open question")
	}
	if len(q.Questions) > 0 && !required {
		c.say("questions", "至少一道必答题", "at least one question must be required")
	}
	if d, ok := q.ByDigit(); len(q.SMS.Reply) > 0 && (!ok || d.Kind != Five && d.Kind != YesNo && d.Kind != Choice) {
		c.say("sms.reply", "数字回复需要一道带按键表的选择题", "a reply text needs a closed question with keys")
	}
}

func (c *checker) question(path string, q Question) {
	c.name(path+".id", q.ID)
	if q.Tag != "" {
		c.name(path+".tag", q.Tag)
		if want, ok := kindOf[q.Tag]; ok && want != q.Kind {
			c.say(path+".kind", fmt.Sprintf("指标 %s 须为 %s 题", q.Tag, want), fmt.Sprintf("indicator %s is measured by a %s question", q.Tag, want))
		}
	}
	c.text(path+".text", q.Text, true)
	c.text(path+".voice", q.Voice, false)
	c.text(path+".dont_know_text", q.DontKnowText, false)
	if len(q.DontKnowText) > 0 && !q.DontKnow {
		c.say(path+".dont_know_text", "未设“不清楚”选项", "dont_know is not set")
	}
	switch q.Kind {
	case Five, YesNo, Number:
	case Choice, Multi:
		c.options(path, q)
	case Open:
		if q.Required || q.Tag != "" || q.DontKnow {
			c.say(path, "开放题不能必答、不能带指标标签或“不清楚”选项", "an open question cannot be required, tagged or offer don't-know")
		}
	default:
		c.say(path+".kind", "题型须为 five、yes-no、choice、multi、number 或 open", "kind must be five, yes-no, choice, multi, number or open")
	}
	if len(q.Options) > 0 && q.Kind != Choice && q.Kind != Multi {
		c.say(path+".options", "只有 choice、multi 题有选项", "only choice and multi have options")
	}
	if q.Kind == Multi && (q.DontKnow || q.Tag != "" || len(q.Voice) > 0) {
		c.say(path, "多选题不能带指标标签、“不清楚”选项或电话用语", "a multi question cannot be tagged, offer don't-know or be asked by voice")
	}
	c.labels(path, q)
	c.keys(path, q)
	c.reasons(path, q)
}

func (c *checker) options(path string, q Question) {
	if n := len(q.Options); n < 2 || n > maxOptions {
		c.say(path+".options", fmt.Sprintf("须有 2–%d 个选项", maxOptions), fmt.Sprintf("must have 2–%d options", maxOptions))
	}
	seen := map[string]bool{}
	for i, o := range q.Options {
		at := fmt.Sprintf("%s.options[%d]", path, i)
		c.name(at+".code", o.Code)
		c.text(at+".text", o.Text, true)
		if seen[o.Code] {
			c.say(at+".code", "选项代码重复", "code is used twice")
		}
		seen[o.Code] = true
	}
}

func (c *checker) labels(path string, q Question) {
	if len(q.Labels) == 0 {
		return
	}
	if q.Kind != Five || len(q.Labels) != 5 {
		c.say(path+".labels", "只有 five 题可改档名，且须从好到差给出 5 个", "only a five question may rename its levels, all 5 from best to worst")
	}
	for i, t := range q.Labels {
		c.text(fmt.Sprintf("%s.labels[%d]", path, i), t, true)
	}
}
