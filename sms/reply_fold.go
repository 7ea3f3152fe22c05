package sms

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"minyi"
)

// This file brings the many writings of one thing to one: widths, circled
// digits, emoji, traditional characters, pinyin.

// fold brings every writing of a digit or letter to its plain form: width and
// compatibility forms by NFKC, the dingbat digits that NFKC leaves alone, and
// the marks that make a digit into a keycap emoji.
func fold(s string) string {
	s = norm.NFKC.String(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\ufe0f' || r == '\u20e3' || r == '\u200b' || r == '\u200d' || r == '\ufeff':
			return -1
		case r >= '❶' && r <= '❾':
			return '1' + r - '❶'
		case r >= '➀' && r <= '➈':
			return '1' + r - '➀'
		case r >= '➊' && r <= '➒':
			return '1' + r - '➊'
		case r >= '⓵' && r <= '⓽':
			return '1' + r - '⓵'
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
	return closeUp(strings.TrimSpace(s))
}

// closeUp joins characters that are all written apart: 不 满 意.
func closeUp(s string) string {
	apart := strings.Fields(s)
	for _, f := range apart {
		if r, size := utf8.DecodeRuneInString(f); size != len(f) || !unicode.Is(unicode.Han, r) {
			return s
		}
	}
	return strings.Join(apart, "")
}

// traditional holds pairs of a traditional character and its simplified one,
// of the words that this package knows. Both take three octets, so that
// simplify keeps every offset.
const traditional = "滿满選选擇择復复覆复評评價价訂订謝谢貳贰參叁顆颗級级號号給给個个總总體体還还無无極极別别較较點点沒没們们錯错鍵键項项辦办處处" +
	"樓楼層层戶户臺台輛辆萬万條条歲岁線线時时間间請请擾扰發发閱阅絕绝煩烦這这類类"

func simplify(s string) string {
	pairs := []rune(traditional)
	return strings.Map(func(r rune) rune {
		if r < '\u4e00' {
			return r
		}
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == r {
				return pairs[i+1]
			}
		}
		return r
	}, s)
}

// noise is what people put around a digit or a word: blanks, stops, brackets,
// emoji. Signs that make a question or a quantity of it are none.
func noise(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !strings.ContainsRune("?%$¥€°/=<>+", r)
}

// stops holds what means 退订 as the whole message, after folding width, case,
// blanks and punctuation: the letters and words that texts name, and what
// people make of them. R, T and N are why a text never offers letters as
// answers.
var stops = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`(?:退订|拒收|取消)?(?:请?回复?)?(?:R|TD?|N|QX)(?:退订)?`,
	`0000|STOP|UNSUBSCRIBE|取消`,
	`(?:我要|请|麻烦|回复?)*(?:退订|退定|拒收|取消订阅|拒绝接收|不需要)(?:短信|信息)?(?:了|谢谢)*`,
	`(?:请|麻烦|以后|今后|你们|我)*(?:不要|不想|不用|停止|别|勿)(?:再|继续|给我|向我|跟我|乱)*` +
		`(?:发送?|推送|打电话|来电|回访|联系|打扰|骚扰|扰|收到?|接收)(?:我|这种|这些|此类|这类|垃圾|短信|信息|消息|的)*(?:了|谢谢)*`,
}, `|`) + `)$`)

func isStop(folded string) bool {
	bare := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, folded)
	return stops.MatchString(simplify(bare))
}

// latin holds the levels as people write them whose telephone has no Chinese,
// or whose campaign is in English; letters only, lower case, without tones.
var latin = map[string]minyi.Level{
	"feichangmanyi": 5, "henmanyi": 5, "manyi": 4, "jibenmanyi": 3, "bumanyi": 2, "butaimanyi": 2, "feichangbumanyi": 1, "henbumanyi": 1,
	"verysatisfied": 5, "satisfied": 4, "basicallysatisfied": 3, "dissatisfied": 2, "notsatisfied": 2, "verydissatisfied": 1,
}

// lettersOf gives the letters of a message that has nothing else to say: ""
// where it holds digits, or letters that are not Latin.
func lettersOf(folded string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(folded) {
		switch {
		case r == '?' || unicode.IsNumber(r) || unicode.IsLetter(r) && r > unicode.MaxLatin1:
			return ""
		case unicode.IsLetter(r):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// hasWords reports whether s has a Chinese character or a word of letters; a
// single letter is a slip of the finger.
func hasWords(s string) bool {
	letters := 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			return true
		}
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters > 1
}
