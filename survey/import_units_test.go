package survey_test

import (
	"strings"
	"testing"

	"minyi"
	"minyi/survey"
	"minyi/survey/surveytest"
)

func importUnits(t *testing.T, b *surveytest.Bench, list string, dry bool) survey.ImportReport {
	t.Helper()
	r, err := b.Service.ImportUnits(t.Context(), survey.ImportRequest{Name: "单位.csv", File: strings.NewReader(list), DryRun: dry})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func tree(t *testing.T, b *surveytest.Bench) (lines []string) {
	t.Helper()
	got, err := b.Service.Units(t.Context(), minyi.UnitsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range got.Units {
		lines = append(lines, string(u.ID)+"<"+string(u.Parent))
	}
	return lines
}

func TestUnitsMakeATree(t *testing.T) {
	b := surveytest.New(t, nil)
	list := "单位编号,单位名称,上级单位,行政级别\n330106,西湖区,330100,\n330100,杭州市,浙江省,省会\n33,浙江省,,\n"
	if r := importUnits(t, b, list, true); r.Import.Counts.Taken != 3 || len(tree(t, b)) != 0 {
		t.Fatalf("a dry run: %+v, kept %v", r.Import.Counts, tree(t, b))
	}
	r := importUnits(t, b, list, false)
	if r.Import.Counts.Taken != 3 || r.Import.Counts.Refused != 0 {
		t.Fatalf("%+v %v", r.Import.Counts, r.Problems)
	}
	if got := strings.Join(tree(t, b), " "); got != "33< 330100<33 330106<330100" {
		t.Errorf("parents must come before children: %s", got)
	}
	if r := importUnits(t, b, list, false); r.Import.Counts.Taken != 0 || r.Import.Counts.Known != 3 {
		t.Errorf("the same list again: %+v", r.Import.Counts)
	}
	// A list without the column of the unit above leaves the tree.
	importUnits(t, b, "单位编号,单位名称\n330106,西湖\n", false)
	if got := strings.Join(tree(t, b), " "); got != "33< 330100<33 330106<330100" {
		t.Errorf("the tree changed: %s", got)
	}
}

func TestUnitsThatDoNotFitAreRefusedAlone(t *testing.T) {
	b := surveytest.New(t, nil)
	importUnits(t, b, "编号,上级\na,\nb,a\nc,b\n", false)
	r := importUnits(t, b, "编号,上级\na,c\nd,nowhere\ne,d\nf,c\nf,a\n,a\n", false)
	codes := map[string]int{}
	for _, p := range r.Problems {
		codes[p.Code]++
	}
	want := map[string]int{"parent_loop": 1, "parent_unknown": 2, "unit_twice": 1, "unit_missing": 1}
	for code, n := range want {
		if codes[code] != n {
			t.Errorf("%s: %d rows, want %d; all %v", code, codes[code], n, r.Problems)
		}
	}
	if n := r.Import.Counts; n.Rows != 6 || n.Taken != 1 || n.Refused != 5 || n.Known != 0 {
		t.Errorf("counts %+v", n)
	}
	if got := strings.Join(tree(t, b), " "); got != "a< b<a c<b f<c" {
		t.Errorf("tree %s", got)
	}
}

func TestFiguresOfAUnitAreOfAllBelowIt(t *testing.T) {
	b := surveytest.New(t, nil)
	b.Run()
	c := b.Campaign(6, survey.NewCampaign{Name: "回访", Questionnaire: "case-closed"})
	whole := b.Funnel(c.ID)
	units, err := b.Service.Units(t.Context(), minyi.UnitsRequest{})
	if err != nil || len(units.Units) == 0 {
		t.Fatal(units, err)
	}
	list := "编号,上级\n全县,\n"
	for _, u := range units.Units {
		list += string(u.ID) + ",全县\n"
	}
	importUnits(t, b, list, false)
	for _, unit := range []minyi.UnitID{"全县", units.Units[0].ID} {
		f, err := b.Service.Funnel(t.Context(), minyi.FunnelRequest{Slice: minyi.Slice{Unit: unit}})
		if err != nil {
			t.Fatal(err)
		}
		if unit == "全县" && f.Total != whole.Total || f.Total == 0 {
			t.Errorf("%s: %d invitations of %d", unit, f.Total, whole.Total)
		}
	}
}
