package evaluate

import (
	"encoding/json"
	"testing"

	"minyi/internal/testenv"
)

func TestHotIssues(t *testing.T) {
	f, err := HotIssues(segmenter(t), testenv.Data(t, "text/teddy_messages_2019.csv"), testenv.Data(t, "text/teddy_hot_issue_silver.csv"))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(f)
	t.Logf("%s", b)
	if f.MeanBestF1 < .83 {
		t.Errorf("mean best F1 %.3f is under .83", f.MeanBestF1)
	}
	if f.InTop["20"] < 4 {
		t.Errorf("%d of 7 issues in the top 20", f.InTop["20"])
	}
}
