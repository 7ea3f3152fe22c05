package sms

import (
	"testing"
	"unicode/utf8"

	"minyi"
)

func TestParseReplyReadsAllForms(t *testing.T) {
	key := func(n int, comment ...string) Said { return Said{Kind: SaidKey, Key: n, Comment: first(comment)} }
	level := func(l minyi.Level, comment ...string) Said {
		return Said{Kind: SaidLevel, Level: l, Comment: first(comment)}
	}
	comment := func(s string) Said { return Said{Kind: SaidComment, Comment: s} }
	unclear := func(s string) Said { return Said{Kind: SaidUnclear, Comment: s} }
	stop, nothing := Said{Kind: SaidStop}, Said{Kind: SaidNothing}
	for text, want := range map[string]Said{
		// Keys in every writing.
		"1": key(1), "１": key(1), "①": key(1), "一": key(1), "1.": key(1), "1。": key(1), " 1 ": key(1), "1\n": key(1),
		"1、": key(1), "1!": key(1), "(1)": key(1), "【1】": key(1), "“1”": key(1), "1️⃣": key(1), "❶": key(1), "➊": key(1),
		"⑴": key(1), "㈠": key(1), "壹": key(1), "⒈": key(1), "選1": key(1), "5": key(5), "５": key(5), "⑤": key(5), "伍": key(5), "五": key(5), "五。": key(5),
		"选1": key(1), "我选1": key(1), "选择 2": key(2), "回复3": key(3), "答:4": key(4), "按5": key(5), "选项一": key(1), "1号": key(1), "9": key(9), "10": key(10),
		"\ufeff2": key(2), "2\u200b": key(2), "1谢谢": key(1, "谢谢"), "1,谢谢你们": key(1, "谢谢你们"),
		// A digit with the level it stands for.
		"1满意": key(1), "1非常满意": key(1), "1、非常满意": key(1), "1.非常满意": key(1), "2 满意": key(2), "5非常不满意": key(5), "4、不满意": key(4), "3基本满意。": key(3),
		// A digit that the words contradict is neither guessed nor lost.
		"1不满意": unclear("1不满意"), "1 非常不满意": unclear("1 非常不满意"), "5非常满意": unclear("5非常满意"), "5、满意": unclear("5、满意"),
		"3不满意": unclear("3不满意"), "1基本满意": unclear("1基本满意"), "8满意": unclear("8满意"), "2,对结果不满意": unclear("2,对结果不满意"),
		"满意,不满意": unclear("满意,不满意"), "满意 但是不满意": unclear("满意 但是不满意"), "满意😡": unclear("满意😡"), "1👎": nothing, "5👍 谢谢": unclear("5👍 谢谢"),
		"2非常满意": key(2), "5不满意": key(5), "1,没有不满意的地方": key(1, "没有不满意的地方"), "2服务态度好": unclear("2服务态度好"), "1ok": unclear("1ok"),
		"0分": unclear("0分"), "1或2": unclear("1或2"), "十一": unclear("十一"), "满意/不满意": unclear("满意/不满意"), "挺满意的": unclear("挺满意的"), "还行吧": unclear("还行吧"),
		// Traditional characters, pinyin, English.
		"滿意": level(4), "非常滿意!": level(5), "不滿意,電梯還沒修": level(2, "電梯還沒修"), "選擇 2": key(2), "回覆3": key(3), "退訂": stop, "貳": key(2), "４顆星": level(4),
		"manyi": level(4), "Fei chang man yi": level(5), "bù mǎnyì": level(2), "very dissatisfied": level(1), "not bad": comment("not bad"), "manyi?": comment("manyi?"),
		// Emoji and signs around an answer.
		"👍1": key(1), "1👍": key(1), "满意👍👍": level(4), "1 😊谢谢": key(1, "谢谢"), "~1~": key(1), "非常满意!!": level(5), "我选 2": key(2), "2 服务态度好": key(2, "服务态度好"),
		"不满": level(2), "很不满!": level(1), "满分": level(5), "1%": nothing, "1+1": nothing, "1/5": nothing, "1?": nothing, "4.5分": comment("4.5分"), "一点都不满意": unclear("一点都不满意"),
		// Values.
		"5分": level(5), "５分": level(5), "五分": level(5), "4 分": level(4), "给5分": level(5), "打5分": level(5), "5星": level(5), "3颗星": level(3), "1分,太慢": level(1, "太慢"),
		"5★": level(5), "1★": level(1), "4⭐": level(4), "★★★★★": level(5), "★★★★☆": level(4), "⭐⭐ 太慢": level(2, "太慢"), "★☆☆☆☆": level(1),
		"★★★★★ 5": nothing, "★★★★★ 1": level(5), "★★★★★★": nothing, "⭐满意": level(4), "☆1☆": key(1), "☆☆☆": nothing, "★★★★★ 不满意": unclear("★★★★★ 不满意"),
		// Words.
		"满意": level(4), "满意。": level(4), "满意!": level(4), "满意了": level(4), "非常满意": level(5), "很满意": level(5), "基本满意": level(3), "比较满意": level(4),
		"不满意": level(2), "不满意!": level(2), "我不满意": level(2), "非常不满意": level(1), "很不满意": level(1), "不太满意": level(2), "总体满意": level(4),
		"我很满意,谢谢": level(5, "谢谢"), "满意谢谢": level(4, "谢谢"), "不满意 路灯还是不亮": level(2, "路灯还是不亮"), "非常不满意,没人来": level(1, "没人来"),
		"不 满 意": level(2), "非 常 满 意": level(5), "满 意 1 2": comment("满 意 1 2"), "您好，满意": level(4), "你好 1": key(1), "谢谢，非常满意！": level(5), "谢谢": comment("谢谢"), "您好": comment("您好"),
		// A level with its digit behind it.
		"非常满意1": level(5), "满意2": level(4), "不满意5": level(2), "满意 5分": level(4, "5分"), "不满意1": unclear("不满意1"), "不满意 1": unclear("不满意 1"), "非常满意,5": unclear("非常满意,5"), "满意100": unclear("满意100"),
		"不满意 2次都没来": level(2, "2次都没来"), "不满意，1没人来2没修好": level(2, "1没人来2没修好"), "1啊": key(1), "1了！": key(1), "数字2": key(2), "是1": key(1),
		// A digit and a remark.
		"3 路灯还是不亮": key(3, "路灯还是不亮"), "3,路灯还是不亮": key(3, "路灯还是不亮"), "4。没人管": key(4, "没人管"), "２、 态度好": key(2, "态度好"), "1 ok了": key(1, "ok了"),
		// Numbers that are no answer.
		"3天了还没人来": comment("3天了还没人来"), "3 天了还没人来": comment("3 天了还没人来"), "2个月没处理": comment("2个月没处理"), "12345打不通": comment("12345打不通"),
		"3号楼没水": comment("3号楼没水"), "10分": unclear("10分"), "100分": unclear("100分"), "一直没人管": comment("一直没人管"), "一般": unclear("一般"), "5号线太吵": comment("5号线太吵"),
		"1 2 1": nothing, "1,2": nothing, "11": nothing, "0": nothing, "00": nothing, "12345": nothing, "13800000000": nothing, "1-2": nothing, "-1": key(1),
		// Words that only look like a level.
		"满意度不高": unclear("满意度不高"), "满意?": unclear("满意?"), "满意吗": unclear("满意吗"), "不满意的地方很多": unclear("不满意的地方很多"), "满意个鬼": unclear("满意个鬼"),
		"没有不满意": unclear("没有不满意"), "不是不满意": unclear("不是不满意"), "给我处理一下": comment("给我处理一下"), "打电话没人接": comment("打电话没人接"), "选不了": comment("选不了"),
		// Opt-out, as the whole message only.
		"R": stop, "r": stop, "T": stop, "Ｔ": stop, "td": stop, "TD": stop, "T D": stop, "TD。": stop, "N": stop, "QX": stop, "qx!": stop, "退订": stop, "退 订": stop, "【退订】": stop, "拒收": stop,
		"取消": stop, "0000": stop, "００００": stop, "不需要": stop, "不需要!": stop, "0-0-0-0": stop,
		"回复TD": stop, "回t": stop, "拒收请回复R": stop, "退订TD": stop, "我要退订！": stop, "退订，谢谢": stop, "不要再发": stop, "不要再发了。": stop, "别发了": stop, "請勿打擾": stop, "Stop": stop, "unsubscribe": stop,
		"不要再发错单位了": comment("不要再发错单位了"), "stop the noise": comment("stop the noise"), "退订不了": comment("退订不了"), "请勿打扰居民": comment("请勿打扰居民"),
		"取消这个政策": comment("取消这个政策"), "不需要你们": comment("不需要你们"), "怎么退订": comment("怎么退订"), "TDD": comment("TDD"), "00000": nothing,
		"退定": stop, "不要再发短信了": stop, "以后别发了": stop, "別再給我發信息了": stop, "请不要再给我发这类短信，谢谢": stop, "不想再收到": stop, "停止骚扰": stop, "不需要，谢谢": stop, "回复退订": stop, "取消訂閱": stop, "拒絕接收": stop,
		"不要发火": comment("不要发火"), "别再给我打电话了": stop, "不要再回访了": stop, "不要联系物业": comment("不要联系物业"), "以后不要再发生这种事": comment("以后不要再发生这种事"), "不用了": comment("不用了"), "取消了": comment("取消了"),
		// Our own message quoted, above, below or alone.
		"【某市12345热线】请回复数字评价：1非常满意\n2": key(2), "不满意 太慢\n> 【某市12345热线】请回复数字评价": level(2, "太慢"), "1\n【物业】态度差": key(1, "物业】态度差"),
		"【某市12345热线】请回复数字评价 1": unclear("【某市12345热线】请回复数字评价 1"), "Liked “【某市12345热线】请回复数字”": comment("Liked “【某市12345热线】请回复数字”"),
		// Words around a digit.
		"我给5分": level(5), "我打5分": level(5), "给个1": key(1), "就1吧": key(1), "请按2": key(2), "回1": key(1), "5 stars": level(5), "我一直在等": comment("我一直在等"), "我家2号楼没水": comment("我家2号楼没水"), "请3天内处理": comment("请3天内处理"),
		// Free text and noise.
		"路灯还是不亮": comment("路灯还是不亮"), "thank you": comment("thank you"), "": nothing, "   ": nothing, "?": nothing, "。。。": nothing, "👍": nothing, "Y": nothing, "\xff\xfe": nothing,
	} {
		if got := ParseReply(text); got != want {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}

func first(s []string) string {
	if len(s) > 0 {
		return s[0]
	}
	return ""
}

func FuzzParseReply(f *testing.F) {
	for _, s := range []string{"1", "１满意", "不满意 路灯", "3 天了", "退订", "5分", "1️⃣", "\xff1", "选选选1", "0000", "((((1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		said := ParseReply(s)
		if !utf8.ValidString(said.Comment) {
			t.Fatalf("%q: comment is not UTF-8", s)
		}
		switch said.Kind {
		case SaidKey:
			if said.Key < 1 || said.Key > 10 || said.Level != 0 {
				t.Fatalf("%q: %+v", s, said)
			}
		case SaidLevel:
			if !said.Level.Valid() || said.Key != 0 {
				t.Fatalf("%q: %+v", s, said)
			}
		case SaidComment, SaidUnclear:
			if said.Comment == "" || said.Key != 0 || said.Level != 0 {
				t.Fatalf("%q: %+v", s, said)
			}
		case SaidStop, SaidNothing:
			if said != (Said{Kind: said.Kind}) {
				t.Fatalf("%q: %+v", s, said)
			}
		default:
			t.Fatalf("%q: kind %q", s, said.Kind)
		}
	})
}

func BenchmarkParseReply(b *testing.B) {
	texts := []string{"1", "１", "3 路灯还是不亮", "非常不满意,没人来", "路灯坏了三个月没人修,打了很多次电话", "退订"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if ParseReply(texts[i%len(texts)]).Kind == SaidNothing {
			b.Fatal("not understood")
		}
	}
}
