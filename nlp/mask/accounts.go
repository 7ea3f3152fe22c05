package mask

import "strings"

// email covers the part before @ but its first character. Blanks around the @
// are taken in.
func (s *scan) email(i int) match {
	if isLocalPart(s.rune(i - 1)) {
		return match{}
	}
	j := i
	for isLocalPart(s.rune(j)) {
		j++
	}
	at := j
	if s.rune(at) == ' ' {
		at++
	}
	if s.rune(at) != '@' {
		return match{}
	}
	domain := at + 1
	if s.rune(domain) == ' ' {
		domain++
	}
	k, dots := domain, 0
	for c := s.rune(k); isDigit(c) || isLatin(c) || c == '-' || c == '.' && isLatin(s.rune(k+1)); c = s.rune(k) {
		if c == '.' {
			dots++
		}
		k++
	}
	if dots == 0 {
		return match{}
	}
	return match{i, k, Email, string(s.r[i:i+1]) + "***@" + string(s.r[domain:k])}
}

func isLocalPart(r rune) bool {
	return isDigit(r) || isLatin(r) || r == '.' || r == '_' || r == '-' || r == '%' || r == '+'
}

// account covers what stands after 微信, QQ, 抖音号 and the like.
func (s *scan) account(i int) match {
	if isLatin(s.r[i]) && (isLatin(s.rune(i-1)) || isDigit(s.rune(i-1))) {
		return match{}
	}
	n := s.hasAny(i, accountTriggers)
	if n == 0 {
		return match{}
	}
	j, told := i+n, false
	for filler := 0; filler < 6; {
		k := s.hasAny(j, accountNouns)
		if other := s.hasAny(j, accountTriggers); other > k && !isLocalPart(s.rune(j+other)) {
			k = other // 微信同QQ号…
		}
		if k > 0 {
			j, told, filler = j+k, true, filler+1
			continue
		}
		c := s.rune(j)
		if c == 0 || !strings.ContainsRune(" :：是为叫搜加同=(（\"“", c) {
			break
		}
		told = told || c != ' '
		j, filler = j+1, filler+1
	}
	k, letters, digits := j, 0, 0
	for isDigit(s.rune(k)) || isLatin(s.rune(k)) || s.rune(k) == '_' || s.rune(k) == '-' || s.rune(k) == '@' {
		letters, digits = letters+b2i(isLatin(s.r[k])), digits+b2i(isDigit(s.r[k]))
		if k++; told && letters == 0 && s.rune(k) == ' ' && isDigit(s.rune(k+1)) && !isDigit(s.rune(k+2)) {
			k++ // 1 9 8 2 7: digit by digit
		}
	}
	if k-j < 5 || k-j > 20 || letters == k-j && !told || digits == k-j && digits >= 12 { // a card is number's
		return match{}
	}
	return match{j, k, Account, string(s.r[j:j+1]) + "****"}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// document covers the number behind 护照, 通行证, 驾驶证, 车牌 and other papers
// that have no checksum to tell them by.
func (s *scan) document(i int) match {
	n := s.hasAny(i, documentTriggers)
	if n == 0 {
		return match{}
	}
	j := i + n
	for filler := 0; filler < 7; filler++ {
		if k := s.hasAny(j, documentNouns); k > 0 {
			j += k
			continue
		}
		if c := s.rune(j); c == 0 || !strings.ContainsRune(" :：是为(（第", c) {
			break
		}
		j++
	}
	k, digits := j, 0
	if s.has(j+1, "字第") {
		k += 3 // 南字第0123456号
	}
	for isDigit(s.rune(k)) || isLatin(s.rune(k)) {
		digits += b2i(isDigit(s.r[k]))
		k++
	}
	if digits < 4 || k-j < 6 || k-j > 20 {
		return match{}
	}
	return match{j, k, IDCard, string(s.r[j:j+1]) + strings.Repeat("*", k-j-3) + string(s.r[k-2:k])}
}

var (
	accountTriggers  = listOf("微信 微_信 Q_Q 薇信 威信 微X V信 v信 微.信 weixin Weixin WeiXin WEIXIN wechat WeChat Wechat WECHAT WX wx Wx VX vx Vx 加V 加v 加Q 加q +V +v QQ qq Qq 扣扣 球球 企鹅 Q号 q号 Q群 q群 群号 业主群 维权群 个群 抖音 快手 小红书 微博 支付宝 淘宝 钉钉 陌陌 旺旺 微: 微： 加微 加我V 加我v 加个V 加个v 卫星 微心 V: V： v: v： Q: Q： q: q： Q_ q_ Telegram telegram 飞机号 账号 帐号")
	accountNouns     = listOf("号码 账号 帐号 账户 群号 用户名 昵称 也行 也可以 也可 都行 群 号 ID id Id")
	documentTriggers = listOf("护照 通行证 回乡证 台胞证 港澳证 军官证 士兵证 军人证 退役证 警官证 工作证 驾驶证 驾照 行驶证 残疾证 残疾人证 居住证 居留证 居留身份证 社保卡 社保号 社会保障号 医保卡 医保号 病历号 住院号 门诊号 就诊卡 学号 学籍号 准考证 车牌 车号 牌照 车牌照 车架号 发动机号 不动产权证 房产证 结婚证 出生证 户口本 市民卡 公交卡 老年证 优待证")
	documentNouns    = listOf("号码 编号 证号 卡号 档案编号 档案号 号 证 卡 字 军字第")
	phoneWords       = []string{"电话", "座机", "固话", "联系方式", "办公室", "来电", "致电", "拨打", "传真", "Tel", "tel", "TEL", "号码", "手机", "回电", "热线", "可打", "请打", "联系", "电联"}
	dials            = []string{"打", "拨"}
	idWords          = []string{"身份证", "证件号", "身份号", "身份号码", "居民证", "证号"}
	cardWords        = []string{"卡号", "银行卡", "工资卡", "储蓄卡", "信用卡", "账号", "帐号", "账户", "帐户", "存折", "社保卡", "工行", "建行", "农行", "中行", "招行", "交行", "邮储", "银行"}
	serialWords      = []string{"合同", "单号", "编号", "工单", "订单", "流水", "文号", "案号", "条码", "运单", "发票", "代码", "凭证"}
)

// provinces begin number plates; hanDigits spell numbers.
const (
	provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼军海空使领"
	hanDigits = "零〇○一二三四五六七八九十幺两壹贰叁肆伍陆柒捌玖百"
)
