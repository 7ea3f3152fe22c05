package mask

import "strings"

// email covers the part before @ but its first character.
func (s *scan) email(i int) match {
	if isLocalPart(s.rune(i - 1)) {
		return match{}
	}
	j := i
	for isLocalPart(s.rune(j)) {
		j++
	}
	if s.rune(j) != '@' {
		return match{}
	}
	k, dots := j+1, 0
	for c := s.rune(k); isDigit(c) || isLatin(c) || c == '-' || c == '.' && isLatin(s.rune(k+1)); c = s.rune(k) {
		if c == '.' {
			dots++
		}
		k++
	}
	if dots == 0 {
		return match{}
	}
	return match{i, k, Email, string(s.r[i:i+1]) + "***" + string(s.r[j:k])}
}

func isLocalPart(r rune) bool {
	return isDigit(r) || isLatin(r) || r == '.' || r == '_' || r == '-' || r == '%'
}

// account covers what stands after 微信 or QQ.
func (s *scan) account(i int) match {
	if isLatin(s.r[i]) && (isLatin(s.rune(i-1)) || isDigit(s.rune(i-1))) {
		return match{}
	}
	n := s.hasAny(i, accountTriggers)
	if n == 0 {
		return match{}
	}
	j := i + n
	told := false
	if k := s.hasAny(j, accountNouns); k > 0 {
		j, told = j+k, true
	}
	for strings.ContainsRune(" :：是为=", s.rune(j)) && s.rune(j) != 0 {
		told = told || s.r[j] != ' '
		j++
	}
	k, plain := j, true
	for isDigit(s.rune(k)) || isLatin(s.rune(k)) || s.rune(k) == '_' || s.rune(k) == '-' {
		plain = plain && isLatin(s.r[k])
		k++
	}
	if k-j < 5 || k-j > 20 || plain && !told {
		return match{}
	}
	return match{j, k, Account, string(s.r[j:j+1]) + "****"}
}

var (
	accountTriggers = listOf("微信 薇信 威信号 weixin Weixin WeiXin WEIXIN wechat WeChat Wechat WECHAT WX wx Wx VX vx Vx V信 v信 QQ qq Qq 扣扣 企鹅号 Q号 q号")
	accountNouns    = listOf("号码 账号 群号 号 群 ID id")
	phoneWords      = []string{"电话", "座机", "固话", "联系方式", "来电", "致电", "拨打", "传真", "Tel", "tel", "TEL", "号码"}
	idWords         = []string{"身份证", "证件号", "身份号", "公民号", "居民证"}
	cardWords       = []string{"卡号", "银行卡", "工资卡", "储蓄卡", "信用卡", "账号", "帐号", "账户", "帐户", "存折"}
	serialWords     = []string{"单号", "编号", "工单", "订单", "流水", "文号", "案号", "条码", "运单"}
)

// provinces begin number plates; hanDigits spell numbers.
const (
	provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
	hanDigits = "零〇○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖"
)
