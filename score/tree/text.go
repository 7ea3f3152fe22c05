package tree

import (
	"fmt"
	"math"

	"minyi/internal/confusion"
	"minyi/score/methods"
	"minyi/score/stat"
	"minyi/score/tally"
)

// TextErrors is how the polarity model fared on remarks whose class is known.
type TextErrors struct {
	Model string `json:"model"`
	// Tested counts remarks by what they are (row) and what the model calls
	// them (column): complaint, neither, praise.
	Tested confusion.Table `json:"tested"`
}

// undo turns what a model called remarks into what they are. The true shares p
// and the seen ones o hang together by o = Mᵀp, M being the measured rates; so
// p₀ = Σ aⱼoⱼ is the mean of a per remark, and everything that is done with
// means is done with it. What M itself is uncertain by is added in own.
type undo struct {
	inverse confusion.Undo
	errors  *TextErrors
}

// undoOf gives the correction that a source asks for; nil where it asks for
// none, or the measurement is not worth anything.
func (c *calc) undoOf(s *methods.Source) *undo {
	if s.Kind != methods.Text || !s.Measured || c.in.Errors == nil {
		return nil
	}
	inverse, ok := confusion.Invert(c.in.Errors.Tested)
	if !ok {
		return nil
	}
	return &undo{inverse, c.in.Errors}
}

// correct gives the source with what each class of remark counts as. The values
// may lie outside 0…100; their mean is cut to it.
func (u *undo) correct(s *methods.Source) *methods.Source {
	out := *s
	out.Points = map[int]float64{}
	for class, a := range u.inverse.Value[0] {
		out.Points[class+1] = 100 * a
	}
	return &out
}

// own is the variance, in points squared, that the measured rates add.
func (u *undo) own(n *tally.Counts) float64 {
	h := n.Hist(tally.Polarity)
	return 1e4 * u.inverse.Own(0, u.inverse.Shares(called(h)))
}

// called gives the share of each call in a histogram of Polarity.
func called(h []int64) (o [3]float64) {
	all := float64(h[1] + h[2] + h[3])
	for j := range o {
		o[j] = float64(h[j+1]) / all
	}
	return o
}

// spread is the variance of the corrected mean by chance in the remarks alone.
// Where all were called the same, it is that of a rate with z²/2 added on
// either side, on the width of the values.
func (l *leaf) spread(level float64) float64 {
	if l.sample.Var > 0 {
		return l.sample.Var / l.n
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, y := range l.source.Points {
		low, high = min(low, y), max(high, y)
	}
	return (high - low) * (high - low) * stat.AgrestiCoull(l.n, l.n, level)
}

// correctedInterval is the interval of a corrected share: both the chance in
// the remarks and that in the measured rates, cut to 0…100.
func (l *leaf) correctedInterval(level float64, quantile func(df float64) float64) stat.Interval {
	half := quantile(max(1, l.n-1)) * math.Sqrt(l.variance(level))
	mean := max(0, min(100, l.mean)) // around a mean beyond the ends it would be empty
	return stat.Interval{Low: mean - half, High: mean + half}.Clip(0, 100)
}

// corrections says how a text share was corrected, or why it was not.
func (c *calc) corrections(s *methods.Source) string {
	if !s.Measured {
		return ""
	}
	u := c.undoOf(s)
	n := c.base(s.Families, s.Include)
	h := n.Hist(tally.Polarity)
	switch {
	case u == nil && c.in.Errors == nil:
		return "；未校正（模型误差尚无足够的检验样本）"
	case u == nil:
		return fmt.Sprintf("；未校正（检验 %d 条，不足以求逆）", c.in.Errors.Tested.Size())
	case h == nil || h[1]+h[2]+h[3] == 0:
		return ""
	}
	o := called(h)
	p := max(0, min(1, u.inverse.Shares(o)[0]))
	how := "混淆矩阵求逆"
	if u.inverse.Pooled {
		how = "差评与其余两类求逆"
	}
	return fmt.Sprintf("；负面占比校正前 %s，按模型误差（%s，检验 %d 条，%s）校正后 %s", percent(o[0]), how, u.errors.Tested.Size(), u.errors.Model, percent(p))
}

func percent(share float64) string { return number(math.Round(share*1e4)/100) + "%" }
