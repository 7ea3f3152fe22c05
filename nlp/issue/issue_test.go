package issue

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
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

// An issue is called by names, where they are known, that several of it hold:
// neither 真的 nor what everyone holds nor a part of a longer name.
func TestIssuesAreCalledByNames(t *testing.T) {
	given := items()
	for i := range given {
		given[i].Names = []string{"城市"}
		if i < 12 {
			given[i].Words = append(given[i].Words, "真的", "非常")
			given[i].Names = append(given[i].Names, "丽发新城", "搅拌站", "新城", fmt.Sprint("独有", i))
		}
	}
	if got := Cluster(given, Options{})[0].Words; !slices.Equal(got, []string{"丽发新城", "搅拌站"}) {
		t.Errorf("got %v", got)
	}
}

// Of two issues alike in people and words the one that came within a week is
// the hotter.
func TestSpeedHeats(t *testing.T) {
	var given []Item
	add := func(n int, gap int, words string) {
		for k := range n {
			i := len(given)
			day := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, k*gap).Format(time.DateOnly)
			given = append(given, Item{ID: fmt.Sprintf("s%03d", i), Day: day, Person: fmt.Sprint("p", i), Words: strings.Fields(words)})
		}
	}
	add(8, 9, "月亮岛 高压线 架空")
	add(8, 0, "伊景园 捆绑 销售")
	for i := range 60 {
		add(1, 0, fmt.Sprintf("杂%d 项%d", i/2, i/3))
	}
	found := Cluster(given, Options{})
	if len(found) < 2 || !slices.Contains(found[0].Words, "伊景园") || found[0].Speed != 1 || found[1].Speed != 1./8 {
		t.Errorf("got %+v", found[:min(2, len(found))])
	}
	// A week is seven days: the first and the eighth are not of one.
	days := func(list ...string) float64 {
		var items []Item
		var members []int
		for i, d := range list {
			items = append(items, Item{ID: fmt.Sprint(i), Day: d})
			members = append(members, i)
		}
		return speed(items, members, len(list))
	}
	if got := days("2026-11-01", "2026-11-07"); got != 1 {
		t.Errorf("within a week: %v", got)
	}
	if got := days("2026-11-01", "2026-11-08", ""); got != 1./3 {
		t.Errorf("over a week, and one without a day: %v", got)
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
// looks that raise any alarm. burst > 0 makes counts vary more than Poisson's;
// open leaves the last day a third of its remarks.
func simulated(runs, series int, burst float64, open bool) float64 {
	rng := rand.New(rand.NewPCG(7, 9))
	alarms := 0
	for range runs {
		var all []Series
		for s := range series {
			mean := 0.5 + rng.Float64()*6
			counts := make([]int, 64)
			level := 1.0
			for d := range counts {
				if d%7 == 0 && burst > 0 {
					level = max(0.05, 1+burst*rng.NormFloat64())
				}
				if open && d == len(counts)-1 {
					level /= 3
				}
				counts[d] = poisson(rng, mean*level)
			}
			all = append(all, Series{Name: fmt.Sprint(s), Counts: counts})
		}
		if len(Alerts(all, AlertOptions{Open: open})) > 0 {
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
		open        bool
	}{{0, .06, false}, {.2, .08, false}, {0, .06, true}} {
		rate := simulated(400, 100, c.burst, c.open)
		t.Logf("100 series without change, weekly burst %.0f%%, last day open %v: %.1f%% of looks raised an alarm", c.burst*100, c.open, rate*100)
		if rate > c.most {
			t.Errorf("false alarms in %.3f of looks, at most %.2f wanted", rate, c.most)
		}
	}
}

// At nine in the morning no unit has fallen for having half a day's remarks.
func TestADayThatIsNotOverIsNoFall(t *testing.T) {
	var all []Series
	for i := range 20 {
		s := Series{Name: fmt.Sprint("u", i), Counts: slices.Repeat([]int{60}, 64)}
		s.Counts[62], s.Counts[63] = 2, 2
		all = append(all, s)
	}
	if got := Alerts(all, AlertOptions{Open: true}); len(got) != 0 {
		t.Errorf("fallen: %+v", got[0])
	}
	if got := Alerts(all, AlertOptions{}); len(got) != 20 {
		t.Errorf("two whole days of two remarks are a fall: %d", len(got))
	}
	all[3].Counts[63] = 300
	if got := Alerts(all, AlertOptions{Open: true}); len(got) != 1 || got[0].Name != "u3" || !got[0].Rise || got[0].Since != 1 {
		t.Errorf("a rise today waits for the evening: %+v", got)
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
