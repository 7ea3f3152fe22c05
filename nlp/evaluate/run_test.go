package evaluate

import (
	"encoding/json"
	"strings"
	"testing"

	"minyi/internal/fault"
)

func TestRunRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		task string
		in   Inputs
	}{
		"unknown task": {"mood", Inputs{}},
		"no test file": {"masking", Inputs{}},
		"no gold":      {"hotissues", Inputs{Options: Options{Test: "x.csv"}}},
		"absent file":  {"masking", Inputs{Options: Options{Test: "testdata/none.txt"}}},
		"empty file":   {"masking", Inputs{Options: Options{Test: file(t, "\n \n")}}},
	} {
		if _, err := Run(c.task, c.in); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestRunGivesTheKeys(t *testing.T) {
	train, test := fold(t, "text/senti_waimai10k.csv", "text", false, 4, nil), fold(t, "text/senti_waimai10k.csv", "text", true, 4, nil)
	got, err := Run("polarity", Inputs{Options: Options{Train: train, Test: test, Labels: 300}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{`"macro_f1":`, `"accuracy":`, `"coverage":`, `"classes":`, `"precision":`, `"recall":`, `"labels":300`} {
		if !strings.Contains(string(b), key) {
			t.Errorf("%s is missing in %s", key, b)
		}
	}
}

// TestRunHearsAnOwnTaxonomy: without labels its words are all there is to learn
// from.
func TestRunHearsAnOwnTaxonomy(t *testing.T) {
	var rows strings.Builder
	rows.WriteString("label,text\n")
	for range 30 {
		rows.WriteString("驿站服务,蓝鲸驿站货架空空店员不理人\n步道养护,云杉步道木板断裂没人修\n")
	}
	own := file(t, "一级,二级,三级,关键词\n驿站服务,,,蓝鲸驿站 货架\n步道养护,,,云杉步道 木板\n")
	in := Inputs{Options: Options{Train: file(t, rows.String()), Test: file(t, rows.String())}, Topics: own}
	got, err := Run("topic", in)
	if err != nil {
		t.Fatal(err)
	}
	if r := got.(Report); r.Accuracy != 1 {
		t.Errorf("accuracy %v by the city's own words", r.Accuracy)
	}
	in.Topics = ""
	if _, err := Run("topic", in); err == nil || !strings.Contains(err.Error(), "步道养护") {
		t.Errorf("topics that the shipped taxonomy lacks: %v", err)
	}
	in.Topics = file(t, "version: a\ntopics:\n - name: 甲\n")
	if _, err := Run("topic", in); !fault.Is(err, fault.Invalid) {
		t.Errorf("a taxonomy without words: %v", err)
	}
}
