package voice

import (
	"strings"
	"time"

	"minyi"
)

// maxAskings is how often a step is put: the first time and two more, for
// whatever reason.
const maxAskings = 3

// Utterance is something to say: its text, and the slot under which an
// announcer's recording of it may have been uploaded.
type Utterance struct {
	Slot string `json:"slot"`
	Text string `json:"text"`
}

// Spec is a published questionnaire as a dialogue.
type Spec struct {
	Language  string
	Opening   []Utterance // in pieces, so that a recording may stand around the date
	Closing   Utterance
	Questions []Question
	Remark    *Remark // nil: no remark is recorded
	House     House
	Times     Times
}

// Question is one question of a dialogue. Without Keys a number 0…Max is
// typed.
type Question struct {
	ID     string
	Ask    Utterance
	Keys   map[int]int
	Max    int
	After  string
	Values []int
}

func (q Question) number() bool { return len(q.Keys) == 0 }

// Remark is the announcement that must be heard before anything is recorded.
type Remark struct{ Announce Utterance }

// House holds the words that belong to no questionnaire.
type House struct {
	Ways      Utterance // how to take part and to refuse, where the opening does not say it
	NoInput   Utterance
	Invalid   Utterance
	Goodbye   Utterance
	OptedOut  Utterance
	Elsewhere Utterance
	Stopped   Utterance
	Remark    Utterance
}

// Times holds the dialogue's waits.
type Times struct {
	Key    time.Duration // after a prompt, for a key: 6 s
	Digit  time.Duration // between two digits of a number: 4 s
	Early  time.Duration // keys dropped at the start of a prompt: 600 ms
	Remark time.Duration // longest recording: 60 s
	Held   time.Duration // after the time a prompt takes, before a line is taken to be on hold: 20 s
}

// DefaultTimes gives the waits that were found to suit telephones.
func DefaultTimes() Times {
	return Times{Key: 6 * time.Second, Digit: 4 * time.Second, Early: 600 * time.Millisecond, Remark: time.Minute, Held: 20 * time.Second}
}

// houseNames are the slots of the house's own words, after "house.".
var houseNames = []string{"ways", "no-input", "invalid", "goodbye", "opted-out", "elsewhere", "stopped", "remark"}

// HouseWords gives the words of the house in a language.
func HouseWords(language string) House {
	if strings.HasPrefix(language, "en") {
		return House{
			Ways:      Utterance{"house.ways", "Press 1 to take part, 9 for no more such calls."},
			NoInput:   Utterance{"house.no-input", "We did not receive a key."},
			Invalid:   Utterance{"house.invalid", "That key is not one of the choices."},
			Goodbye:   Utterance{"house.goodbye", "Sorry to have troubled you. Goodbye."},
			OptedOut:  Utterance{"house.opted-out", "You will not receive such calls again. Goodbye."},
			Elsewhere: Utterance{"house.elsewhere", "We have just received your rating by another way. Thank you. Goodbye."},
			Stopped:   Utterance{"house.stopped", "This survey has just ended. Thank you. Goodbye."},
			Remark:    Utterance{"house.remark", "If you wish to add something, please speak after the tone. It will be recorded, used only to improve the service, and deleted after thirty days. Press hash to finish, or hash now to skip."},
		}
	}
	return House{
		Ways:      Utterance{"house.ways", "愿意参加请按1，不再接听此类回访请按9。"},
		NoInput:   Utterance{"house.no-input", "没有收到您的按键。"},
		Invalid:   Utterance{"house.invalid", "您按的键不在选项之内。"},
		Goodbye:   Utterance{"house.goodbye", "打扰您了，再见。"},
		OptedOut:  Utterance{"house.opted-out", "已为您登记，今后不再拨打此类回访电话，再见。"},
		Elsewhere: Utterance{"house.elsewhere", "刚刚已收到您通过其他方式提交的评价，感谢您的参与，再见。"},
		Stopped:   Utterance{"house.stopped", "本次回访已经结束，打扰您了，再见。"},
		Remark:    Utterance{"house.remark", "您如有其他意见，请在提示音后说出，说完请按井号键。以下内容将被录音，仅用于改进服务，三十天后删除。没有意见请直接按井号键。"},
	}
}

// All lists the house's words in the order of houseNames.
func (h House) All() []Utterance {
	return []Utterance{h.Ways, h.NoInput, h.Invalid, h.Goodbye, h.OptedOut, h.Elsewhere, h.Stopped, h.Remark}
}

// NewSpec turns what survey published into a dialogue. Placeholders are
// filled, and an opening that does not say how to take part and how to refuse
// gets the house's sentence: no call goes without it.
func NewSpec(d minyi.Dialogue, remark bool, times Times) *Spec {
	fill := strings.NewReplacer("{hotline}", d.Hotline, "{date}", spokenDay(d.Day, d.Language))
	s := &Spec{
		Language: d.Language,
		Opening:  opening(d),
		Closing:  Utterance{"closing", fill.Replace(d.Closing)},
		House:    HouseWords(d.Language),
		Times:    times,
	}
	if !saysWays(d.Opening) {
		s.Opening = append(s.Opening, s.House.Ways)
	}
	for _, q := range d.Questions {
		if q.Text != "" {
			s.Questions = append(s.Questions, Question{ID: q.ID, Ask: Utterance{"q." + q.ID, fill.Replace(q.Text)},
				Keys: q.Keys, Max: q.Max, After: q.After, Values: q.Values})
		}
	}
	if remark && d.Remark {
		s.Remark = &Remark{Announce: s.House.Remark}
	}
	return s
}

// opening cuts the opening at its date: opening, date, opening.2.
func opening(d minyi.Dialogue) []Utterance {
	before, after, dated := strings.Cut(strings.ReplaceAll(d.Opening, "{hotline}", d.Hotline), "{date}")
	pieces := []Utterance{{"opening", before}}
	if dated {
		day := spokenDay(d.Day, d.Language)
		pieces = append(pieces, Utterance{"date", day}, Utterance{"opening.2", strings.ReplaceAll(after, "{date}", day)})
	}
	return pieces
}

// saysWays looks for both keys, in any of the widths people type.
func saysWays(text string) bool {
	has := func(forms ...string) bool {
		for _, f := range forms {
			if strings.Contains(text, f) {
				return true
			}
		}
		return false
	}
	return has("按1", "按１", "按一", "ress 1") && has("按9", "按９", "按九", "ress 9", ", 9 ")
}

// spokenDay writes 2006-01-02 as people say it, without the year.
func spokenDay(day, language string) string {
	t, err := time.Parse(time.DateOnly, day)
	switch {
	case err != nil && strings.HasPrefix(language, "en"):
		return "recently"
	case err != nil:
		return "近日"
	case strings.HasPrefix(language, "en"):
		return t.Format("January 2")
	}
	return t.Format("1月2日")
}
