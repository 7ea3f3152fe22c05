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
