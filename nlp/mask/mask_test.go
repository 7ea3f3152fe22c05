package mask

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"我叫张伟，电话13800138000，家住万家丽路88号3栋2单元501室": "我叫张*，电话138****8000，家住万家丽路*号*栋*单元*室",
		"联系人：欧阳靖雯 138-0013-8000":                "联系人：欧阳* 138****8000",
		"李女士反映,王小明老师说的不对":                       "李*女士反映,王*老师说的不对",
		"车牌湘A12345违停":                           "车牌湘A*****违停",
		"邮箱zhang.san@qq.com QQ：123456789":       "邮箱z***@qq.com QQ：1****",
		"微信wx_lilei88 银行卡6222021234567890123":   "微信w**** 银行卡***************0123",
		"lilei@163.com 储蓄卡6222021234567890123":  "l***@163.com 储蓄卡***************0123",
		"(138)00138000打不通，（139）0013 8000也是":     "138****8000打不通，139****8000也是",
		"身份证11010519491231002X":                 "身份证110***********002X",
		"银行卡6222021234567890128":                "银行卡***************0128",
		"座机0731-85551234，(010)65551234":         "座机0731-****34，010-****34",
		"请尽快处理。王建国 2019年3月5日":                   "请尽快处理。王* 2019年3月5日",
		"阿依古丽·买买提说没人管":                          "阿*说没人管",
		"客服400-800-8820没人接":                     "客服400****20没人接",
		"打幺三八零零一三八零零零找我":                        "打138****8000找我",
		"中海小区3-2-501漏水":                         "中海小区*-*-*漏水",
		"尊敬的胡华衡书记您好":                            "尊敬的胡*书记您好",
	} {
		got, spans := Text(in)
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
		if again, _ := Text(got); again != got {
			t.Errorf("masking twice: %s then %s", got, again)
		}
		for _, s := range spans {
			if in[s.Start:s.End] == s.Cover {
				t.Errorf("span %q is covered by itself", s.Cover)
			}
		}
	}
}

func TestLeavesAlone(t *testing.T) {
	for _, s := range []string{
		"语文老师和保安师傅都不管", "12345热线5号线3月5日88号", "本人高中毕业,项目经理和车间主任说的", "有5000户居民,三房两厅",
		"拨打95598、12345没人接", "3栋业主都反对", "房租每月1350元,2019-03-15到期", "谢谢", "张某某的车", "6栋7栋电梯坏了", "1-8楼的住户不敢开窗",
		"国办函〔2025〕66号", "地铁3号线11号口", "会议室内", "工单编号202411221234567890",
	} {
		if got, _ := Text(s); got != s {
			t.Errorf("%s became %s", s, got)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("我叫张伟，电话138 0013 8000，住3栋2单元501，湘A12345 a@b.cn QQ:12345 微信号ab_123")
	f.Add("(0731)85551234-\n李四 2019年\n阿依古丽·买买提 幺三八零零一三八零零零零")
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "")
		got, spans := Text(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is not UTF-8", got)
		}
		at := 0
		for _, sp := range spans {
			if sp.Start < at || sp.End <= sp.Start || sp.End > len(s) {
				t.Fatalf("spans out of order: %v in %q", spans, s)
			}
			at = sp.End
		}
	})
}

func BenchmarkText(b *testing.B) {
	const base = "小区楼下的搅拌站每天晚上施工噪音扰民,希望领导尽快处理，业主们都很着急。"
	text := strings.Repeat(base, 6)
	for b.Loop() {
		Text(text)
	}
}
