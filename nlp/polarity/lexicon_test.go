package polarity

import "testing"

func TestClass(t *testing.T) {
	l := Shipped()
	for text, want := range map[string]int{
		"非常满意": 1, "态度很好,问题已经解决了": 1, "感谢政府为民办实事": 1, "处理及时": 1, "工作人员非常有耐心,谢谢": 1, "办事效率高": 1, "没有推诿": 1,
		"不满意": -1, "非常不满意": -1, "没有解决": -1, "打了三次都没人接": -1, "等了半个月没有回复": -1, "回访就是走过场": -1, "互相踢皮球,不作为": -1, "办理太慢": -1, "不是很满意": -1, "态度不好": -1,
		"无": 0, "路灯": 0, "我是下午打的电话": 0, "": 0,
		"服务态度好,但办理太慢": -1, "虽然慢了点,但是问题解决了,非常感谢": 1,
		"希望尽快处理": -1, "不买车位不给办手续": -1, "噪音扰民问题协调好了": 1, "自来水管漏水两个小时就修好": 1, "路灯还是不亮": -1,
		"没有什么不满意的": 0, "没什么不满意的": 0, "没人不满意": 0, "没觉得不满意": 0, "不是不满意": 0,
		"无人处理": -1, "没有人维修": -1, "并没有像回复里说的那样整改": -1, "没有真正解决": -1, "未按承诺落实": -1, "没有像以前那样推诿": 1,
		"建议在小区门口设一个意见箱,不会用手机的人也能反映": 0, "建议热线增加方言服务": 0, "建议热线增加方言服务,老人普通话说不好。": 0, "能不能处理一下": 0,
		"建议增加接线员,电话根本打不通": -1, "建议增加车位。门口停车太乱": -1, "没多久就解决了": 1, "没想到处理得很快": 1, "正在处理": 0, "已经整改": 0,
	} {
		if got := Class(l.Score(text)); got != want {
			t.Errorf("%s: %d (%.2f), want %d", text, got, l.Score(text), want)
		}
	}
}

func TestClauses(t *testing.T) {
	got := Shipped().Clauses("服务态度好,但办理太慢")
	if len(got) != 2 || got[0].Score <= 0 || got[1].Score >= 0 {
		t.Errorf("got %v", got)
	}
}

func TestSuggests(t *testing.T) {
	for text, want := range map[string]bool{
		"建议增加夜间接线人员": true, "希望能延长服务时间": true, "能不能把进度发短信告诉我们": true, "希望": false, "希望继续保持": false, "垃圾桶增加了两个": false, "建议": false, "路灯坏了三天了": false, "办理太慢": false,
	} {
		if Suggests(text) != want {
			t.Errorf("%s: want %v", text, want)
		}
	}
}

func FuzzScore(f *testing.F) {
	f.Add("服务态度好,但办理太慢")
	l := Shipped()
	f.Fuzz(func(t *testing.T, s string) {
		if v := l.Score(s); v != v {
			t.Fatalf("%q scores NaN", s)
		}
	})
}
