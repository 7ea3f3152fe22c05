package hotword

import (
	"cmp"
	"math"
	"slices"
)

// Standout is a word that one group uses more than another.
type Standout struct {
	Word   string  `json:"word"`
	In     int     `json:"in"`  // respondents of the group
	Out    int     `json:"out"` // respondents of the background
	Z      float64 `json:"z"`   // of the weighted log-odds
	Excess float64 `json:"excess"`
}

// SignificantZ is the floor under which a word's excess is noise. With some
// twenty thousand words looked at, z above 3 comes by chance; 4.5 does not.
const SignificantZ = 4.5

// Distinct orders words by how far a group's use of them exceeds the
// background's: weighted log-odds with an informative Dirichlet prior (Monroe
// et al. 2008), the prior being the use in both together. in and out count
// respondents by word, of nIn and nOut in all; words under the floor z or used
// by fewer than least respondents of the group are left out.
func Distinct(in, out map[string]int, nIn, nOut int, z float64, least int) []Standout {
	var found []Standout
	scale := 0.05 * float64(nIn+nOut) // the prior weighs as much as a twentieth of the respondents
	for w, a := range in {
		if a < max(least, 1) {
			continue
		}
		b := out[w]
		share := float64(a+b) / float64(nIn+nOut)
		prior := share * scale
		yes, no := float64(a)+prior, float64(nIn)*1.05-float64(a)
		byes, bno := float64(b)+prior, float64(nOut)*1.05-float64(b)
		if no <= 0 || bno <= 0 || byes <= 0 {
			continue
		}
		odds := math.Log(yes/no) - math.Log(byes/bno)
		s := Standout{Word: w, In: a, Out: b, Z: odds / math.Sqrt(1/yes+1/byes), Excess: odds}
		if s.Z >= z {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b Standout) int { return cmp.Or(cmp.Compare(b.Z, a.Z), cmp.Compare(a.Word, b.Word)) })
	return found
}
