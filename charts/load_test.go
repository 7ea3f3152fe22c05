package charts

import (
	"slices"
	"testing"

	"minyi"
)

func TestInvitationsCountForTheUnitAbove(t *testing.T) {
	units := []minyi.Unit{{ID: "east"}, {ID: "west"}, {ID: "e1", Parent: "east"}, {ID: "e11", Parent: "e1"}, {ID: "e2", Parent: "east"}}
	counts := []minyi.UnitCount{{Unit: "east", Invited: 1, Delivered: 1}, {Unit: "e1", Invited: 10, Delivered: 9, Valid: 3}, {Unit: "e11", Invited: 100, Delivered: 80, Valid: 7},
		{Unit: "e2", Invited: 5}, {Unit: "west", Invited: 1000}, {Unit: "", Invited: 3}}
	for top, want := range map[minyi.UnitID][]minyi.UnitCount{
		"":     {{Unit: "east", Invited: 116, Delivered: 90, Valid: 10}, {Unit: "west", Invited: 1000}, {Unit: "", Invited: 3}},
		"east": {{Unit: "east", Invited: 1, Delivered: 1}, {Unit: "e1", Invited: 110, Delivered: 89, Valid: 10}, {Unit: "e2", Invited: 5}},
		"e11":  {{Unit: "e11", Invited: 100, Delivered: 80, Valid: 7}},
	} {
		if got := rollUp(nil, counts, units, top); !slices.Equal(got, want) {
			t.Errorf("below %q: %+v, want %+v", top, got, want)
		}
	}
	rows := join([]minyi.UnitRow{{Unit: "e1"}}, rollUp(nil, counts, units, "east"), units, "east")
	if len(rows) != 2 || rows[0].Invited != 110 || rows[1].Unit != "e2" {
		t.Errorf("%+v", rows)
	}
}
