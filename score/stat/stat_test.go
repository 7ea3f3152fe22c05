package stat_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"minyi/score/stat"
)

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > within {
		t.Errorf("%s: got %.6f, want %.6f ± %g", what, got, want, within)
	}
}

// TestWilsonNewcombe recomputes the four worked examples of Newcombe 1998,
// table I, method 3 (score without continuity correction).
func TestWilsonNewcombe(t *testing.T) {
	for _, c := range []struct{ x, n, low, high float64 }{
		{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718},
	} {
		in := stat.Wilson(c.x, c.n, 0.95)
		near(t, "low", in.Low, c.low, 5e-5)
		near(t, "high", in.High, c.high, 5e-5)
	}
	if in := stat.Wilson(0, 0, 0.95); in != (stat.Interval{Low: 0, High: 1}) {
		t.Errorf("no trials give %v", in)
	}
}

// TestTInterval recomputes the body temperatures of Mackowiak et al. 1992 as
// textbooks print them: n 130, mean 98.25, s 0.73, 95% interval 98.12…98.38.
func TestTInterval(t *testing.T) {
	in, ok := stat.Sample{N: 130, Mean: 98.25, Var: 0.73 * 0.73}.Interval(stat.Quantiles(0.95))
	if !ok {
		t.Fatal("no interval")
	}
	near(t, "low", in.Low, 98.12, 0.005)
	near(t, "high", in.High, 98.38, 0.005)
	near(t, "t quantile, 10 degrees", stat.T(0.95, 10), 2.228, 5e-4)
	near(t, "normal quantile", stat.Z(0.95), 1.959964, 1e-6)
}

// TestTExpansion holds the expansion to gonum's inversion where it takes over.
func TestTExpansion(t *testing.T) {
	for _, level := range []float64{0.5, 0.9, 0.95, 0.99, 0.999} {
		for _, df := range []float64{30, 31, 60, 199, 5000} {
			want := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(1 - (1-level)/2)
			near(t, "t quantile", stat.T(level, df), want, 5e-6)
		}
	}
}

func TestSampleOfCounts(t *testing.T) {
	s := stat.SampleOf([]float64{0, 50, 100}, []float64{1, 1, 2}) // 0 50 100 100
	near(t, "mean", s.Mean, 62.5, 1e-12)
	near(t, "variance", s.Var, (62.5*62.5+12.5*12.5+2*37.5*37.5)/3, 1e-9)
	same := stat.SampleOf([]float64{100}, []float64{40})
	if _, ok := same.Interval(stat.Quantiles(0.95)); ok {
		t.Error("t speaks where there is no spread")
	}
	if in := same.Bounded(0, 100, 0.95); in.High != 100 || in.Low > 92 || in.Low < 90 {
		t.Errorf("forty times 100 gives %v", in)
	}
}

// TestWelch recomputes Welch's test on the first two of the example samples in
// the article Welch's t-test (Wikipedia): t −2.46, 25.0 degrees, p 0.021.
func TestWelch(t *testing.T) {
	a := sample(27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4)
	b := sample(27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4)
	c := stat.Welch(a, b)
	near(t, "t", c.Stat, -2.46, 0.005)
	near(t, "degrees", c.DF, 25.0, 0.05)
	near(t, "p", c.P, 0.021, 0.0005)
}

func sample(v ...float64) stat.Sample {
	ones := make([]float64, len(v))
	for i := range ones {
		ones[i] = 1
	}
	return stat.SampleOf(v, ones)
}

// TestTwoProportions: z² of the pooled test is Pearson's χ² of the 2×2 table.
// The Salk vaccine trial of 1954 had 57 cases in 200,745 vaccinated and 142 in
// 201,229 given placebo (Francis 1955): χ² is 36.12.
func TestTwoProportions(t *testing.T) {
	c := stat.TwoProportions(57, 200745, 142, 201229)
	near(t, "chi square", c.Stat*c.Stat, pearson(57, 200745-57, 142, 201229-142), 1e-9)
	near(t, "chi square of the trial", c.Stat*c.Stat, 36.12, 0.005)
	if c.P > 1e-8 || c.Diff > 0 {
		t.Errorf("%+v", c)
	}
	if c := stat.TwoProportions(10, 10, 20, 20); c.P != 1 {
		t.Errorf("no difference has p %v", c.P)
	}
}

