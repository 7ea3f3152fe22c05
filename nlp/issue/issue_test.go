package issue

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func items() []Item {
	var out []Item
	add := func(n int, words string) {
		for range n {
			i := len(out)
			out = append(out, Item{ID: fmt.Sprintf("m%03d", i), Day: fmt.Sprintf("2026-11-%02d", 1+i%20), Person: fmt.Sprint("p", i),
				Words: append(strings.Fields(words), fmt.Sprint("散", i%7), fmt.Sprint("词", i%5))})
		}
	}
	add(12, "丽发 新城 搅拌站 噪音 粉尘")
	add(8, "伊景园 捆绑 销售 车位")
	add(5, "月亮岛 高压线 架空")
	for i := range 40 {
		add(1, fmt.Sprintf("杂%d 项%d 事%d 物%d", i, i, i/2, i/3))
	}
	return out
}

func TestClusterFindsIncidents(t *testing.T) {
	found := Cluster(items(), Options{})
	if len(found) < 3 {
		t.Fatalf("%d issues", len(found))
	}
	for i, want := range []struct {
		people int
		word   string
	}{{12, "搅拌站"}, {8, "伊景园"}, {5, "月亮岛"}} {
		if found[i].People != want.people || !slices.Contains(found[i].Words, want.word) {
			t.Errorf("issue %d: %d people, %v; want %d with %s", i, found[i].People, found[i].Words, want.people, want.word)
		}
	}
}

func TestOrderOfInputChangesNothing(t *testing.T) {
	given := items()
	want := named(given, Cluster(given, Options{}))
	rng := rand.New(rand.NewPCG(1, 1))
	for range 5 {
		rng.Shuffle(len(given), func(i, j int) { given[i], given[j] = given[j], given[i] })
		if got := named(given, Cluster(given, Options{})); !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

func named(items []Item, found []Issue) [][]string {
	var out [][]string
	for _, is := range found {
		var ids []string
		for _, i := range is.Items {
			ids = append(ids, items[i].ID)
		}
		out = append(out, ids)
	}
	return out
}

func TestOneLoudPersonIsNoIssue(t *testing.T) {
	given := items()
	for i := range 12 {
		given[i].Person = "same"
	}
	if found := Cluster(given, Options{}); found[0].People == 1 {
		t.Errorf("one person's twelve letters lead: %+v", found[0])
	}
}

func TestClusterOfNothing(t *testing.T) {
	if got := Cluster(nil, Options{}); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	if got := Cluster([]Item{{ID: "a"}, {ID: "b"}}, Options{}); len(got) > 1 {
		t.Errorf("got %v", got)
	}
}

func TestIncompleteBeta(t *testing.T) {
	for _, c := range []struct{ a, b, x, want float64 }{{1, 1, .3, .3}, {2, 3, .4, .5248}, {5, 5, .5, .5}, {0.5, 0.5, .25, 1.0 / 3}, {10, 2, .9, .6974}} {
		if got := incompleteBeta(c.a, c.b, c.x); math.Abs(got-c.want) > 1e-4 {
			t.Errorf("I_%v(%v,%v) = %v, want %v", c.x, c.a, c.b, got, c.want)
		}
	}
}

// simulated looks at runs of series in which nothing changes and counts the
// looks that raise any alarm. burst > 0 makes counts vary more than Poisson's.
func simulated(runs, series int, burst float64) float64 {
	rng := rand.New(rand.NewPCG(7, 9))
	alarms := 0
	for range runs {
		var all []Series
		for s := range series {
			mean := 0.5 + rng.Float64()*6
			counts := make([]int, 63)
			level := 1.0
			for d := range counts {
				if d%7 == 0 && burst > 0 {
					level = max(0.05, 1+burst*rng.NormFloat64())
				}
				counts[d] = poisson(rng, mean*level)
			}
			all = append(all, Series{Name: fmt.Sprint(s), Counts: counts})
		}
		if len(Alerts(all, AlertOptions{})) > 0 {
			alarms++
		}
	}
	return float64(alarms) / float64(runs)
}

func poisson(rng *rand.Rand, mean float64) int {
	limit, k, p := math.Exp(-mean), 0, 1.0
	for p *= rng.Float64(); p > limit; p *= rng.Float64() {
		k++
	}
	return k
}

// TestFalseAlarms prints the simulated false-alarm rate for docs/benchmarks.md.
func TestFalseAlarms(t *testing.T) {
	for _, c := range []struct {
		burst, most float64
	}{{0, .06}, {.2, .08}} {
		rate := simulated(400, 100, c.burst)
		t.Logf("100 series without change, weekly burst %.0f%%: %.1f%% of looks raised an alarm", c.burst*100, rate*100)
		if rate > c.most {
			t.Errorf("false alarms in %.3f of looks, at most %.2f wanted", rate, c.most)
		}
	}
}

func TestAlertsSeeRisesAndFalls(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	series := func(name string, before, now float64) Series {
		s := Series{Name: name}
		for d := range 63 {
			mean := before
			if d >= 58 {
				mean = now
			}
			s.Counts = append(s.Counts, poisson(rng, mean))
		}
		return s
	}
	all := []Series{series("rise", 1, 8), series("fall", 9, 0.5), series("rare", 0.01, 0.1)}
	for i := range 50 {
		all = append(all, series(fmt.Sprint("same", i), 3, 3))
	}
	got := map[string]Alert{}
	for _, a := range Alerts(all, AlertOptions{}) {
		got[a.Name] = a
	}
	if !got["rise"].Rise || got["rise"].Since > 8 || got["rise"].Q > .05 {
		t.Errorf("rise: %+v", got["rise"])
	}
	if _, seen := got["fall"]; !seen || got["fall"].Rise {
		t.Errorf("fall: %+v", got["fall"])
	}
}
