package mask

import "strings"

// spelledMobile covers 幺三八零零一三八零零零零 and mixtures with digits.
func (s *scan) spelledMobile(i int) match {
	if hanDigitValue(s.rune(i-1)) >= 0 {
		return match{}
	}
	var d strings.Builder
	j, han := i, false
	for v := hanDigitValue(s.rune(j)); v >= 0; v = hanDigitValue(s.rune(j)) {
		han = han || !isDigit(s.r[j])
		d.WriteByte(byte('0' + v))
		j++
		if c := s.rune(j); (c == ' ' || c == '-' || c == '，') && d.Len() < 11 && hanDigitValue(s.rune(j+1)) >= 0 {
			j++
		}
	}
	bare, ok := mobileDigits(d.String(), []int{d.Len()}, false)
	if !ok || !han {
		return match{}
	}
	return match{i, j, Mobile, bare[:3] + "****" + bare[7:]}
}

// smudgedMobile covers a mobile in which 1 and 0 were read as letters:
// l39O731….
func (s *scan) smudgedMobile(i int) match {
	if isDigit(s.rune(i-1)) || isLatin(s.rune(i-1)) {
		return match{}
	}
	var d strings.Builder
	letters, j := 0, i
	for ; d.Len() < 12; j++ {
		c := s.rune(j)
		switch {
		case isDigit(c):
		case c == 'l' || c == 'I':
			c, letters = '1', letters+1
		case c == 'o' || c == 'O':
			c, letters = '0', letters+1
		default:
			c = 0
		}
		if c == 0 {
			break
		}
		d.WriteRune(c)
	}
	bare, ok := mobileDigits(d.String(), []int{d.Len()}, false)
	if !ok || letters == 0 || letters > 4 || isLatin(s.rune(j)) {
		return match{}
	}
	return match{i, j, Mobile, bare[:3] + "****" + bare[7:]}
}
