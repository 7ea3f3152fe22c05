package hotword

import (
	"cmp"
	"math"
	"slices"
)

// Standout is a word that one group uses more than another.
type Standout struct {
	Word   string  `json:"word"`
	In     int     `json:"in"`     // respondents of the group
	Out    int     `json:"out"`    // respondents of the background
	Z      float64 `json:"z"`      // of the weighted log-odds
	Excess float64 `json:"excess"` // the log-odds themselves
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
	// The prior weighs as much as a twentieth of all respondents on either side,
	// and no more than half of the smaller side.
	scale := min(0.05*float64(nIn+nOut), 0.5*float64(min(nIn, nOut)))
	for w, a := range in {
		if a < max(least, 1) {
			continue
		}
		b := out[w]
		share := float64(a+b) / float64(nIn+nOut)
		prior := share * scale
		yes, byes := float64(a)+prior, float64(b)+prior
		no, bno := float64(nIn)+scale-yes, float64(nOut)+scale-byes
		if no <= 0 || bno <= 0 {
			continue
		}
		odds := math.Log(yes/no) - math.Log(byes/bno)
		s := Standout{Word: w, In: a, Out: b, Z: odds / math.Sqrt(1/yes+1/no+1/byes+1/bno), Excess: odds}
		if s.Z >= z {
			found = append(found, s)
		}
	}
	slices.SortFunc(found, func(a, b Standout) int { return cmp.Or(cmp.Compare(b.Z, a.Z), cmp.Compare(a.Word, b.Word)) })
	return found
}
