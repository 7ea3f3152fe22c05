package places_test

import (
	"testing"

	"minyi/score/places"
)

func load(t *testing.T) *places.Table {
	t.Helper()
	table, err := places.Load()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestTheTableIsWhole counts what is publicly known: 4 municipalities, 293
// prefecture-level cities of which 27 are seats of provinces and regions, 30
// autonomous prefectures, 7 prefectures, 3 leagues; and the ranking's own
// numbers of cities in each tier.
func TestTheTableIsWhole(t *testing.T) {
	count := map[string]int{}
	codes := map[string]bool{}
	provinces := map[string]string{}
	for _, p := range load(t).All() {
		count[p.Rank]++
		count[p.Tier]++
		if codes[p.Code] || len(p.Code) != 6 || p.Code[4:] != "00" {
			t.Errorf("code %s of %s", p.Code, p.Name)
		}
		codes[p.Code] = true
		if was, ok := provinces[p.Province]; ok && was != p.Region {
			t.Errorf("%s lies in %s and in %s", p.Province, was, p.Region)
		}
		provinces[p.Province] = p.Region
	}
	for what, want := range map[string]int{"直辖市": 4, "省会": 27, "地级市": 266, "自治州": 30, "地区": 7, "盟": 3,
		"一线": 4, "新一线": 15, "二线": 30, "三线": 70, "四线": 90, "五线": 128} {
		if count[what] != want {
			t.Errorf("%s: %d, want %d", what, count[what], want)
		}
	}
	regions := map[string]bool{}
	for _, r := range provinces {
		regions[r] = true
	}
	if len(provinces) != 31 || len(regions) != 7 {
		t.Errorf("%d provinces in %d regions", len(provinces), len(regions))
	}
}

func TestFind(t *testing.T) {
	table := load(t)
	for in, want := range map[string]string{"石家庄": "130100", "石家庄市": "130100", "1301": "130100", "110000": "110000", "北京": "110000",
		"大兴安岭": "232700", "海南藏族自治州": "632500", "吉林": "220200", " 三亚市 ": "460200"} {
		if p, ok := table.Find(in); !ok || p.Code != want {
			t.Errorf("%q: %+v", in, p)
		}
	}
	if p, ok := table.Find("海南省"); ok {
		t.Errorf("a province is no city: %+v", p)
	}
	p, _ := table.Find("西宁")
	for attribute, want := range map[string]string{"region": "西北", "rank": "省会", "tier": "四线", "province": "青海省"} {
		if got, ok := p.By(attribute); !ok || got != want {
			t.Errorf("%s of 西宁: %s", attribute, got)
		}
	}
	if _, ok := p.By("mayor"); ok {
		t.Error("places have no mayor")
	}
}
