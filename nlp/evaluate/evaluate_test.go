package evaluate

import (
	"encoding/csv"
	"hash/fnv"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"minyi/internal/testenv"
	"minyi/nlp/jieba"
	"minyi/nlp/topic"
)

var shared = sync.OnceValues(func() (*jieba.Segmenter, error) { return jieba.New(jieba.Dictionary{}) })

func segmenter(t testing.TB) *jieba.Segmenter {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func taxonomy(t testing.TB) *topic.Taxonomy {
	t.Helper()
	tax, err := topic.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return tax
}

// fold writes the rows whose group falls into the test fold or not: groups of
// near-duplicates never straddle.
func fold(t testing.TB, data string, key string, test bool, keep func(map[string]string) bool) string {
	t.Helper()
	f, err := os.Open(testenv.Data(t, data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "fold.csv")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w := csv.NewWriter(out)
	_ = w.Write(rows[0])
	for _, r := range rows[1:] {
		named := make(map[string]string)
		for i, c := range rows[0] {
			named[c] = r[i]
		}
		h := fnv.New32a()
		_, _ = h.Write([]byte(named[key]))
		if (h.Sum32()%10 >= 7) == test && (keep == nil || keep(named)) {
			_ = w.Write(r)
		}
	}
	w.Flush()
	return path
}

func TestTopicFolds(t *testing.T) {
	seg, tax := segmenter(t), taxonomy(t)
	train := fold(t, "text/teddy_topics_segmented.csv", "dup_group", false, nil)
	test := fold(t, "text/teddy_topics_raw.csv", "dup_group", true, nil)
	for _, c := range []struct {
		name  string
		o     Options
		floor float64
	}{
		{"raw", Options{Train: train, Test: test, Labels: -1}, .91},
		{"30 characters", Options{Train: train, Test: test, Labels: -1, MaxChars: 30}, .86},
		{"500 labels", Options{Train: train, Test: test, Labels: 500}, .80},
		{"zero labels", Options{Train: train, Test: test, Labels: 0}, .72},
	} {
		r, err := Topic(seg, tax, c.o)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: macro-F1 %.4f, accuracy %.4f, at 80%% %.4f, coverage %.3f, n %d, trained on %d labels in %.2f s", c.name, r.MacroF1, r.Accuracy, r.AccuracyAt80, r.Coverage, r.TestRows, r.Labels, r.TrainSeconds)
		if r.MacroF1 < c.floor {
			t.Errorf("%s: macro-F1 %.4f is under %.2f", c.name, r.MacroF1, c.floor)
		}
	}
}

func TestPolarityFolds(t *testing.T) {
	seg := segmenter(t)
	for data, floor := range map[string]float64{"hotel_chnsenticorp": .87, "waimai10k": .86, "shopping10": .92} {
		file := "text/senti_" + data + ".csv"
		o := Options{Train: fold(t, file, "text", false, nil), Test: fold(t, file, "text", true, nil), Labels: -1}
		r, err := Polarity(seg, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: macro-F1 %.4f, accuracy %.4f, n %d, trained in %.2f s", data, r.MacroF1, r.Accuracy, r.TestRows, r.TrainSeconds)
		if r.MacroF1 < floor {
			t.Errorf("%s: macro-F1 %.4f is under %.2f", data, r.MacroF1, floor)
		}
		o.Labels = 0
		if r, err = Polarity(seg, o); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: shipped lexicon macro-F1 %.4f", data, r.MacroF1)
	}
}
