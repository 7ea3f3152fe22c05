package evaluate

import (
	"strings"
	"testing"

	"minyi/internal/testenv"
)

func TestHotWordsPurity(t *testing.T) {
	f, err := HotWords(segmenter(t), taxonomy(t), fold(t, "text/teddy_topics_raw.csv", "dup_group", false, 1, nil),
		fold(t, "text/teddy_topics_raw.csv", "dup_group", true, 1, nil), testenv.Data(t, "text/teddy_taxonomy_3level.csv"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("purity overall %.3f, per topic %.3f, terms whole %.3f, %d phrases", f.PurityOverall, f.PurityPerTopic, f.TermsWhole, f.Phrases)
	t.Log(strings.Join(f.Overall, " "))
	for label, words := range f.PerTopic {
		t.Log(label, strings.Join(words, " "))
	}
	if f.PurityOverall < .41 || f.PurityPerTopic < .64 || f.TermsWhole < .91 {
		t.Error("under the measured baselines .41, .64, .91")
	}
}

func TestSegmentation(t *testing.T) {
	for _, set := range []string{"pku", "msr"} {
		f, err := Segmentation(segmenter(t), testenv.Data(t, "text/sighan2005_"+set+"_test_gold.txt"))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: P %.4f R %.4f F1 %.4f, joined %v", set, f.Precision, f.Recall, f.F1, f.Joined)
		if f.F1 < .80 || !f.Joined {
			t.Errorf("%s: F1 %.3f", set, f.F1)
		}
	}
}
