package score_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/encoding/simplifiedchinese"

	"minyi/internal/testenv"
	"minyi/score"
	"minyi/score/methods"
)

func method(t testing.TB, id string) *methods.Method {
	t.Helper()
	m, err := methods.Preset(id)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestFromCSVReproducesThePublished2023Scores(t *testing.T) {
	in, err := os.Open(testenv.Data(t, "index/national-2023.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	results, faults, err := score.FromCSV(in, method(t, "2023"))
	if err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
	}
	got := map[string]float64{}
	for _, r := range results {
		got[r.Unit+"|"+r.Indicator] = r.Score
	}
	want, err := os.Open(testenv.Data(t, "index/national-2023.expected.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer want.Close()
	rows, err := csv.NewReader(want).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		published, err := strconv.ParseFloat(row[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := got[row[0]+"|"+row[1]]; !ok || math.Abs(v-published) > 0.01+1e-9 {
			t.Errorf("%s: got %v, published %v", row[1], v, published)
		}
	}
	if _, ok := got["全国|总分"]; !ok {
		t.Error("the root 总分 is missing")
	}
}

// TestFromCSVGolden runs the cases worked by hand under testdata/csv.
func TestFromCSVGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/csv/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			part := map[string][]byte{}
			for _, f := range a.Files {
				part[f.Name] = f.Data
			}
			out, faults := runCSV(t, part["in.csv"])
			got := &txtar.Archive{Comment: a.Comment, Files: []txtar.File{
				{Name: "in.csv", Data: part["in.csv"]}, {Name: "out.csv", Data: out}, {Name: "faults.txt", Data: faults}}}
			testenv.Golden(t, file, txtar.Format(got))
		})
	}
}

func runCSV(t *testing.T, in []byte) (out, faults []byte) {
	t.Helper()
	m := method(t, "2023")
	results, bad, err := score.FromCSV(bytes.NewReader(in), m)
	if err != nil {
		t.Fatal(err)
	}
	var o, f bytes.Buffer
	if err := score.WriteResults(&o, results, m.Places); err != nil {
		t.Fatal(err)
	}
	for _, b := range bad {
		fmt.Fprintln(&f, b)
	}
	return o.Bytes(), f.Bytes()
}

func TestFromCSVReadsWhatOfficesSave(t *testing.T) {
	text := "unit,indicator,score\r\n北京市,总体感知/品牌宣传,61.27\r\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]string{
		"utf-8": text, "bom": "\ufeff" + text, "gbk": gbk, "tabs": strings.ReplaceAll(text, ",", "\t"), "wide slash": strings.Replace(text, "/", "\uff0f", 1),
		"a title above": "热线指标汇总表\r\n" + text, "typed as text": strings.Replace(text, "北京市", `"=""北京市"""`, 1), "a line end in a cell": strings.Replace(text, "总体感知/品牌宣传", "\"总体感知/\n品牌宣传\"", 1),
	} {
		results, faults, err := score.FromCSV(strings.NewReader(in), method(t, "2023"))
		if err != nil || len(faults) > 0 || len(results) == 0 || results[0].Unit != "北京市" || results[0].Score != 61.27 {
			t.Errorf("%s: %v %v %v", name, results, faults, err)
		}
	}
}

func TestFromCSVRefusesWhatIsNoTable(t *testing.T) {
	for name, in := range map[string]string{
		"empty": "", "header only": "unit,indicator,score\n", "no score": "unit,indicator\na,b\n", "binary": "PK\x03\x04\x00\x00", "broken bytes": "unit,indicator,score\n\xff\xff\x80,总体感知,1",
	} {
		if results, faults, err := score.FromCSV(strings.NewReader(in), method(t, "2023")); err == nil && len(faults) == 0 {
			t.Errorf("%s: taken: %v", name, results)
		}
	}
}

func FuzzFromCSV(f *testing.F) {
	f.Add([]byte("unit,indicator,score\n全国,总体感知/品牌宣传,61.27\n"))
	f.Add([]byte("\ufeff单位\t指标\t得分\nx\t\"\t1\n"))
	m := method(f, "2023")
	f.Fuzz(func(t *testing.T, in []byte) {
		results, _, err := score.FromCSV(bytes.NewReader(in), m)
		if err != nil {
			return
		}
		for _, r := range results {
			if r.Score < 0 || r.Score > 100 || r.Coverage < 0 || r.Coverage > 1 {
				t.Errorf("out of range: %+v", r)
			}
		}
	})
}

func ExampleFromCSV() {
	m, err := methods.Preset("2023")
	if err != nil {
		panic(err)
	}
	in := strings.NewReader("unit,indicator,score\n全国,总体感知/企业和群众评价,57.74\n全国,总体感知/品牌宣传,61.27\n")
	results, faults, err := score.FromCSV(in, m)
	if err != nil {
		panic(err)
	}
	for _, r := range results {
		fmt.Printf("%s %s %.2f (coverage %.2f)\n", r.Unit, r.Indicator, r.Score, r.Coverage)
	}
	fmt.Println(len(faults), "rows at fault")
	// Output:
	// 全国 总分 59.15 (coverage 0.30)
	// 全国 总体感知 59.15 (coverage 1.00)
	// 0 rows at fault
}

func TestFromCSVReproducesThePublished2024Total(t *testing.T) {
	in := strings.NewReader("unit,indicator,score\n全国,服务响应,92.03\n全国,服务规范,89.71\n全国,问题解决,82.72\n")
	results, faults, err := score.FromCSV(in, method(t, "2024"))
	if err != nil || len(faults) > 0 || len(results) != 1 || math.Abs(results[0].Score-86.45) > 0.01+1e-9 {
		t.Errorf("%v %v %v", results, faults, err)
	}
}