func pearson(a, b, c, d float64) float64 {
	n := a + b + c + d
	return n * (a*d - b*c) * (a*d - b*c) / ((a + b) * (c + d) * (a + c) * (b + d))
}

// TestHolm uses the p values 0.01, 0.04, 0.03, 0.005 of the article
// Holm–Bonferroni method (Wikipedia): at 0.05 the first and the last hold.
func TestHolm(t *testing.T) {
	got := stat.Holm([]float64{0.01, 0.04, 0.03, 0.005})
	for i, want := range []float64{0.03, 0.06, 0.06, 0.02} {
		near(t, "adjusted p", got[i], want, 1e-12)
	}
}

// TestAlpha: Bland & Altman, BMJ 314 (1997) 572, mini-HAQ: ten items, item
// variances summing to 11.16, total variance 77.44, α = 0.95.
func TestAlpha(t *testing.T) {
	near(t, "alpha", stat.AlphaOf(10, 11.16, 77.44), 0.95, 0.005)
	items := [][]float64{{1, 2, 3, 4, 5}, {2, 2, 3, 5, 5}, {1, 3, 3, 4, 4}}
	// By hand: variances 2.5, 2.3, 1.5; totals 4 7 9 13 14, variance 17.3.
	r := stat.Alpha(items)
	near(t, "alpha of three items", r.Alpha, 1.5*(1-6.3/17.3), 1e-12)
	// Item 1 with 3 5 6 9 9: deviations ⟨−2 −1 0 1 2⟩·⟨−3.4 −1.4 −.4 2.6 2.6⟩ = 16.
	near(t, "item-total", r.ItemTotal[0], 16/math.Sqrt(10*27.2), 1e-12)
	near(t, "without item 1", r.Without[0], stat.AlphaOf(2, 3.8, 6.8), 1e-12)
	if r.N != 5 {
		t.Errorf("%d cases", r.N)
	}
}

// TestKish: four weights 1, 1, 2, 4: n·Σw²/(Σw)² = 4·22/64.
func TestKish(t *testing.T) {
	w := []float64{1, 1, 2, 4}
	near(t, "design effect", stat.Kish(w), 1.375, 1e-12)
	near(t, "effective n", stat.EffectiveN(w), 64.0/22, 1e-12)
	mean, variance := 2.0, 1.5 // of the weights
	near(t, "1 + CV²", stat.Kish(w), 1+variance/(mean*mean), 1e-12)
}

// TestRake checks the fixed point: margins met, and the association (odds
// ratio) of the sample untouched, which is what Deming & Stephan's procedure
// promises. In the 2×2 case the fitted table follows from both by hand.
func TestRake(t *testing.T) {
	// Sample: 30 men young, 20 men old, 10 women young, 40 women old.
	var sex, age []int
	for cell, n := range []int{30, 20, 10, 40} {
		for range n {
			sex, age = append(sex, cell/2), append(age, cell%2)
		}
	}
	margins := []stat.Margin{{Name: "sex", Of: sex, Share: []float64{0.5, 0.5}}, {Name: "age", Of: age, Share: []float64{0.6, 0.4}}}
	r, err := stat.Rake(100, nil, margins, stat.RakeOptions{})
	if err != nil || r.Off > 1e-6 {
		t.Fatal(r.Off, err)
	}
	var cell [4]float64
	for i, w := range r.Weights {
		cell[sex[i]*2+age[i]] += w
	}
	near(t, "odds ratio", cell[0]*cell[3]/(cell[1]*cell[2]), 6, 1e-3)
	// x·(x−10)/((50−x)·(60−x)) = 6 with men 50 and young 60: 5x² − 650x + 18000 = 0.
	near(t, "young men", cell[0], (650-math.Sqrt(650*650-4*5*18000))/10, 1e-3)
}

