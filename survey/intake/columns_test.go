package intake

import (
	"slices"
	"strings"
	"testing"

	"minyi"
	"minyi/internal/fault"
	"minyi/internal/table"
)

// orders reads a whole list.
func orders(t *testing.T, list string) (*WorkOrders, []WorkOrder, []Problem) {
	t.Helper()
	in, err := table.Open(strings.NewReader(list))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	w, err := NewWorkOrders(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	var good []WorkOrder
	var all []Problem
	for o, problems := range w.All() {
		if !slices.ContainsFunc(problems, func(p Problem) bool { return !p.Warning }) {
			good = append(good, o)
		}
		all = append(all, problems...)
	}
	return w, good, append(all, w.Warnings()...)
}

func TestAudienceHeaders(t *testing.T) {
	for _, header := range []string{"对象", "服务对象", "诉求人类型", "用户类型", "类型", "audience"} {
		_, got, found := orders(t, "工单编号,联系电话,办结时间,"+header+"\nA-1,19900000001,2026-11-01,企业\nA-2,19900000002,2026-11-01,群众\nA-3,19900000003,2026-11-01,\n")
		if len(got) != 3 || got[0].Audience != minyi.Enterprise || got[1].Audience != minyi.Resident || got[2].Audience != "" || len(found) != 0 {
			t.Errorf("%s: %+v %v", header, got, found)
		}
	}
	_, got, found := orders(t, "工单编号,联系电话,办结时间,客群,满意\nA-1,19900000001,2026-11-01,法人,1\nA-2,19900000002,2026-11-01,个人,2\n")
	if len(got) != 2 || len(found) != 1 || found[0].Code != "audience_unmapped" || !found[0].Warning || !strings.Contains(found[0].ZH, "客群") {
		t.Errorf("an unknown header over 法人 and 个人: %v", found)
	}
}

func TestOldMacLines(t *testing.T) {
	w, got, found := orders(t, "工单编号,联系电话,办结时间\rA-1,19900000001,2026-11-01\rA-2,19900000002,2026-11-02\r")
	if len(got) != 2 || len(found) != 0 || got[1].Record != 3 || len(w.Table.Header) != 3 {
		t.Errorf("%d rows, header %q, %v", len(got), w.Table.Header, found)
	}
}

func TestTimesFarAway(t *testing.T) {
	_, _, found := orders(t, "工单编号,联系电话,办结时间\nA-1,19900000001,1999-01-01\nA-2,19900000002,2199-01-01\nA-3,19900000003,昨天\n")
	if len(found) != 3 || found[0].Code != "time_too_old" || found[0].Field != "closed" || found[1].Code != "time_too_far" || found[2].Code != "closed_bad" {
		t.Errorf("%v", found)
	}
}

// The columns found are told in the file's order, and what either kind of list
// needs is told where the file is neither.
func TestColumnsTold(t *testing.T) {
	w, _, _ := orders(t, "区县,办结时间,联系电话,工单编号\n东湖区,2026-11-01,19900000001,A-1\n")
	if want := []string{"district", "closed", "phone", "case"}; !slices.Equal(w.Binding.Order, want) {
		t.Errorf("order %v, want %v", w.Binding.Order, want)
	}
	in, err := table.Open(strings.NewReader("姓名,联系电话\n张三,19900000001\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = NewWorkOrders(in, nil); err == nil || !strings.Contains(fault.As(err).EN, "list of contacts needs") || !strings.Contains(fault.As(err).EN, "list of cases needs") {
		t.Errorf("neither kind of list: %v", err)
	}
}
