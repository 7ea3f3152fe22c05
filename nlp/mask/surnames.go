package mask

import (
	"math"
	"strings"
)

// rankedSurnames are single surnames, the most frequent families first; the
// order is that of the censuses for the first two hundred and rough behind.
const rankedSurnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤傅萧" +
	"阎常赖温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由逄冒弓从郗丘水窑贡么贲牧单洪候洛占钭终仉督晓佴笪墨年爱代佟谯盈撒游苍" +
	"滑凤酆荀羿韶郦招区强国平明年原利" +
	"汲邴糜井牧隗山谷宓蓬郗郤璩濮扈郏莘翦浑慎戈郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东殴殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查後荆红游竺权逯盖益桓公撖冼"

// notSurnames stand in the list of families, yet in remarks they are words.
const notSurnames = "的是不了在有和为也到说要去你我他她它们个那这从都由来但公别信位都阿小老大养益东南相须却空步通利终充别广越初敬"

// compoundSurnames are tried before single ones.
var compoundSurnames = listOf("欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 端木 南宫 宇文 长孙 轩辕 闻人 澹台 赫连 呼延 鲜于 万俟 申屠 东郭 百里 钟离 独孤 拓跋 完颜 纳兰 西门 太史 仲孙 公冶 濮阳 淳于 单于 公羊 闾丘 司空 司寇 宗政 公西 漆雕 乐正 壤驷 公良 夹谷 宰父 谷梁 段干 百里 东野 南门 呼延 归海 羊舌 微生 左丘 梁丘 欧侯 爱新觉罗 叶赫那拉 司城 第五 达奚 贺兰 哥舒 尔朱 张简 范姜")

// surnameWeights gives ln P(surname): the first three hold 7% each, and then
// the shares fall about as one over the rank.
func surnameWeights() map[rune]float32 {
	out := make(map[rune]float32)
	rank := 0
	for _, r := range rankedSurnames {
		rank++
		if _, twice := out[r]; twice {
			continue
		}
		out[r] = float32(math.Log(min(0.07, 0.35/float64(rank+3))))
	}
	for _, r := range notSurnames {
		delete(out, r)
	}
	return out
}

const compoundWeight = -7.0 // ln P of any one of the compound surnames

// family weighs the surname at i: its length (0: none) and ln P.
func (s *scan) family(i int) (length int, p float64) {
	if n := s.hasAny(i, compoundSurnames); n > 0 {
		return n, compoundWeight
	}
	if p, known := theLexicon().surname(s.rune(i)); known {
		return 1, p
	}
	return 0, 0
}

// commonSurnames hold nine tenths of the population.
var commonSurnames = string([]rune(rankedSurnames)[:260])

// IsSurname reports whether r alone is one of the commoner surnames. A segmenter's tag for names (nr) is given to many common words; with a
// surname at its head a word is likelier a person.
func IsSurname(r rune) bool {
	return strings.ContainsRune(commonSurnames, r)
}
