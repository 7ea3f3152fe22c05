package mask

import "strings"

// plate covers 湘A12345, 粤B·D12345 and 京AD12345 by their form.
func (s *scan) plate(i int) match {
	j := i + 1
	for s.rune(j) == ' ' {
		j++
	}
	if !isLatin(s.rune(j)) {
		return match{}
	}
	letter := s.r[j]
	j++
	for n := 0; n < 2 && strings.ContainsRune("·•・-. ", s.rune(j)) && s.rune(j) != 0; n++ {
		j++
	}
	n, digits, to := 0, 0, j
	for n < 6 && (isDigit(s.rune(to)) || isLatin(s.rune(to))) {
		if isDigit(s.r[to]) {
			digits++
		}
		n, to = n+1, to+1
		if n < 5 && s.rune(to) == ' ' && (isDigit(s.rune(to+1)) || isLatin(s.rune(to+1))) {
			to++
		}
	}
	if strings.ContainsRune("挂学警港澳领试", s.rune(to)) && s.rune(to) != 0 && (n == 4 || n == 5) {
		n, to = n+1, to+1
	}
	if n < 5 || digits < 2 || isDigit(s.rune(to)) || isLatin(s.rune(to)) || s.measures(to) && strings.Contains(string(s.r[j:to]), " ") {
		return match{}
	}
	return match{i, to, Plate, string(s.r[i:i+1]) + string(upper(letter)) + strings.Repeat("*", n)}
}
