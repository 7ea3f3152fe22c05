package topic

import (
	"strings"
	"testing"

	"minyi/internal/fault"
	"minyi/nlp/learn"
	"minyi/nlp/token"
)

func tokens(words string) []token.Token {
	var out []token.Token
	for _, w := range strings.Fields(words) {
		out = append(out, token.Token{Text: w, Tag: "n"})
	}
	return out
}

func TestShippedTaxonomy(t *testing.T) {
	tax, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if len(tax.Topics) < 10 || len(tax.Words()) < 1000 {
		t.Errorf("%d topics, %d words", len(tax.Topics), len(tax.Words()))
	}
}

func TestClassify(t *testing.T) {
	tax, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	s := NewSeeds(tax)
	for words, want := range map[string]string{
		"工地 夜间施工 噪音扰民":    "环境保护/噪声污染",
		"开发商 捆绑销售车位 物业公司": "城乡建设/物业服务",
		"老板 拖欠工资 农民工":     "劳动和社会保障/工资与劳动关系",
		"公交车 班次 站台":       "交通运输/公共交通",
		"幼儿园 学位 入学难":      "教育文体/学校与入学",
		"路灯 井盖":           "城乡建设/市政与公共设施",
		"今天 天气 不错":        Undecided,
		"":                Undecided,
		"快递 快递员 投递":       "交通运输/邮政快递",
	} {
		if d := s.Classify(tokens(words)); d.Topic != want {
			t.Errorf("%s: %+v, want %s", words, d, want)
		}
	}
	d := s.Classify(tokens("医院 学校"))
	if d.Topic != Undecided || d.Best == "" || d.Margin > 0.01 {
		t.Errorf("an even remark was decided: %+v", d)
	}
	if d := s.Explain(tokens("快递 快递员 今天")); len(d.Words) != 2 {
		t.Errorf("the words that decided: %v", d.Words)
	}
}

func TestBadTaxonomiesAreRefused(t *testing.T) {
	for name, content := range map[string]string{
		"no YAML":     "topics: [",
		"unknown key": "version: a\ntopics:\n - name: 甲\n   wrods: 子\n",
		"no words":    "version: a\ntopics:\n - name: 甲\n",
		"double name": "version: a\ntopics:\n - {name: 甲, words: 子}\n - {name: 甲, words: 丑}\n",
		"slash":       "version: a\ntopics:\n - {name: 甲/乙, words: 子}\n",
		"no version":  "topics:\n - {name: 甲, words: 子}\n",
		"too deep":    "version: a\ntopics:\n - name: 甲\n   topics:\n   - name: 乙\n     topics:\n     - name: 丙\n       topics:\n       - {name: 丁, words: 子}\n",
	} {
		if _, err := Parse("city.yaml", []byte(content)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestFewLabelsDoNotUnlearnTheTaxonomy: two labelled texts must not make a
// model forget the topics that only the taxonomy knows.
func TestFewLabelsDoNotUnlearnTheTaxonomy(t *testing.T) {
	tax, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	s := NewSeeds(tax)
	text := func(words string) learn.Text { return s.TextOf(tokens(words)) }
	var rest []learn.Text
	for range 6 {
		for _, words := range []string{
			"幼儿园 学位 入学难 今年", "学校 教师 补课 收费", "幼儿园 老师 家长 收费", "学校 学位 划片 入学难",
			"工地 夜间施工 噪音扰民 居民", "油烟 污染 夜间 居民", "公交车 班次 站台 司机", "公交车 司机 出租车 拒载",
		} {
			rest = append(rest, text(words))
		}
	}
	few := []learn.Example{{Text: text("工地 噪音扰民"), Label: "环境保护"}, {Text: text("公交车 站台"), Label: "交通运输"}}
	m, err := Train(s, few, rest, []string{"环境保护", "交通运输", "教育文体"})
	if err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]string{"幼儿园 收费": "教育文体", "夜间施工 噪音扰民": "环境保护", "出租车 拒载": "交通运输"} {
		if got, _ := m.Best(text(words)); got != want {
			t.Errorf("%s: %s, want %s", words, got, want)
		}
	}
	if _, err := Train(s, few[:1], rest, []string{"环境保护", "教育文体"}); err != nil {
		t.Errorf("one label beside a taxonomy: %v", err)
	}
}
