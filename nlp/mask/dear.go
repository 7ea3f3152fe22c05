package mask

import "strings"

// dearHeads stand before the surname of somebody one knows: 小王, 老李, 阿强.
const dearHeads = "小老"

// dearSurnames are the commonest: of the others most make words (小熊, 小米).
var dearSurnames = string([]rune(rankedSurnames)[:100])

// notDear make words of 小 and 老 more often than persons.
const notDear = "钱毛汤丁顾夏"

const dearly = -6.0 // that a person is called 小 or 老

// dearName covers 小王 and 老李 with what reads like a person around them: 小区,
// 老路 and 小龙虾 are words and weigh more.
func (s *scan) dearName(i int) match {
	family := s.rune(i + 1)
	p, known := s.familyOf(i+1, 1)
	if !known || !strings.ContainsRune(dearSurnames, family) || strings.ContainsRune(shySurnames+neverAlone, family) {
		return match{}
	}
	if strings.ContainsRune(wordlikeSurnames+notDear, family) {
		p -= 3
	}
	p += dearly + s.beforeDear(i) + s.behindDear(i+2)
	if theLexicon().read(s.r, max(s.done, i-4), i+6).gain(i, i+2, p) <= 0 {
		return match{}
	}
	return s.nameMatch(i, i+2, 1)
}

func (s *scan) beforeDear(i int) float64 {
	c := s.rune(i - 1)
	switch {
	case !isHan(c) || s.afterName(i):
		return 0
	case s.pointsAt(i), strings.ContainsRune(roleEnds, c):
		return 2
	case strings.ContainsRune(beforeFreeToo, c):
		return 0
	}
	return -3
}

func (s *scan) behindDear(end int) float64 {
	c := s.rune(end)
	switch {
	case strings.ContainsRune("头家和他她", c) && c != 0, s.titleAt(end) > 0:
		return 2
	case !isHan(c):
		return 0
	case strings.ContainsRune(afterFree, c):
		return 2
	}
	return -2
}

// neighbour covers 席 in 隔壁席家.
func (s *scan) neighbour(i int) match {
	if s.r[i] != '家' || i-1 < s.done || !s.before(i-1, 2, nextDoor) || strings.ContainsRune(placeEnds, s.rune(i+1)) {
		return match{}
	}
	if _, known := s.familyOf(i-1, 1); !known {
		return match{}
	}
	return s.nameMatch(i-1, i, 1)
}
