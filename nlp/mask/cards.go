package mask

import "strings"

// card recognises identity cards by their checksum and bank cards by Luhn's;
// what stands before (身份证, 卡号) stands in for a checksum that a slip of the
// finger broke, and 单号 or 编号 speaks against a card.
func (s *scan) card(groups []group) match {
	m := match{from: groups[0].from, to: groups[len(groups)-1].to}
	d := s.digits(groups)
	if !plain(groups) {
		return match{}
	}
	if x := s.rune(m.to); len(d) == 17 && (x == 'X' || x == 'x') && !isLatin(s.rune(m.to+1)) {
		d += "X"
		m.to++
	}
	if len(d) < 10 || len(d) > 22 {
		return match{}
	}
	if s.identity(d, m.from) {
		m.kind, m.cover = IDCard, d[:3]+strings.Repeat("*", len(d)-7)+d[len(d)-4:]
		return m
	}
	if s.bank(d, groups) {
		m.kind, m.cover = BankCard, strings.Repeat("*", len(d)-4)+d[len(d)-4:]
		return m
	}
	return match{}
}

func (s *scan) identity(d string, at int) bool {
	named := s.before(at, 10, idWords)
	switch len(d) {
	case 18:
		return named || regionCode(d) && birthDate(d[6:14]) && (checksum18(d) || !s.before(at, 10, serialWords)) // a slip breaks the checksum, not the date
	case 15:
		return regionCode(d) && birthDate("19"+d[6:12])
	case 17:
		return named && regionCode(d)
	}
	return false
}

func (s *scan) bank(d string, groups []group) bool {
	if strings.HasSuffix(d, "X") {
		return false
	}
	at := groups[0].from
	if s.before(at, 8, cardWords) {
		return len(d) >= 12
	}
	if len(d) < 16 || len(d) > 19 || d[0] < '3' || d[0] > '6' || s.before(at, 8, serialWords) {
		return false
	}
	sizes, fours := sizesOf(groups), 0
	for _, n := range sizes[:len(sizes)-1] {
		if n != 4 && n != 6 {
			return false
		}
		fours += b2i(n == 4)
	}
	return fours >= 3 || luhn(d) // nothing but a card is written by fours
}

// checksum18 is that of GB 11643-1999 (ISO 7064, MOD 11-2).
func checksum18(d string) bool {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(d[i]-'0') * w
	}
	return "10X98765432"[sum%11] == d[17]
}

func luhn(d string) bool {
	sum := 0
	for i := range len(d) {
		v := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// regionCode checks the province part of an identity number.
func regionCode(d string) bool {
	switch d[0] {
	case '1':
		return d[1] >= '1' && d[1] <= '5'
	case '2':
		return d[1] >= '1' && d[1] <= '3'
	case '3':
		return d[1] >= '1' && d[1] <= '7'
	case '4':
		return d[1] >= '1' && d[1] <= '6'
	case '5':
		return d[1] >= '0' && d[1] <= '4'
	case '6':
		return d[1] >= '1' && d[1] <= '5'
	case '7':
		return d[1] == '1'
	case '8':
		return d[1] >= '1' && d[1] <= '3'
	}
	return false
}

// birthDate checks yyyymmdd roughly: a range, a month, a day.
func birthDate(d string) bool {
	year, month, day := d[:4], d[4:6], d[6:8]
	return year >= "1900" && year <= "2100" && month >= "01" && month <= "12" && day >= "01" && day <= "31"
}
