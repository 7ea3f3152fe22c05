package evaluate

import (
	"cmp"
	"strconv"
	"time"
	"unicode"

	"minyi/nlp/clean"
	"minyi/nlp/issue"
)

// IssueFigures say how well the clusters find issues that people named.
type IssueFigures struct {
	Task       string             `json:"task"`
	Messages   int                `json:"messages"`
	Issues     int                `json:"issues"` // clusters of two and more
	MeanBestF1 float64            `json:"mean_best_f1"`
	BestF1     map[string]float64 `json:"best_f1"` // issue → of its best cluster
	InTop      map[string]int     `json:"in_top"`  // "10", "20", "50" → named issues whose best cluster is there
	Seconds    float64            `json:"seconds"`
}

// HotIssues clusters messages (CSV with id, user, time, title, text, likes) and
// compares with named issues (CSV with issue, message_id).
func HotIssues(seg Segmenter, messages, named string) (IssueFigures, error) {
	items, err := readItems(seg, messages)
	if err != nil {
		return IssueFigures{}, err
	}
	gold, err := readList(named, "issue", "message_id")
	if err != nil {
		return IssueFigures{}, err
	}
	start := time.Now()
	found := issue.Cluster(items, issue.Options{})
	f := IssueFigures{Task: "hotissues", Messages: len(items), Issues: len(found), BestF1: map[string]float64{}, InTop: map[string]int{"10": 0, "20": 0, "50": 0}, Seconds: time.Since(start).Seconds()}
	members := make(map[string]map[string]bool)
	for _, row := range gold.rows {
		name := gold.get(row, "issue")
		if members[name] == nil {
			members[name] = make(map[string]bool)
		}
		members[name][gold.get(row, "message_id")] = true
	}
	for name, ids := range members {
		best, rank := bestCluster(found, items, ids)
		f.BestF1[name] = best
		f.MeanBestF1 += best / float64(len(members))
		for top := range f.InTop {
			if n, _ := strconv.Atoi(top); rank < n {
				f.InTop[top]++
			}
		}
	}
	return f, nil
}

func bestCluster(found []issue.Issue, items []issue.Item, ids map[string]bool) (best float64, rank int) {
	rank = len(found)
	for r, is := range found {
		hit := 0
		for _, i := range is.Items {
			if ids[items[i].ID] {
				hit++
			}
		}
		if f := 2 * float64(hit) / float64(len(is.Items)+len(ids)); f > best {
			best, rank = f, r
		}
	}
	return best, rank
}

func readItems(seg Segmenter, path string) ([]issue.Item, error) {
	t, err := readList(path, "id", "text")
	if err != nil {
		return nil, err
	}
	var out []issue.Item
	for _, row := range t.rows {
		likes, _ := strconv.Atoi(t.get(row, "likes"))
		it := issue.Item{ID: t.get(row, "id"), Day: day(t.get(row, "time")), Person: cmp.Or(t.get(row, "user"), t.get(row, "id")), Support: likes}
		title := issue.Words(seg.Tag(clean.Text(t.get(row, "title"), 0)))
		it.Words = append(append(title, title...), issue.Words(seg.Tag(clean.Text(t.get(row, "text"), 0)))...)
		out = append(out, it)
	}
	return out, nil
}

// day gives 2006-01-02 of the times seen in the wild.
func day(s string) string {
	for _, form := range []string{"2006-01-02 15:04:05", "2006/1/2 15:04:05", "2006-01-02", "2006/1/2"} {
		if t, err := time.Parse(form, s); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return s
}

func allHan(s string) bool {
	for _, r := range s {
		if !unicode.Is(unicode.Han, r) {
			return false
		}
	}
	return true
}
