package learn

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

func text(words string) Text {
	t := Text{Words: strings.Fields(words)}
	for _, w := range t.Words {
		t.Runes = append(t.Runes, []rune(w)...)
	}
	return t
}

func small() []Example {
	var out []Example
	for range 10 {
		for words, label := range map[string]string{
			"小区 物业 收费 停车": "城建", "物业 不作为 小区 漏水": "城建", "公交 班次 太少": "交通", "公交 司机 拒载 乘客": "交通", "医院 医生 挂号": "卫生", "医生 态度 药品": "卫生",
		} {
			out = append(out, Example{text(words), label})
		}
	}
	return out
}

func TestTrain(t *testing.T) {
	m, err := Train(small(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]string{"物业 收费": "城建", "公交 司机": "交通", "医生 挂号": "卫生"} {
		got, margin := m.Best(text(words))
		if got != want || margin <= 0 {
			t.Errorf("%s: %s (%.2f), want %s", words, got, margin, want)
		}
	}
	reasons := m.Explain(text("物业 收费 今天"), "城建", 3)
	if len(reasons) == 0 || reasons[0].Feature != "物业" && reasons[0].Feature != "收费" {
		t.Errorf("reasons: %v", reasons)
	}
	if _, margin := m.Best(text("")); math.IsNaN(margin) {
		t.Error("an empty text gives NaN")
	}
}

func TestTrainingIsReproducible(t *testing.T) {
	examples := made(200, 30)
	a, err := Train(examples, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Train(examples, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range examples {
		if !reflect.DeepEqual(a.Scores(e.Text), b.Scores(e.Text)) {
			t.Fatal("the same examples gave another model")
		}
	}
}

func TestTwoLabels(t *testing.T) {
	var examples []Example
	for range 20 {
		examples = append(examples, Example{text("态度 好 满意"), "1"}, Example{text("态度 差 敷衍"), "0"}, Example{text("办理 快 感谢"), "1"}, Example{text("太 慢 没人 管"), "0"})
	}
	m, err := Train(examples, Options{Heads: []int{}, Triples: true})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := m.Best(text("办理 满意")); got != "1" {
		t.Errorf("got %s", got)
	}
	if got, _ := m.Best(text("敷衍 没人")); got != "0" {
		t.Errorf("got %s", got)
	}
}

func TestOneLabelIsRefused(t *testing.T) {
	if _, err := Train([]Example{{text("物业"), "城建"}}, Options{}); err == nil {
		t.Error("trained on one label")
	}
}

func TestJudge(t *testing.T) {
	f := Judge([]Outcome{{"a", "a", 3}, {"a", "b", .1}, {"b", "b", 2}, {"b", "b", 1}, {"c", "a", .2}}, 1)
	if f.Accuracy != .6 || f.Coverage != .6 || f.AccuracyAt80 != .75 || f.N != 5 {
		t.Errorf("%+v", f)
	}
	if want := (2*.5*.5/1 + 2*(2.0/3)*1/(2.0/3+1) + 0) / 3; math.Abs(f.MacroF1-want) > 1e-9 {
		t.Errorf("macro-F1 %v, want %v", f.MacroF1, want)
	}
	if f.Confusion["a"]["b"] != 1 || f.Confusion["c"]["a"] != 1 {
		t.Errorf("%v", f.Confusion)
	}
	if f := Judge(nil, 0); f.N != 0 || f.MacroF1 != 0 {
		t.Errorf("nothing gave %+v", f)
	}
}

func TestGroups(t *testing.T) {
	letter := "小区楼下的搅拌站每天晚上施工噪音扰民,希望领导尽快处理,业主们都很着急。"
	got := Groups([]string{letter, letter + "谢谢", "公交车班次太少,老人等了一个小时也没有等到车", letter})
	if got[0] != got[1] || got[0] != got[3] || got[0] == got[2] {
		t.Errorf("got %v", got)
	}
}
