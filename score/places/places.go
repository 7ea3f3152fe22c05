// Package places holds the mainland's prefecture-level places as data: code,
// name, province, region, administrative rank and city tier of the four
// municipalities and the 333 prefecture-level cities, autonomous prefectures,
// prefectures and leagues.
//
// It takes in a name or a code and gives out a Place, by which figures are
// grouped. Sources: codes, names and ranks are the public administrative
// divisions (GB/T 2260, as of 2023); the seven regions are the customary ones,
// with the provinces that the hotline index puts in each; tiers are those of
// the 2025 ranking of the institute 新一线城市研究所, a private classification
// that changes every year and is no official rank. Hong Kong, Macao and Taiwan
// have no 12345 hotline of this kind and are not in the table.
package places

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
)

//go:embed places.csv
var table string

// Place is a prefecture-level place.
type Place struct {
	Code     string `json:"code"`     // six digits, GB/T 2260
	Name     string `json:"name"`     // in full: 石家庄市, 延边朝鲜族自治州
	Province string `json:"province"` // in full; a municipality is its own
	Region   string `json:"region"`   // 东北 华北 华东 华南 华中 西北 西南
	Rank     string `json:"rank"`     // 直辖市 省会 地级市 自治州 地区 盟
	Tier     string `json:"tier"`     // 一线 新一线 二线 三线 四线 五线
}

// By gives the attribute that a breakdown groups by; ok is false for an
// attribute that places do not have.
func (p Place) By(attribute string) (value string, ok bool) {
	switch attribute {
	case "province":
		return p.Province, true
	case "region":
		return p.Region, true
	case "rank":
		return p.Rank, true
	case "tier":
		return p.Tier, true
	}
	return "", false
}

// Table finds places by code or name.
type Table struct {
	all   []Place
	known map[string]int
}

// Load reads the embedded table.
func Load() (*Table, error) {
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the table of places: %w", err)
	}
	t := &Table{known: map[string]int{}}
	for i, r := range rows[1:] {
		if len(r) != 6 {
			return nil, fmt.Errorf("table of places, line %d: %d columns", i+2, len(r))
		}
		p := Place{r[0], r[1], r[2], r[3], r[4], r[5]}
		for _, name := range names(p) {
			if _, twice := t.known[name]; !twice {
				t.known[name] = i
			}
		}
		t.all = append(t.all, p)
	}
	return t, nil
}

// All gives every place, by code.
func (t *Table) All() []Place { return append([]Place(nil), t.all...) }

// Find gives the place of a code (1301 or 130100) or a name, in full or
// without its last character (石家庄, 大兴安岭).
func (t *Table) Find(nameOrCode string) (Place, bool) {
	i, ok := t.known[strings.TrimSpace(nameOrCode)]
	if !ok {
		return Place{}, false
	}
	return t.all[i], true
}

// names lists how a place is written.
func names(p Place) []string {
	out := []string{p.Code, strings.TrimSuffix(p.Code, "00"), p.Name}
	for _, end := range []string{"市", "地区", "盟"} {
		if short, ok := strings.CutSuffix(p.Name, end); ok {
			out = append(out, short)
		}
	}
	return out
}
