package nlp

import (
	"slices"
	"testing"

	"minyi/nlp/token"
)

// TestTraditional: a remark in Traditional characters is understood as the same
// in simplified ones, and kept as it came.
func TestTraditional(t *testing.T) {
	a := analyser(t)
	const kept = "電話無人接聽，樓下燒烤店噪音擾民，我叫張偉，沒人管"
	trad, simp := a.Analyse(kept), a.Analyse("电话无人接听，楼下烧烤店噪音扰民，我叫张伟，没人管")
	if want := "電話無人接聽，樓下燒烤店噪音擾民，我叫張*，沒人管"; trad.Text != want {
		t.Errorf("kept %s, want %s", trad.Text, want)
	}
	if trad.Topic.Topic != simp.Topic.Topic || trad.Polarity != simp.Polarity || trad.Score != simp.Score {
		t.Errorf("%+v and %+v differ", trad.Topic, simp.Topic)
	}
	if token.Join(trad.Tokens) != trad.Text || !slices.Equal(token.Over(simp.Text, trad.Tokens), simp.Tokens) {
		t.Errorf("%v and %v differ", trad.Tokens, simp.Tokens)
	}
	if back := decodeCuts(trad.Text, encodeCuts(trad.Tokens)); token.Join(back) != token.Join(simp.Tokens) {
		t.Errorf("stored and read: %v", back)
	}
}
