package survey

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"minyi"
	"minyi/internal/fault"
	"minyi/survey/questionnaires"
)

// Form is how a campaign asks by SMS.
type Form string

// Forms.
const (
	FormLink   Form = "link"   // a personal link
	FormDigits Form = "digits" // reply with a digit
	FormVoice  Form = "voice"  // a telephone call
	FormOpen   Form = "open"   // one open link or QR code for all; nothing is sent
)

// placeholders that a text may hold.
var placeholders = map[string]bool{"link": true, "date": true, "hotline": true}

// Preview is a text as a respondent gets it, measured.
type Preview struct {
	Text     string   `json:"text"`
	Units    int      `json:"units"`    // UTF-16 units, signature included
	Segments int      `json:"segments"` // 70 units alone, else 67 each
	Warnings []string `json:"warnings,omitempty"`
}

// checkText refuses what a text must not hold.
func checkText(field, text string, form Form) error {
	bad := func(zh, en string) error {
		return fault.New(fault.Invalid, "text_bad", zh, en).On(field)
	}
	if strings.TrimSpace(text) == "" {
		return bad("请填写短信内容。", "write the text")
	}
	if strings.ContainsAny(text, "【】") {
		return bad("正文不能出现【】，签名由系统加在最前面。", "the text must not hold 【】: the signature is put in front by the system")
	}
	if has := strings.Contains(text, "{link}"); has != (form == FormLink) {
		return bad("链接短信须含 {link}，数字回复短信不能含 {link}。", "a link text must hold {link}, a reply text must not")
	}
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "{")
		if !found {
			return nil
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed || !placeholders[name] {
			return bad("只能使用 {link}、{date}、{hotline} 三个变量。", "only {link}, {date} and {hotline} may stand in braces")
		}
		rest = tail
	}
}

// compose renders a whole message: signature first, then the text. It never
// holds a name, a full case number or what was complained about.
func compose(signature, text, link, hotline, day string) string {
	return "【" + signature + "】" + strings.NewReplacer("{link}", link, "{date}", shortDate(day), "{hotline}", hotline).Replace(text)
}

// shortDate writes 2026-10-09 as 10月9日, and nothing as 近日.
func shortDate(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "近日"
	}
	return fmt.Sprintf("%d月%d日", int(t.Month()), t.Day())
}

// preview measures a message as a carrier will cut it.
func preview(message, link string) Preview {
	p := Preview{Text: message, Units: len(utf16.Encode([]rune(message))), Segments: 1}
	if p.Units > 70 {
		p.Segments = (p.Units + 66) / 67
		p.Warnings = append(p.Warnings, fmt.Sprintf("短信共 %d 字，将分 %d 条发送并计费；控制在 70 字以内可只发 1 条。", p.Units, p.Segments))
	}
	if len(link) > 30 {
		p.Warnings = append(p.Warnings, fmt.Sprintf("链接长 %d 个字符，超过 30；请改用更短的公开访问地址。", len(link)))
	}
	return p
}

// link gives the address of a token.
func (c Config) link(token string) string { return c.BaseURL + "/s/" + token }

// wording gives the default texts of a form.
func wording(q *questionnaires.Version, form Form, lang string) (text, remind string) {
	switch form {
	case FormLink:
		return q.SMS.Link.In(lang), q.SMS.Remind.In(lang)
	case FormDigits:
		return q.SMS.Reply.In(lang), q.SMS.RemindReply.In(lang)
	}
	return "", ""
}

// sampleDay stands in previews for the day of a case.
func sampleDay(now time.Time) string { return minyi.Day(now) }
