package polarity

import (
	"strings"
	"testing"
)

func TestAspects(t *testing.T) {
	l := Shipped()
	for text, want := range map[string]string{
		"服务态度好，但办理太慢":           "服务态度+ 办理时效-",
		"接线员很耐心就是结果没人管":         "服务态度+ 办理结果-",
		"态度一般但解决了问题":            "服务态度0 办理结果+",
		"不是不满意只是等太久":            "总体评价0 办理时效-",
		"热线一打就通，答复也专业，可惜问题还没解决": "接通与转接+ 解答与专业+ 办理结果-",
		"说话客气办事拖拉":              "服务态度+ 办理时效-",
		"来了两次都没修好，态度倒是不错":       "办理结果- 服务态度+",
		"谁都不负责互相踢皮球":            "责任与推诿-",
		"处理结果满意":                "办理结果+",
		"不能说不好":                 "0",
		"路灯坏了三天了":               "-",
		"要是能早点回复就好了":            "回访与反馈-",
		"要是接电话快一点就好了":           "办理时效-",
		"没有一个人不满意":              "总体评价+",
		"今天是星期二":                "",
		"":                      "",
	} {
		var got []string
		for _, a := range l.Aspects(text) {
			got = append(got, a.About+[]string{"-", "0", "+"}[Class(a.Score)+1])
		}
		if said := strings.Join(got, " "); said != want {
			t.Errorf("%s: %s, want %s", text, said, want)
		}
	}
}

// Every byte of a clause that judges is in one of its aspects.
func TestAspectsKeepTheWords(t *testing.T) {
	text := "接线员很耐心就是结果没人管了啊"
	var joined strings.Builder
	for _, a := range Shipped().Aspects(text) {
		joined.WriteString(a.Text)
	}
	if joined.String() != text {
		t.Errorf("%s", joined.String())
	}
}
