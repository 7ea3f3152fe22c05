package hotword

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"minyi/nlp/phrase"
	"minyi/nlp/token"
)

func vocabulary(o Options) *Vocabulary {
	o.Phrases = phrase.NewTable([]string{"噪音扰民", "捆绑销售", "捆绑销售车位", "车位捆绑销售", "丽发新城", "配套幼儿园", "为民做主"})
	o.Field = append(o.Field, "物业", "幼儿园", "噪音扰民", "捆绑销售", "捆绑销售车位", "施工")
	return NewVocabulary(o)
}

func TestTerms(t *testing.T) {
	v := vocabulary(Options{})
	for in, want := range map[string]string{
		"物业/n 噪音扰民/ph 噪音扰民/ph":              "物业 噪音扰民",
		"领导/n 希望/v ，/x 12345/m A3/eng 的/uj": "",
		"王建国/nr 长沙市/ns 昨天/t":                "",
		"有点/n 有点长/ph 确认细节/ph 全程/n 下文/n 口径/n 开窗/n 功能/n 作业/n 书面/n 等待时间/ph":                       "等待时间",
		"护照/n */x */x */x */x */x 88/m 医保卡/n ：/x 1/m */x */x */x */x 44/m 物业/n 张/nr */x 幼儿园/n": "物业 幼儿园",
		"施工/vn 解决/v 购买/v":          "",
		"捆绑销售车位/ph":                "捆绑销售车位 捆绑销售",
		"车位捆绑销售/ph":                "捆绑销售车位 捆绑销售",
		"丽发新城/ph 配套幼儿园/ph 为民做主/ph": "配套幼儿园",
		"油污/n 梅溪湖/n":               "油污",
	} {
		got := v.Terms(parse(in))
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s gave %q, want %q", in, s, want)
		}
	}
}

func parse(s string) []token.Token {
	var out []token.Token
	for _, f := range strings.Fields(s) {
		i := strings.LastIndexByte(f, '/')
		out = append(out, token.Token{Text: f[:i], Tag: f[i+1:]})
	}
	return out
}

func TestTenantsWords(t *testing.T) {
	v := vocabulary(Options{Stop: []string{"物业"}, Keep: []string{"领导"}, Synonyms: map[string]string{"噪音扰民": "噪声"}})
	if got := v.Terms(parse("物业/n 领导/n 噪音扰民/ph")); !slices.Equal(got, []string{"领导", "噪声"}) {
		t.Errorf("got %v", got)
	}
	if got := vocabulary(Options{Places: true}).Terms(parse("丽发新城/ph 长沙/ns")); !slices.Equal(got, []string{"丽发新城", "长沙"}) {
		t.Errorf("places asked for: %v", got)
	}
}

func TestWeigh(t *testing.T) {
	got := Weigh([]Count{{"噪音扰民", 30, -1}, {"物业", 30, 0}, {"小区", 99, 0}, {"罕见", 2, 0}}, 100, 5)
	var order []string
	for _, w := range got {
		order = append(order, w.Word)
	}
	if !slices.Equal(order, []string{"噪音扰民", "物业", "小区"}) && !slices.Equal(order, []string{"噪音扰民", "小区", "物业"}) {
		t.Errorf("got %v", order)
	}
	if got[0].Word != "噪音扰民" {
		t.Errorf("a phrase must outweigh its parts: %v", got)
	}
	if len(got) != 3 {
		t.Errorf("a word under the minimum is in: %v", got)
	}
}

func TestListsAreSound(t *testing.T) {
	for variant, main := range ShippedSynonyms() {
		if _, chained := ShippedSynonyms()[main]; chained {
			t.Errorf("%s stands for %s and is itself a variant", main, variant)
		}
	}
	for name, file := range map[string]string{"stop": stopFile, "general": generalFile, "boilerplate": boilerplateFile, "verbs": verbsFile} {
		if len(wordsOf(file)) < 50 {
			t.Errorf("%s: %d words", name, len(wordsOf(file)))
		}
	}
}

func TestDistinct(t *testing.T) {
	in := map[string]int{"搅拌站": 40, "物业": 50, "罕见": 2}
	out := map[string]int{"搅拌站": 5, "物业": 500}
	got := Distinct(in, out, 100, 1000, SignificantZ, 5)
	if len(got) != 1 || got[0].Word != "搅拌站" || got[0].In != 40 {
		t.Errorf("got %v", got)
	}
	if got := Distinct(map[string]int{}, out, 0, 10, 0, 1); len(got) != 0 {
		t.Errorf("nothing gave %v", got)
	}
}

// Groups drawn from one population have no words of their own, however common
// the words and however small the group; a group that uses some words three
// times as often has these.
func TestDistinctByChance(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	draw := func(n int, share float64) (k int) {
		for range n {
			if rng.Float64() < share {
				k++
			}
		}
		return k
	}
	for _, nIn := range []int{60, 400, 1500} {
		const nOut = 4000
		in, out := map[string]int{}, map[string]int{}
		for i := range 500 {
			share := 0.4 / float64(1+i)
			in[fmt.Sprint("同", i)], out[fmt.Sprint("同", i)] = draw(nIn, share), draw(nOut, share)
		}
		if got := Distinct(in, out, nIn, nOut, SignificantZ, 5); len(got) != 0 {
			t.Errorf("%d of one population: %+v", nIn, got[0])
		}
		for i := range 5 {
			in[fmt.Sprint("异", i)], out[fmt.Sprint("异", i)] = draw(nIn, .45), draw(nOut, .1)
		}
		if got := Distinct(in, out, nIn, nOut, SignificantZ, 5); len(got) != 5 {
			t.Errorf("%d: %d of 5 words found", nIn, len(got))
		}
	}
}
