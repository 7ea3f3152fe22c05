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

// full says that figures are wanted on all rows; otherwise a part of them
// guards the code within seconds:
//
//	MINYI_EVALUATE=full go test ./nlp/evaluate -run Folds -v
var full = os.Getenv("MINYI_EVALUATE") == "full"

// fold writes the rows whose group falls into the test fold or not: groups of
// near-duplicates never straddle. one in sparse groups is taken where figures
// are not wanted in full.
func fold(t testing.TB, data, key string, test bool, sparse uint32, change func(map[string]string) bool) string {
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
		taken := full || h.Sum32()/10%sparse == 0
		if (h.Sum32()%10 >= 7) != test || !taken || change != nil && !change(named) {
			continue
		}
		for i, c := range rows[0] {
			r[i] = named[c]
		}
		_ = w.Write(r)
	}
	w.Flush()
	return path
}

// titles leaves the title alone of a row that has one.
func titles(row map[string]string) bool {
	row["text"] = ""
	return row["title"] != ""
}

func TestTopicFolds(t *testing.T) {
	seg, tax := segmenter(t), taxonomy(t)
	train := fold(t, "text/teddy_topics_segmented.csv", "dup_group", false, 3, nil)
	test := fold(t, "text/teddy_topics_raw.csv", "dup_group", true, 1, nil)
	for _, c := range []struct {
		name          string
		o             Options
		floor, wanted float64 // on a part of the rows, on all
	}{
		{"raw", Options{Train: train, Test: test, Labels: -1}, .86, .92},
		{"30 characters", Options{Train: train, Test: test, Labels: -1, MaxChars: 30}, 0, .86},
		{"titles", Options{Train: train, Test: fold(t, "text/teddy_topics_raw.csv", "dup_group", true, 1, titles), Labels: -1}, 0, .86},
		{"500 labels", Options{Train: train, Test: test, Labels: 500}, 0, .84},
		{"zero labels", Options{Train: train, Test: test, Labels: 0}, .75, .78},
	} {
		floor := c.floor
		if full {
			floor = c.wanted
		} else if floor == 0 {
			continue
		}
		r, err := Topic(seg, tax, c.o)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: macro-F1 %.4f, accuracy %.4f, at 80%% %.4f, coverage %.3f, n %d, %d labels, trained in %.2f s", c.name, r.MacroF1, r.Accuracy, r.AccuracyAt80, r.Coverage, r.TestRows, r.Labels, r.TrainSeconds)
		if r.MacroF1 < floor {
			t.Errorf("%s: macro-F1 %.4f is under %.2f", c.name, r.MacroF1, floor)
		}
	}
}

func TestPolarityFolds(t *testing.T) {
	seg := segmenter(t)
	for _, c := range []struct {
		data          string
		sparse        uint32
		floor, wanted float64
	}{{"hotel_chnsenticorp", 4, .80, .875}, {"waimai10k", 4, .82, .88}, {"shopping10", 20, .82, .93}} {
		file := "text/senti_" + c.data + ".csv"
		o := Options{Train: fold(t, file, "text", false, c.sparse, nil), Test: fold(t, file, "text", true, c.sparse, nil), Labels: -1}
		r, err := Polarity(seg, o)
		if err != nil {
			t.Fatal(err)
		}
		floor := c.floor
		if full {
			floor = c.wanted
		}
		t.Logf("%s: macro-F1 %.4f, accuracy %.4f, n %d, trained in %.2f s", c.data, r.MacroF1, r.Accuracy, r.TestRows, r.TrainSeconds)
		if r.MacroF1 < floor {
			t.Errorf("%s: macro-F1 %.4f is under %.2f", c.data, r.MacroF1, floor)
		}
		o.Labels = 0
		if r, err = Polarity(seg, o); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: shipped lexicon macro-F1 %.4f", c.data, r.MacroF1)
	}
}
