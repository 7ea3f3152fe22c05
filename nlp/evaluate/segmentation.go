package evaluate

import (
	"strings"
	"time"
)

// CutFigures compare a segmenter with gold words.
type CutFigures struct {
	Task      string  `json:"task"`
	Model     string  `json:"model"`
	Lines     int     `json:"lines"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Joined    bool    `json:"joined"` // the tokens of every line joined to the line
	MBPerSec  float64 `json:"mb_per_second"`
}

// Segmentation reads one sentence a line with gold words between blanks, and
// compares word spans.
func Segmentation(seg Segmenter, path string) (CutFigures, error) {
	lines, err := readLines(path)
	if err != nil {
		return CutFigures{}, err
	}
	f := CutFigures{Task: "segmentation", Model: seg.Version(), Lines: len(lines), Joined: true}
	hit, said, gold, bytes := 0, 0, 0, 0
	start := time.Now()
	for _, line := range lines {
		words := strings.Fields(line)
		text := strings.Join(words, "")
		bytes += len(text)
		tokens := seg.Tag(text)
		got := make([]string, len(tokens))
		for i, k := range tokens {
			got[i] = k.Text
		}
		f.Joined = f.Joined && strings.Join(got, "") == text
		want := spansOf(words)
		gold += len(want)
		for span := range spansOf(got) {
			said++
			if want[span] {
				hit++
			}
		}
	}
	f.MBPerSec = float64(bytes) / 1e6 / time.Since(start).Seconds()
	f.Precision, f.Recall = float64(hit)/float64(max(said, 1)), float64(hit)/float64(max(gold, 1))
	if hit > 0 {
		f.F1 = 2 * f.Precision * f.Recall / (f.Precision + f.Recall)
	}
	return f, nil
}

func spansOf(words []string) map[[2]int]bool {
	out := make(map[[2]int]bool, len(words))
	at := 0
	for _, w := range words {
		out[[2]int{at, at + len(w)}] = true
		at += len(w)
	}
	return out
}
