package survey

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"minyi"
	"minyi/internal/docstore"
	"minyi/internal/fault"
	"minyi/survey/questionnaires"
)

func (c Campaign) check() error {
	switch {
	case c.Name == "" || len([]rune(c.Name)) > 100:
		return badCampaign("name", "请填写任务名称（100 字以内）。", "give the campaign a name of at most 100 characters")
	case c.Form != FormLink && c.Form != FormDigits && c.Form != FormVoice && c.Form != FormOpen:
		return badCampaign("form", "形式须为 link、digits、voice 或 open。", "form must be link, digits, voice or open")
	case c.Days < 1 || c.Days > 90:
		return badCampaign("days", "有效期须为 1–90 天。", "the deadline must be 1–90 days away")
	case c.CallHours < 0 || c.CallHours > 720 || c.CallHours > 0 && c.Form == FormOpen:
		return badCampaign("call_hours", "短信之后的电话回访须在 0–720 小时内，开放链接不能打电话。", "the call must come within 0–720 hours of the last message; an open link has nobody to call")
	case c.RemindHours < 0 || c.RemindHours > 720:
		return badCampaign("remind_hours", "提醒间隔须为 0–720 小时。", "the reminder must come within 0–720 hours")
	case c.RemindHours >= 24*c.Days && c.Form != FormOpen:
		return badCampaign("remind_hours", fmt.Sprintf("提醒在第 %d 小时，而任务 %d 天即截止，提醒永远不会发出。请缩短提醒间隔或延长有效期；不提醒填 0。", c.RemindHours, c.Days),
			fmt.Sprintf("a reminder after %d hours would come when the campaign of %d days has ended; remind earlier, or give it more days, or put 0 for none", c.RemindHours, c.Days))
	case c.CallHours > 0 && c.RemindHours+c.CallHours >= 24*c.Days:
		return badCampaign("call_hours", "电话回访（在最后一条短信之后）晚于截止时间，永远不会拨出。请缩短间隔或延长有效期。", "the call, counted from the last message, would come when the campaign has ended; call earlier, or give it more days")
	case strings.ContainsAny(c.Signature, "【】") || c.Signature == "" || len([]rune(c.Signature)) > 20:
		return badCampaign("signature", "签名须为 1–20 字，不含【】。", "the signature must have 1–20 characters without 【】")
	case !dayOrEmpty(c.Filter.From) || !dayOrEmpty(c.Filter.To) || c.Filter.To != "" && c.Filter.To < c.Filter.From:
		return badCampaign("filter.from", "办结日期范围不正确，应为 2026-01-31 的格式且起不晚于止。", "days must be written 2026-01-31, and from must not be after to")
	case c.Filter.Audience != "" && !c.Filter.Audience.Valid():
		return badCampaign("filter.audience", "对象须为 resident 或 enterprise。", "audience must be resident or enterprise")
	}
	if c.Form == FormOpen || c.Form == FormVoice {
		return nil
	}
	if err := checkText("text", c.Text, c.Form); err != nil {
		return err
	}
	if c.RemindHours == 0 {
		return nil
	}
	return checkText("remind", c.Remind, c.Form)
}

func dayOrEmpty(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return s == "" || err == nil
}

func badCampaign(field, zh, en string) error {
	return fault.New(fault.Invalid, "campaign_bad", zh, en).On(field)
}

// checkImport refuses an import that does not exist or is no list of people to
// ask, and names the latest that are.
func (s *Service) checkImport(ctx context.Context, c Campaign) error {
	if c.Filter.Import == "" {
		return nil
	}
	doc, err := s.store.imports.Get(ctx, c.Filter.Import)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if err == nil && doc.Body.Tenant == c.Tenant && doc.Body.Kind == "cases" {
		return nil
	}
	known := ""
	q := docstore.Query{Index: "tenant", Part: docstore.Part(string(c.Tenant)), Desc: true, Limit: 50}
	for doc, err := range s.store.imports.Find(ctx, q) {
		if err != nil {
			return err
		}
		if doc.Body.Kind == "cases" && strings.Count(known, "\n") < 10 {
			known += fmt.Sprintf("\n  %s  %s  %s", doc.ID, stampOf(doc.Body.At), doc.Body.Name)
		}
	}
	if known == "" {
		known = "\n  —"
	}
	return badCampaign("filter.import", "没有这个名单导入。已有的导入："+known, "there is no such import of a list. The imports known:"+known)
}

func stampOf(t time.Time) string { return t.In(minyi.Shanghai).Format("2006-01-02 15:04") }

// digitWarnings tells an operator who asks a long questionnaire by one digit,
// or whose text does not say what the digits mean.
func (s *Service) digitWarnings(ctx context.Context, c Campaign) ([]string, error) {
	v, err := s.version(ctx, c.Tenant, c.Questionnaire, c.Version)
	if err != nil {
		return nil, err
	}
	var found []string
	n := 0
	for _, one := range v.Questions {
		if one.Required {
			n++
		}
	}
	if n > 1 {
		found = append(found, "该问卷有多道必答题，回复一个数字只能得到部分答卷；数字回复建议使用话后满意度等单题问卷。")
	}
	if q, ok := v.ByDigit(); ok && !(explains(c.Text, q, c.Language) && (c.RemindHours == 0 || explains(c.Remind, q, c.Language))) {
		best, worst := ends(q)
		found = append(found, fmt.Sprintf("短信没有说明各数字的含义，如：%d%s …… %d%s；未经说明的数字评价容易被误解（5 可能被当成最好）。 The text does not say what the digits mean.",
			best, q.Label(meaning(q, best), c.Language), worst, q.Label(meaning(q, worst), c.Language)))
	}
	return found, nil
}

// explains reports whether a text says what the first and the last key mean:
// each is followed by a word, or both labels and both keys stand in it.
func explains(text string, q questionnaires.Question, lang string) bool {
	whole, labelled := true, true
	first, last := ends(q)
	for _, key := range []int{first, last} {
		digit := strconv.Itoa(key)
		word := regexp.MustCompile(`(^|\D)` + digit + `[\s=:：.、\-—为是代表（(]{0,3}[^\d\s\p{P}=到至或分个星]`)
		whole = whole && word.MatchString(text)
		labelled = labelled && strings.Contains(text, digit) && strings.Contains(text, q.Label(meaning(q, key), lang))
	}
	return whole || labelled
}

// ends gives the lowest and the highest key that mean an answer.
func ends(q questionnaires.Question) (first, last int) {
	for key := 1; key <= 9; key++ {
		if meaning(q, key) == 0 {
			continue
		}
		if first == 0 {
			first = key
		}
		last = key
	}
	return first, last
}

// meaning gives the value of a key; 0 for don't know and for no answer.
func meaning(q questionnaires.Question, key int) int {
	e, err := q.ByKey(key)
	if err != nil || e.DontKnow {
		return 0
	}
	return e.V
}
