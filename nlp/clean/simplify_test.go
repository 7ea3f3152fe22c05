package clean

import (
	"testing"
	"unicode/utf8"
)

func TestSimplify(t *testing.T) {
	for in, want := range map[string]string{
		"無人接聽，電話打不通":   "无人接听，电话打不通",
		"著名的乾隆著作":      "著名的乾隆著作",
		"以後請於三日內處理":    "以后请于三日内处理",
		"简体不变😀 abc":    "简体不变😀 abc",
		"":             "",
		"裡面漏水、裏面漏水，臺灣": "里面漏水、里面漏水，台湾",
	} {
		if got := Simplify(in); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

func TestSimplifyKeepsPlaces(t *testing.T) {
	for from, to := range simplified() {
		if to == 0 {
			continue
		}
		if utf8.RuneLen(rune(from)) != utf8.RuneLen(to) {
			t.Errorf("%c and %c differ in width", rune(from), to)
		}
		if simplified()[to] != 0 {
			t.Errorf("%c becomes %c, which would change again", rune(from), to)
		}
	}
}
