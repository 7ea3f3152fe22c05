package sms

import (
	"testing"

	"minyi"
)

func mobile(t testing.TB, digits string) minyi.Mobile {
	t.Helper()
	m, err := minyi.ParseMobile(digits)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestNetworksByPrefix(t *testing.T) {
	for digits, want := range map[string]Network{
		"13800138000": NetworkMobile, "13490000000": NetworkTelecom, "13480000000": NetworkMobile, "18600000000": NetworkUnicom,
		"19900000000": NetworkTelecom, "19200000000": NetworkBroadnet, "17030000000": NetworkMobile, "17090000000": NetworkUnicom, "15400000000": NetworkUndecided,
	} {
		if got := NetworkOf(mobile(t, digits)); got != want {
			t.Errorf("%s…: %s, want %s", digits[:4], got, want)
		}
	}
	seen := map[string]Network{}
	for network, list := range prefixes {
		for _, p := range list {
			if seen[p] != "" {
				t.Errorf("%s stands for %s and %s", p, seen[p], network)
			}
			seen[p] = network
		}
	}
}

// standing is a carrier whose line is up or down.
type standing struct {
	*carrier
	down bool
}

func (s *standing) Status() Status { return Status{Bound: !s.down, Window: 10} }

func TestALineIsChosenByNetworkWeightAndHealth(t *testing.T) {
	cmcc, all, big := &standing{carrier: newCarrier()}, &standing{carrier: newCarrier()}, &standing{carrier: newCarrier()}
	b := newBench(t, func(d *Deps) {
		d.Lines = []Line{{Name: "cmcc", Gateway: cmcc, Networks: []Network{NetworkMobile}},
			{Name: "all", Gateway: all, Networks: []Network{NetworkUnicom, NetworkTelecom}}, {Name: "big", Gateway: big, Networks: []Network{NetworkUnicom, NetworkTelecom}, Weight: 3}}
	})
	turns := func(digits, avoid string) map[string]int {
		n := map[string]int{}
		for range 80 {
			n[b.choose(mobile(t, digits), avoid).Name]++
		}
		return n
	}
	for name, c := range map[string]struct {
		digits, avoid string
		down          []*standing
		want          map[string]int
	}{
		"its own network":               {"13800138000", "", nil, map[string]int{"cmcc": 80}},
		"shared by weight":              {"18600000000", "", nil, map[string]int{"all": 20, "big": 60}},
		"one is down":                   {"18600000000", "", []*standing{big}, map[string]int{"all": 80}},
		"its network's line is down":    {"13800138000", "", []*standing{cmcc}, map[string]int{"all": 20, "big": 60}},
		"no road over the first":        {"13800138000", "cmcc", nil, map[string]int{"all": 20, "big": 60}},
		"no road, but no other is up":   {"13800138000", "cmcc", []*standing{all, big}, map[string]int{"cmcc": 80}},
		"all down: kept for its own":    {"13800138000", "", []*standing{cmcc, all, big}, map[string]int{"cmcc": 80}},
		"a prefix that nobody knows of": {"15400000000", "", nil, map[string]int{"cmcc": 16, "all": 16, "big": 48}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, s := range c.down {
				s.down = true
				defer func() { s.down = false }()
			}
			for _, l := range b.lines {
				l.credit = 0
			}
			got := turns(c.digits, c.avoid)
			if len(got) != len(c.want) {
				t.Fatalf("%v, want %v", got, c.want)
			}
			for line, n := range c.want {
				if got[line] != n {
					t.Fatalf("%v, want %v", got, c.want)
				}
			}
		})
	}
}

func TestARouteFailureGoesOverTheOtherLine(t *testing.T) {
	first, second := newCarrier(), newCarrier()
	b := newBench(t, func(d *Deps) {
		d.Config.Policy = Policy{AlwaysOpen: true}
		d.Lines = []Line{{Name: "a", Gateway: first, Networks: []Network{NetworkTelecom}}, {Name: "b", Gateway: second, Networks: []Network{NetworkMobile}}}
	})
	b.invite("inv", 1, shortText)
	b.due("inv")
	b.receipt("c1", "IB:0072", 1)
	b.later(4 * 3600e9)
	b.later(60e9)
	if len(first.texts()) != 1 || len(second.texts()) != 1 {
		t.Fatalf("%d over the first line, %d over the other", len(first.texts()), len(second.texts()))
	}
}

func TestTheStrictestCarrierRules(t *testing.T) {
	b := newBench(t, func(d *Deps) {
		d.Config.Policy = Policy{AlwaysOpen: true}
		d.Lines = []Line{{Name: "a", Gateway: newCarrier(), Limits: Limits{Hours: Hours{13 * 60, 20 * 60}}}, {Name: "b", Gateway: newCarrier(), Limits: Limits{Hours: Hours{8 * 60, 18 * 60}, PerNumber: 3}}}
	})
	sealed, err := b.box.Seal(number(1).Reveal())
	if err != nil {
		t.Fatal(err)
	}
	if got := b.limitsFor(sealed); got != (Limits{Hours: Hours{13 * 60, 18 * 60}, PerNumber: 3}) {
		t.Fatalf("%+v", got)
	}
	b.invite("inv", 1, shortText)
	b.due("inv") // at noon
	if p := b.survey.Last("inv"); p.Reason != ReasonCarrierHours || !p.RetryAt.Equal(noon.Add(60*60e9)) {
		t.Fatalf("told %+v", p)
	}
}
