package tree_test

import (
	"fmt"

	"minyi"
	"minyi/score/methods"
	"minyi/score/tally"
	"minyi/score/tree"
)

// Forty residents rate how their case was handled: 38 are satisfied.
func ExampleCompute() {
	m, err := methods.Preset("2023")
	if err != nil {
		panic(err)
	}
	sum := tally.Sum{}
	for i := range 40 {
		level := 5
		if i < 2 {
			level = 1
		}
		sum.Add(tally.RowOf(minyi.AnswerFacts{Answer: minyi.AnswerID(fmt.Sprint(i)), Rev: 1, Counts: true, Audience: minyi.Resident,
			Values: map[string]minyi.Value{minyi.TagHandling: {V: level, K: 5}}}, nil))
	}
	sheet := tree.Compute(m, tree.Inputs{Sum: sum})
	for _, r := range sheet.Rates {
		if r.Path == "办理满意率" {
			fmt.Printf("%s %.2f%% [%.2f, %.2f] = %v/%v, n %d\n", r.Path, *r.Score, *r.Low, *r.High, *r.Num, *r.Den, r.N)
		}
	}
	// Output:
	// 办理满意率 95.00% [83.50, 98.62] = 38/40, n 40
}
