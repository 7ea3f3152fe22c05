package issue

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// heat = (people − 1)·cohesion²·(1 + speed) + 0.8·ln(1 + support). Many people
// saying the same weigh more than many saying alike things, and up to twice as
// much when they come within a week; one person writing often weighs nothing,
// and those who seconded count by their order of magnitude.
func heat(people int, cohesion, speed float64, support int) float64 {
	return float64(people-1)*cohesion*cohesion*(1+speed) + 0.8*math.Log1p(float64(support))
}

// week is the span, in days, in which speed is looked for.
const week = 7

// speed is the largest share of an issue's people who wrote within seven days
// in a row. members are in order of day; what has no day is passed over.
func speed(items []Item, members []int, people int) float64 {
	within := make(map[string]int) // person → remarks in the span
	var days []int
	var who []string
	most, from := 0, 0
	for _, i := range members {
		day, err := time.Parse(time.DateOnly, items[i].Day)
		if err != nil {
			continue
		}
		days, who = append(days, int(day.Unix()/86400)), append(who, person(items[i]))
		last := len(days) - 1
		within[who[last]]++
		for ; days[last]-days[from] >= week; from++ {
			if within[who[from]]--; within[who[from]] == 0 {
				delete(within, who[from])
			}
		}
		most = max(most, len(within))
	}
	return float64(most) / float64(people)
}

// person is who wrote a remark; without a name each remark is another's.
func person(i Item) string { return cmp.Or(i.Person, i.ID) }

// issues gives groups of two and more, hottest first.
func (g *grouping) issues(items []Item, order []int, known map[string]int) []Issue {
	members := make(map[int][]int)
	for _, i := range order {
		members[g.of[i]] = append(members[g.of[i]], i)
	}
	var out []Issue
	for c, m := range members {
		if len(m) < 2 {
			continue
		}
		out = append(out, g.issue(c, m, items, known))
	}
	slices.SortFunc(out, func(a, b Issue) int {
		return cmp.Or(cmp.Compare(b.Heat, a.Heat), cmp.Compare(len(b.Items), len(a.Items)), strings.Compare(items[a.Items[0]].ID, items[b.Items[0]].ID))
	})
	return out
}

func (g *grouping) issue(c int, members []int, items []Item, known map[string]int) Issue {
	is := Issue{Items: members, First: items[members[0]].Day, Last: items[members[len(members)-1]].Day}
	centre := g.sumOf(c)
	people := make(map[string]bool)
	for _, i := range members {
		is.Cohesion += cosine(g.x.of[i], centre) / float64(len(members))
		is.Support += items[i].Support
		people[person(items[i])] = true
	}
	is.People = len(people)
	is.Speed = speed(items, members, is.People)
	is.Heat = heat(is.People, is.Cohesion, is.Speed, is.Support)
	is.Words = label(items, members, known)
	return is
}

// cosine of two vectors of length one, both ordered by word.
func cosine(a, b []term) float64 {
	sum := 0.0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].word < b[j].word:
			i++
		case a[i].word > b[j].word:
			j++
		default:
			sum += float64(a[i].value) * float64(b[j].value)
			i, j = i+1, j+1
		}
	}
	return sum
}
