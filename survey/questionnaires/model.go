package questionnaires

import (
	"minyi"
)

// Languages in which every wording must be given; others are optional.
const (
	Chinese = "zh-CN"
	English = "en"
)

// Text is one wording by language tag (zh-CN, en, and any other, e.g. ug).
type Text map[string]string

// In gives the wording in lang, or in Chinese where there is none.
func (t Text) In(lang string) string {
	if s := t[lang]; s != "" {
		return s
	}
	return t[Chinese]
}

// Kind is how a question is answered.
type Kind string

// Kinds.
const (
	Five   Kind = "five"   // five levels, value 5 best … 1 worst
	YesNo  Kind = "yes-no" // value 2 yes, 1 no
	Choice Kind = "choice" // one option, value 1…n in the order listed
	Multi  Kind = "multi"  // several options
	Number Kind = "number" // 0–10, kept as value 1…11
	Open   Kind = "open"   // free text (remark)
)

// Questionnaire is one questionnaire's whole content, as a draft or as the
// body of a published Version.
type Questionnaire struct {
	ID       minyi.QuestionnaireID `yaml:"id" json:"id"`
	Family   minyi.Family          `yaml:"family" json:"family"`
	Audience minyi.Audience        `yaml:"audience,omitempty" json:"audience,omitempty"` // empty: residents and enterprises
	Title    Text                  `yaml:"title" json:"title"`
	Page     Page                  `yaml:"page" json:"page"`
	SMS      SMS                   `yaml:"sms" json:"sms"`
	Voice    Voice                 `yaml:"voice" json:"voice"`
	// Questions in the order asked.
	Questions []Question `yaml:"questions" json:"questions"`
}

// Page is the wording around the questions on the phone page.
type Page struct {
	Title Text `yaml:"title" json:"title"`
	Intro Text `yaml:"intro" json:"intro"`
}

// SMS is the wording of the invitation: Link carries {link}, Reply asks for a
// digit, Remind is the reminder with {link}. Signature is not part of it.
type SMS struct {
	Link        Text `yaml:"link" json:"link"`
	Remind      Text `yaml:"remind" json:"remind"`
	Reply       Text `yaml:"reply,omitempty" json:"reply,omitempty"`
	RemindReply Text `yaml:"remind_reply,omitempty" json:"remind_reply,omitempty"`
}

// Voice is the wording around the questions on the telephone.
type Voice struct {
	Opening Text `yaml:"opening" json:"opening"`
	Closing Text `yaml:"closing" json:"closing"`
}

// Question is one question with its wording for each channel.
type Question struct {
	ID       string `yaml:"id" json:"id"`
	Tag      string `yaml:"tag,omitempty" json:"tag,omitempty"` // indicator, minyi.Tag…
	Kind     Kind   `yaml:"kind" json:"kind"`
	Required bool   `yaml:"required,omitempty" json:"required,omitempty"`
	Text     Text   `yaml:"text" json:"text"`
	Voice    Text   `yaml:"voice,omitempty" json:"voice,omitempty"` // empty: not asked by telephone
	// Keys maps a telephone or SMS key (1…9) to the value meant; 0 means the
	// don't-know option. Key 1 is the best of five levels, value 5 the best.
	Keys         map[int]int `yaml:"keys,omitempty" json:"keys,omitempty"`
	DontKnow     bool        `yaml:"dont_know,omitempty" json:"dont_know,omitempty"`           // offers 不了解/不清楚
	DontKnowText Text        `yaml:"dont_know_text,omitempty" json:"dont_know_text,omitempty"` // 说不清, where left out
	// Labels name the levels of a five-level question from 5 to 1; without
	// them they are 非常满意 … 非常不满意.
	Labels  []Text   `yaml:"labels,omitempty" json:"labels,omitempty"`
	Options []Option `yaml:"options,omitempty" json:"options,omitempty"`
	// Reasons may be ticked on a bad level; a question that has them opens a
	// follow-up (差评整改) when its rating is bad.
	Reasons []Reason `yaml:"reasons,omitempty" json:"reasons,omitempty"`
	When    *When    `yaml:"when,omitempty" json:"when,omitempty"`
}

// Option is one answer of a choice.
type Option struct {
	Code string `yaml:"code" json:"code"`
	Text Text   `yaml:"text" json:"text"`
}

// Reason is why a level was bad; Levels lists the levels it is offered on.
type Reason struct {
	Code   string        `yaml:"code" json:"code"`
	Levels []minyi.Level `yaml:"levels" json:"levels"`
	Text   Text          `yaml:"text" json:"text"`
}

// When asks a question only after an earlier one got one of some values.
type When struct {
	Question string `yaml:"question" json:"question"`
	Values   []int  `yaml:"values" json:"values"`
}

// Bad reports whether value v of q is a 差评.
func (q Question) Bad(v int) bool {
	return q.Kind == Five && len(q.Reasons) > 0 && minyi.Level(v).Bad()
}

// Scale is the number of values a closed question's answer may take; 0 where
// it is not a scale.
func (q Question) Scale() int {
	switch q.Kind {
	case Five:
		return 5
	case YesNo:
		return 2
	case Number:
		return 11
	case Choice:
		return len(q.Options)
	}
	return 0
}

// Label names value v of a closed question.
func (q Question) Label(v int, lang string) string {
	switch {
	case q.Kind == Five && v >= 1 && v <= 5 && len(q.Labels) == 5:
		return q.Labels[5-v].In(lang)
	case q.Kind == Five && v >= 1 && v <= 5:
		return satisfaction[5-v].In(lang)
	case q.Kind == YesNo && (v == 1 || v == 2):
		return yesNo[2-v].In(lang)
	case (q.Kind == Choice || q.Kind == Multi) && v >= 1 && v <= len(q.Options):
		return q.Options[v-1].Text.In(lang)
	}
	return ""
}

var satisfaction = [5]Text{
	{Chinese: "非常满意", English: "Very satisfied"},
	{Chinese: "满意", English: "Satisfied"},
	{Chinese: "基本满意", English: "Fairly satisfied"},
	{Chinese: "不满意", English: "Dissatisfied"},
	{Chinese: "非常不满意", English: "Very dissatisfied"},
}

var yesNo = [2]Text{{Chinese: "是", English: "Yes"}, {Chinese: "否", English: "No"}}

// Question gives the question named id.
func (q *Questionnaire) Question(id string) (Question, bool) {
	for _, one := range q.Questions {
		if one.ID == id {
			return one, true
		}
	}
	return Question{}, false
}

// Remark gives the open question, of which there is at most one.
func (q *Questionnaire) Remark() (Question, bool) {
	for _, one := range q.Questions {
		if one.Kind == Open {
			return one, true
		}
	}
	return Question{}, false
}

// ByDigit gives the question that a single digit by SMS answers: the first
// with a key map.
func (q *Questionnaire) ByDigit() (Question, bool) {
	for _, one := range q.Questions {
		if len(one.Keys) > 0 {
			return one, true
		}
	}
	return Question{}, false
}
