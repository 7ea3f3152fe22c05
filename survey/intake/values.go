package intake

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"minyi/internal/table"

	"golang.org/x/text/unicode/norm"

	"minyi"
)

// forms of time that exports use, most precise first. Month, day and hour may
// have one digit.
var forms = []string{
	"2006-1-2 15:4:5", "2006-1-2 15:4", "2006-1-2", "2006-1-2 15",
	"2006/1/2 15:4:5", "2006/1/2 15:4", "2006/1/2",
	"2006.1.2 15:4:5", "2006.1.2 15:4", "2006.1.2",
	"2006年1月2日 15:4:5", "2006年1月2日 15:4", "2006年1月2日15:4:5", "2006年1月2日15:4", "2006年1月2日15时4分5秒", "2006年1月2日15时", "2006年1月2日 15时", "2006年1月2日15时4分", "2006年1月2日",
	"20060102150405", "200601021504", "20060102",
}

// Time reads a time in Asia/Shanghai, or a spreadsheet's day number where epoch
// is its day zero. Years outside 2000–2100 are taken for damage: the time comes
// with false, so that the reason can be told.
func Time(s string, epoch time.Time) (time.Time, bool) {
	s = strings.TrimSpace(norm.NFKC.String(s))
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, plausible(t)
	}
	s, half := halfDay(strings.Replace(s, "T", " ", 1))
	for _, form := range forms {
		if t, err := time.ParseInLocation(form, s, minyi.Shanghai); err == nil {
			t = t.Add(half)
			return t, plausible(t)
		}
	}
	if epoch.IsZero() {
		return time.Time{}, false
	}
	days, err := strconv.ParseFloat(s, 64)
	if err != nil || days < 7306 || days > 73415 { // 1920 … 2100
		return time.Time{}, false
	}
	whole, part := math.Modf(days)
	t := epoch.AddDate(0, 0, int(whole))
	t = t.Add(time.Duration(math.Round(part*86400)) * time.Second)
	return t, plausible(t)
}

var halves = regexp.MustCompile(`\s*(上午|下午|(?i:AM|PM))\s*`)

// halfDay takes 上午, 下午, AM or PM out of a time and gives what they add to
// its hour; 24:00, which ends a day, becomes 0:00 and adds the day.
func halfDay(s string) (string, time.Duration) {
	if before, ok := strings.CutSuffix(strings.TrimSuffix(s, ":00"), " 24:00"); ok {
		return before, 24 * time.Hour
	}
	at := halves.FindStringSubmatchIndex(s)
	if at == nil {
		return s, 0
	}
	late := strings.ContainsAny(s[at[2]:at[3]], "下Pp")
	s = strings.TrimSpace(s[:at[0]] + " " + s[at[1]:])
	switch _, clock, _ := strings.Cut(s, " "); {
	case late && !strings.HasPrefix(clock, "12"):
		return s, 12 * time.Hour
	case !late && strings.HasPrefix(clock, "12"):
		return s, -12 * time.Hour
	}
	return s, 0
}

func plausible(t time.Time) bool { return t.Year() >= 2000 && t.Year() <= 2100 }

var (
	scientific = regexp.MustCompile(`^\d(\.\d+)?[eE]\+?\d+$`)
	landlines  = regexp.MustCompile(`^0\d{2,3}[2-9]\d{6,7}(\d{1,5})?$`) // area code, number, extension
	separators = regexp.MustCompile(`[\s,,、；;/|]+`)
	notDigits  = regexp.MustCompile(`[^\d]`)
)

// Phone is a number as a list gives it: a mobile, or a landline that only
// voice can reach.
type Phone struct {
	Mobile   minyi.Mobile
	Landline string // digits with area code
}

// ReadPhone reads one cell. The problem is nil for a clean mobile, a warning
// where something was taken with reserve, else the reason for refusal.
func ReadPhone(cell string) (Phone, *Problem) {
	cell = strings.TrimSpace(norm.NFKC.String(cell))
	if cell == "" {
		return Phone{}, &noPhone
	}
	if scientific.MatchString(cell) {
		return exactMobile(cell)
	}
	if p, ok := onePhone(cell); ok {
		return warned(p)
	}
	// Several numbers in one cell: the first that is one is taken.
	for _, part := range separators.Split(cell, -1) {
		if p, ok := onePhone(part); ok {
			return p, &twoPhones
		}
	}
	return Phone{}, &badPhone
}