// TestRakeAroundAnEmptyClass: nobody of the population is in the class of the
// only case of another class, so that one's share cannot be met, and is told.
func TestRakeAroundAnEmptyClass(t *testing.T) {
	a := stat.Margin{Name: "a", Of: []int{0, 0, 0, 1}, Share: []float64{1, 0}}
	b := stat.Margin{Name: "b", Of: []int{0, 0, 1, 2}, Share: []float64{0.4, 0.4, 0.2}}
	r, err := stat.Rake(4, nil, []stat.Margin{a, b}, stat.RakeOptions{})
	if err != nil || r.Weights[3] != 0 || math.IsNaN(r.Off) || r.Off < 0.1 {
		t.Errorf("%+v %v", r, err)
	}
	for _, w := range r.Weights {
		if math.IsNaN(w) {
			t.Errorf("weights %v", r.Weights)
		}
	}
}

func TestRakeTrimsAndRefuses(t *testing.T) {
	of := make([]int, 100)
	of[0] = 1
	m := []stat.Margin{{Name: "district", Of: of, Share: []float64{0.8, 0.2}}}
	r, err := stat.Rake(100, nil, m, stat.RakeOptions{High: 5})
	if err != nil || r.Trimmed != 1 || r.Off < 0.1 || r.Weights[0] > 5+1e-9 {
		t.Errorf("trimmed %d, off %.3f, weight %.2f, %v", r.Trimmed, r.Off, r.Weights[0], err)
	}
	m[0].Share = []float64{0.5, 0.4, 0.1}
	if _, err := stat.Rake(100, nil, m, stat.RakeOptions{}); err == nil {
		t.Error("a class without cases was taken")
	}
	m[0].Share = []float64{0.5, 0.4}
	if _, err := stat.Rake(100, nil, m, stat.RakeOptions{}); err == nil {
		t.Error("shares that do not sum to 1 were taken")
	}
}

// TestAAPOR works the formulas of the Standard Definitions through one table.
func TestAAPOR(t *testing.T) {
	r := stat.AAPOR(stat.Outcomes{I: 500, P: 50, R: 150, NC: 200, O: 20, UH: 60, UO: 20, E: 0.5})
	for what, c := range map[string][2]float64{
		"RR1": {r.RR1, 0.5}, "RR2": {r.RR2, 0.55}, "RR3": {r.RR3, 500.0 / 960}, "RR4": {r.RR4, 550.0 / 960}, "RR5": {r.RR5, 500.0 / 920}, "RR6": {r.RR6, 550.0 / 920},
		"COOP1": {r.COOP1, 500.0 / 720}, "COOP2": {r.COOP2, 550.0 / 720}, "COOP3": {r.COOP3, 500.0 / 700}, "COOP4": {r.COOP4, 550.0 / 700},
		"REF1": {r.REF1, 0.15}, "REF2": {r.REF2, 150.0 / 960}, "REF3": {r.REF3, 150.0 / 920},
		"CON1": {r.CON1, 0.72}, "CON2": {r.CON2, 720.0 / 960}, "CON3": {r.CON3, 720.0 / 920},
	} {
		near(t, what, c[0], c[1], 1e-12)
	}
	if stat.AAPOR(stat.Outcomes{}) != (stat.Rates{}) {
		t.Error("an empty sample has rates")
	}
}

func TestQuantileIsType7(t *testing.T) {
	v := []float64{1, 2, 3, 4} // R: quantile(1:4) is 1 1.75 2.5 3.25 4
	for q, want := range map[float64]float64{0: 1, 0.25: 1.75, 0.5: 2.5, 0.75: 3.25, 1: 4} {
		near(t, "quantile", stat.Quantile(v, q), want, 1e-12)
	}
}

// TestFisher holds the exact test to Fisher's tea tasting (The Design of
// Experiments, 1935): 3 of 4 right by chance in 17 of 70, 4 of 4 in 1 of 70.
func TestFisher(t *testing.T) {
	for _, c := range []struct {
		x1, n1, x0, n0 int
		want           float64
	}{{1, 4, 3, 4, 17.0 / 70}, {0, 4, 4, 4, 1.0 / 70}, {4, 4, 0, 4, 1}, {0, 0, 3, 4, 1}, {5, 5, 7, 7, 1}, {1, 9, 11, 15, 12740.0 / 2704156}} {
		if got := stat.Fisher(c.x1, c.n1, c.x0, c.n0); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("Fisher(%d/%d, %d/%d) = %.9f, want %.9f", c.x1, c.n1, c.x0, c.n0, got, c.want)
		}
	}
}
