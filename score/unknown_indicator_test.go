package score_test

import (
	"strings"
	"testing"

	"minyi/score"
)

// An unknown name is answered with names near it, and with what there is where
// none is near.
func TestUnknownIndicatorsAreToldWhatThereIs(t *testing.T) {
	for path, want := range map[string]string{
		"接通率":           `相近的是 "服务渠道/畅通性/热线接通率"`,
		"总体感知/品牌宣传/信任渡": `相近的是 "总体感知/品牌宣传/信任度"`,
		"信任渡":           `相近的是 "总体感知/品牌宣传/信任度"`,
		"品牌宣传":          `相近的是 "总体感知/品牌宣传"`,
		"满意度":           `相近的是 "总体感知/企业和群众评价/话后满意度"、"总体感知/企业和群众评价/回访满意度"`,
		"总体感知/群众评价/回访满意度": `相近的是 "总体感知/企业和群众评价/回访满意度"`,
		"总体感知/品牌宣传/万元产值":  `总体感知/品牌宣传 之下有 "热线利用率"、`,
		"万元产值":            `第一级有 "服务渠道"、"服务体验"、"总体感知"`,
		"x":               `第一级有 "服务渠道"、"服务体验"、"总体感知"`,
	} {
		_, faults, err := score.FromCSV(strings.NewReader("unit,indicator,score\n甲市,"+path+",70\n"), method(t, "2023"))
		if err != nil || len(faults) != 1 || !strings.Contains(faults[0].ZH, want) {
			t.Errorf("%s: %v %v, want %s", path, faults, err, want)
		}
	}
}