func warned(p Phone) (Phone, *Problem) {
	if p.Landline != "" {
		return p, &landline
	}
	return p, nil
}

// exactMobile takes 1.9900000123E10, which still holds every digit, and
// refuses 1.99E+10, which has lost them.
func exactMobile(cell string) (Phone, *Problem) {
	mantissa, _, _ := strings.Cut(strings.ToLower(cell), "e")
	if len(notDigits.ReplaceAllString(mantissa, "")) != 11 {
		return Phone{}, &ruinedPhone
	}
	f, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		return Phone{}, &ruinedPhone
	}
	m, err := minyi.ParseMobile(strconv.FormatFloat(f, 'f', 0, 64))
	if err != nil || strings.HasSuffix(m.Reveal(), "00000") {
		return Phone{}, &ruinedPhone
	}
	return Phone{Mobile: m}, nil
}

func onePhone(s string) (Phone, bool) {
	s = strings.TrimSuffix(s, ".0") // a number column read as text
	if m, err := minyi.ParseMobile(s); err == nil {
		return Phone{Mobile: m}, true
	}
	if strings.Trim(s, "0123456789-—()转 +") != "" {
		return Phone{}, false
	}
	digits := notDigits.ReplaceAllString(s, "")
	if abroad, ok := strings.CutPrefix(strings.TrimPrefix(digits, "00"), "86"); ok && len(digits) > 11 {
		digits = "0" + strings.TrimPrefix(abroad, "0") // the area code's 0 is left out behind +86
	}
	if landlines.MatchString(digits) {
		return Phone{Landline: digits}, true
	}
	return Phone{}, false
}

// Audience reads 个人/企业 and their synonyms; empty says nothing, "".
func Audience(cell string) (minyi.Audience, bool) {
	switch table.Fold(cell) {
	case "":
		return "", true
	case "个人", "群众", "市民", "居民", "自然人", "公民", "个人用户", "市民个人", "群众来电", "1", "resident", "person", "individual":
		return minyi.Resident, true
	case "企业", "法人", "单位", "公司", "组织", "个体工商户", "市场主体", "经营主体", "企业法人", "法人企业", "企业用户", "企业单位", "法人组织", "法人或其他组织", "法人和其他组织", "法人及其他组织", "社会组织", "机构", "商户", "2", "enterprise", "company", "organization", "organisation":
		return minyi.Enterprise, true
	}
	return "", false
}

// levels names ratings as exports do; words before digits, worst first, so
// that 不满意 is never read as 满意.
var levels = map[string]minyi.Level{
	"非常满意": 5, "很满意": 5, "满意": 4, "比较满意": 4, "基本满意": 3, "一般": 3,
	"不满意": 2, "不太满意": 2, "非常不满意": 1, "很不满意": 1,
	"5": 5, "4": 4, "3": 3, "2": 2, "1": 1,
	"5分": 5, "4分": 4, "3分": 3, "2分": 2, "1分": 1,
	"5星": 5, "4星": 4, "3星": 3, "2星": 2, "1星": 1,
	"★★★★★": 5, "★★★★": 4, "★★★": 3, "★★": 2, "★": 1,
}

// Rating reads a level as a value: 5 is 非常满意. A bare digit is a value, for
// lists keep values, not keys.
func Rating(cell string) (minyi.Level, bool) {
	l, ok := levels[strings.TrimSuffix(table.Fold(cell), ".0")]
	return l, ok
}

// YesNo reads 是/否 and their synonyms.
func YesNo(cell string) (yes, ok bool) {
	switch table.Fold(cell) {
	case "是", "y", "yes", "true", "1", "已解决", "解决", "默认", "系统默认":
		return true, true
	case "否", "n", "no", "false", "0", "未解决", "没有解决", "没解决":
		return false, true
	}
	return false, false
}
