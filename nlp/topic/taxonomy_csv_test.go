package topic

import (
	"os"
	"testing"

	"minyi/internal/fault"
	"minyi/internal/testenv"
)

func TestTable(t *testing.T) {
	tax, err := Parse("codes.csv", []byte("\xEF\xBB\xBF一级,二级,三级,词\n城乡建设,市政,园林绿化管理,行道树 花坛\n城乡建设,市政,其他,\n海洋渔业,渔港/码头,渔船管理,\n"))
	if err != nil {
		t.Fatal(err)
	}
	s := NewSeeds(tax)
	for words, want := range map[string]string{
		"行道树 花坛":   "城乡建设/市政/园林绿化管理",
		"园林绿化":     "城乡建设/市政/园林绿化管理",
		"渔船":       "海洋渔业/渔港／码头/渔船管理",
		"物业公司 物业费": "城乡建设",
	} {
		if d := s.Classify(tokens(words)); d.Topic != want {
			t.Errorf("%s: %+v, want %s", words, d, want)
		}
	}
	for name, content := range map[string]string{"no rows": "level1,level2,level3\n", "no CSV": "level1,level2\n\"a,b\n"} {
		if _, err := Parse("codes.csv", []byte(content)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOfficialTable(t *testing.T) {
	content, err := os.ReadFile(testenv.Data(t, "text/teddy_taxonomy_3level.csv"))
	if err != nil {
		t.Fatal(err)
	}
	tax, err := Parse("official.csv", content)
	if err != nil || len(tax.Topics) != 15 {
		t.Fatalf("%v, %v", tax, err)
	}
	if d := NewSeeds(tax).Classify(tokens("违章建筑 拆迁")); d.Topic != "城乡建设/城乡规划/违章建筑" {
		t.Errorf("%+v", d)
	}
}
