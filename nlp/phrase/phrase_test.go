package phrase

import (
	"slices"
	"strings"
	"testing"

	"minyi/nlp/token"
)

func tokens(s string) (string, []token.Token) {
	var out []token.Token
	for _, w := range strings.Split(s, "|") {
		out = append(out, token.Token{Text: w, Tag: "n"})
	}
	return strings.ReplaceAll(s, "|", ""), out
}

func TestMergeTakesTheLongest(t *testing.T) {
	table := NewTable([]string{"捆绑销售", "捆绑销售车位", "噪音扰民", "住改商"}, []string{"捆绑销售"})
	for in, want := range map[string]string{
		"捆绑|销售|车位|的|开发商": "捆绑销售车位|的|开发商",
		"捆绑|销售|行为":       "捆绑销售|行为",
		"噪音|扰民|噪音":       "噪音扰民|噪音",
		"住|改商|住":         "住改商|住",
		"噪音|很|扰民":        "噪音|很|扰民",
		"捆绑|销售车":         "捆绑|销售车",
	} {
		text, ks := tokens(in)
		got := table.Merge(text, ks)
		var words []string
		for _, k := range got {
			words = append(words, k.Text)
		}
		if s := strings.Join(words, "|"); s != want {
			t.Errorf("%s gave %s, want %s", in, s, want)
		}
		if token.Join(got) != text {
			t.Errorf("%s does not join to its text", in)
		}
	}
	if table.Len() != 4 || !table.Has("住改商") || table.Has("住改") {
		t.Error("the table does not hold what was put in")
	}
}

func TestDiscover(t *testing.T) {
	var texts [][]token.Token
	for i := range 40 {
		_, ks := tokens([]string{"楼下|噪音|扰民|严重", "夜间|噪音|扰民", "噪音|扰民|多次", "商铺|噪音|扰民|投诉"}[i%4])
		texts = append(texts, ks)
		_, ks = tokens([]string{"楼下|商铺", "夜间|垃圾", "垃圾|车位", "车位|楼下"}[i%4])
		texts = append(texts, ks)
	}
	found := Discover(slices.Values(texts), Options{})
	if len(found) == 0 || found[0].Text != "噪音扰民" || found[0].Texts != 40 {
		t.Fatalf("got %v", found)
	}
	for _, f := range found {
		if strings.Contains(f.Text, "投诉") {
			t.Errorf("%s holds a word of asking", f.Text)
		}
	}
	if got := Discover(slices.Values([][]token.Token{}), Options{}); len(got) != 0 {
		t.Errorf("nothing gave %v", got)
	}
}

func TestDiscoverLeavesOutPersons(t *testing.T) {
	var texts [][]token.Token
	for range 20 {
		texts = append(texts, []token.Token{{Text: "王建国", Tag: "nr"}, {Text: "违建", Tag: "n"}})
	}
	if got := Discover(slices.Values(texts), Options{MinEntropy: 0.01}); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func FuzzMerge(f *testing.F) {
	f.Add("捆绑|销售|车位||噪音")
	table := NewTable([]string{"捆绑销售", "捆绑销售车位", "噪音扰民"})
	f.Fuzz(func(t *testing.T, s string) {
		text, ks := tokens(s)
		if got := token.Join(table.Merge(text, ks)); got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
