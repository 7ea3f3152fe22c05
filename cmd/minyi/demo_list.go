package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"minyi"
)

// The demo's work orders are made up in the shape that hotlines export. Every
// number is of the test block 1990000xxxx, which no gateway but the sandbox
// lets out.

// Few units, so that most have enough answers to be graded.
var demoUnits = []struct{ unit, category, title string }{
	{"住房和城乡建设局", "城乡建设/物业管理", "小区电梯停运"},
	{"住房和城乡建设局", "城乡建设/供热", "暖气温度不达标"},
	{"城市管理局", "城乡建设/市政设施", "路灯不亮"},
	{"城市管理局", "环境保护/噪声", "夜间施工噪音扰民"},
	{"交通运输局", "交通运输/公交", "公交车长时间不来"},
	{"交通运输局", "交通运输/停车", "占道停车"},
	{"人力资源和社会保障局", "劳动和社会保障/欠薪", "公司拖欠工资"},
	{"市场监督管理局", "商贸旅游/消费维权", "预付卡退款难"},
	{"水务集团", "城乡建设/供水", "自来水发黄"},
}

var (
	demoDistricts = []string{"东湖区", "西山区", "北辰区", "南江区", "高新区", "临港新区", "清河县", "安平县"}
	demoNames     = []string{"王芳", "李娜", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "黄敏", "周杰", "吴婷", "徐强", "孙丽", "马超", "朱琳", "胡军", "郭涛"}
)

// demoNumber gives the i-th number of the test block.
func demoNumber(i int) string { return fmt.Sprintf("1990000%04d", i) }

// writeDemoList writes n closed cases, one number each from first on; one in
// six is an enterprise's. The same n and day give the same list.
func writeDemoList(w io.Writer, n, first int, today time.Time) error {
	out := csv.NewWriter(w)
	rng := rand.New(rand.NewPCG(12345, uint64(n)))
	header := []string{"工单编号", "受理时间", "办结时间", "诉求人", "联系电话", "诉求人类型", "区县", "承办单位", "诉求类别", "诉求标题"}
	if err := out.Write(header); err != nil {
		return err
	}
	for i := range n {
		if err := out.Write(demoCase(rng, i, first, today)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func demoCase(rng *rand.Rand, i, first int, today time.Time) []string {
	kind, name := "个人", demoNames[rng.IntN(len(demoNames))]
	if i%6 == 5 {
		kind, name = "企业", fmt.Sprintf("示例科技%d有限公司", i)
	}
	closed := today.In(minyi.Shanghai).Add(-time.Duration(6+rng.IntN(28*24)) * time.Hour)
	taken := closed.Add(-time.Duration(24+rng.IntN(8*24)) * time.Hour)
	u := demoUnits[rng.IntN(len(demoUnits))]
	return []string{fmt.Sprintf("%s%06d", taken.Format("20060102"), first+i), taken.Format(time.DateTime), closed.Format(time.DateTime),
		name, demoNumber(first + i), kind, demoDistricts[rng.IntN(len(demoDistricts))], u.unit, u.category, u.title}
}
