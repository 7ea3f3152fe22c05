package learn

import "slices"

// member says how a member is trained.
type member struct {
	weights [blocks]float32
	c       float64
	bayes   bool
	ratio   bool
	two     float64 // how loud it speaks between two labels; 0: it is not asked
	short   float64 // among more, of a short text
	long    float64 // and of a longer one
}

// members of the ensemble. Of a short text the ratios tell more than the sum of
// all features does.
var members = []member{
	{weights: [blocks]float32{wordBlock: 1, pairBlock: .5}, c: .5, two: .67, short: 1, long: 1},
	{weights: [blocks]float32{charBlock: 1}, c: .5, two: .67, short: 1, long: 1},
	{weights: [blocks]float32{wordBlock: 1, pairBlock: .5, charBlock: 1, hintBlock: .5}, c: .3, two: .67, long: 1},
	{weights: [blocks]float32{wordBlock: 1, charBlock: 1, hintBlock: 1}, bayes: true, two: 1, short: 1, long: 1},
	{weights: [blocks]float32{wordBlock: 1, pairBlock: 1, charBlock: 1, hintBlock: 1}, c: 1, ratio: true, two: 2},
	{weights: [blocks]float32{wordBlock: 1, pairBlock: 1, charBlock: 1, hintBlock: 1}, c: .4, ratio: true, short: 1, long: .5},
}

// crew is who speaks between so many labels.
func crew(labels int) []member {
	return slices.DeleteFunc(slices.Clone(members), func(m member) bool {
		return labels == 2 && m.two == 0 || labels != 2 && m.long == 0
	})
}
