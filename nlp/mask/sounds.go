package mask

import (
	"math"
	"strings"
)

// Names in the sounds of another language (扎西次仁, 苏日娜) have no surname.
const (
	soundPrior = -3.0
	soundChar  = -4.8
	dotted     = 8.0 // each · in it
)

// stemWeight is that of a stem of such names, however long.
const stemWeight = -5.5

func (s *scan) sounds(i int) bool {
	return classOf(s.rune(i))&(sound|dot) != 0
}

// soundNameAt tries names without a surname that begin at i: three characters
// and more in the sounds of another language, or two stems of such names.
func (s *scan) soundNameAt(i int, prior float64, try func(n, family int, p float64)) {
	if classOf(s.r[i])&(sound|stemHead) == 0 {
		return
	}
	const most = 11
	var best [most + 1]float64 // of the first n characters
	var stems, dots, common [most + 1]int
	for n, reached := 1, 0; n <= most && n-reached <= 4; n++ {
		best[n] = math.Inf(-1)
		if c := s.rune(i + n - 1); s.sounds(i + n - 1) {
			mark := b2i(classOf(c)&dot != 0)
			best[n] = best[n-1] + soundChar + float64(mark)*(dotted-soundChar)
			stems[n], dots[n], common[n] = stems[n-1], dots[n-1]+mark, common[n-1]+b2i(strings.ContainsRune(commonSounds, c))
		}
		for k := 2; k <= min(4, n); k++ {
			if p := best[n-k] + stemWeight; p > best[n] && s.stem(i+n-k, k) {
				best[n], stems[n], dots[n], common[n] = p, stems[n-k]+1, dots[n-k], common[n-k]
			}
		}
		if math.IsInf(best[n], -1) {
			continue
		}
		reached = n
		if n >= 3 && (dots[n] > 0 || prior >= announced || stems[n] >= 2 || common[n] == 0 || common[n] == 1 && !strings.ContainsRune(commonSounds, s.r[i])) {
			try(n, 1, soundPrior+best[n])
		}
	}
}

// stem reports whether a stem of n characters stands at i.
func (s *scan) stem(i, n int) bool {
	if classOf(s.rune(i))&stemHead == 0 {
		return false
	}
	for _, w := range soundStems.from(s.rune(i)) {
		if len(w) == n && s.hasRunes(i, w) {
			return true
		}
	}
	return false
}

// twoStems reports whether two stems stand at i, one behind the other.
func (s *scan) twoStems(i int) bool {
	if classOf(s.rune(i))&stemHead == 0 {
		return false
	}
	n := s.hasAny(i, soundStems)
	return n > 0 && s.hasAny(i+n, soundStems) > 0
}

// soundName covers 次仁央宗 where a word for people or the like stands before.
func (s *scan) soundName(i int) match {
	if !s.sounds(i-1) && (s.twoStems(i) || s.sounds(i+1) && s.sounds(i+2) && s.beforeFree(i) > 0) {
		return s.freeName(i)
	}
	return match{}
}

// dottedName covers 阿依古丽·买买提 wherever it stands.
func (s *scan) dottedName(i int) match {
	if s.sounds(i-1) && i-1 >= s.done {
		return match{} // it began before
	}
	to, dots := i, 0
	for s.sounds(to) && to-i < 16 {
		dots += b2i(classOf(s.r[to])&dot != 0)
		to++
	}
	if dots == 0 || to-i < 5 || classOf(s.rune(i))&dot != 0 || classOf(s.rune(to-1))&dot != 0 {
		return match{}
	}
	return match{i, to, Name, string(s.raw[i:i+1]) + "*"}
}

// transliteration are the characters in which Uyghur, Kazakh, Mongol, Tibetan
// and foreign names are written.
const transliteration = "卜杜不都吾守库拜衣萨里恰克伊敏铁热孜耶娃阿艾买提江古丽尔吐依布力木拉合沙帕汗肉玛尼亚卡迪斯达巴图孟哈吉那扎西多才让卓山仁青旦增次央金德罗桑格勒马苏麦海姆努如祖农塔比夏塞甫明米娜来再乃托居加莎约翰史密汤杰瑞安东大卫彼得歇朗日松其根云高雅登和朝鲁宝音呼伦贝乌兰嘎白诺顿珠坚赞曲旺索平措贡嘉洛错姬逊肯丁赛穆牙生森玉素曼荪菲凯叶别莱切皮乎保永红英宗罕默奥特普洛费南戈贝菲力欧文雷蒙露凡维科夫季列柳芭洋涅谢尕布扎俄措毛周多旦正太加羊措本"

// commonSounds are words as well: one of them at most, and not the first,
// stands in such a name where no dot shows what it is.
const commonSounds = "不都多才让大和来再其保安正太平江山生红英用本"

// soundStems are what names of Uyghurs, Kazakhs, Mongols, Tibetans and Yi are
// made of; two of them together are hardly anything else.
var soundStems = listOf("阿不都 阿布都 阿卜杜 阿卜都 阿不力 阿布力 阿依 阿孜 阿曼 阿力木 阿木尔 阿扎提 艾合 艾买 艾尼 艾山 艾力 艾则孜 艾孜 艾尔肯 艾克 艾海 买买提 买提 买合 麦麦提 麦合 玉素甫 玉苏甫 玉山 吐尔逊 吐尔洪 吐逊 吐拉 吐地 托合提 托乎提 塔依尔 热合曼 热合 热依木 热依汗 热西提 热孜 热娜 肉孜 如孜 茹仙 古丽 姑丽 古力 迪丽 迪里 努尔 努热 娜尔 巴哈尔 木拉提 木合 穆合 穆罕 沙依 沙吾 塞买提 赛买提 赛麦提 萨迪克 萨吾 卡德尔 卡迪尔 喀迪尔 卡米力 卡哈尔 克力木 克里木 库尔班 伊力 伊敏 伊不拉音 依明 依米提 依不拉音 斯拉木 哈力克 哈力 哈斯木 海力 帕提 帕尔哈提 祖农 祖丽 祖力 再努 再娜 则娜 亚森 亚力 亚库 牙生 牙库 居来 居马 加帕尔 吾买 吾斯 乌斯 乌买 尼亚孜 尼加提 尼沙 孜娜 万古丽 米吉提 约麦尔 达吾 拜克 拜合 " +
	"叶尔兰 叶尔 叶斯 巴合提 巴合 别克 哈孜 努尔兰 哈布力 赛力克 波拉提 列提 " +
	"其其格 其木格 琪琪格 巴图 巴特尔 巴雅尔 巴音 宝音 宝力格 乌云 乌日 乌兰 图雅 托娅 高娃 斯琴 萨仁 萨日 娜仁 娜日 日娜 格日勒 格日乐 阿古拉 阿拉坦 敖登 敖日 敖云 毕力格 朝鲁 朝克 朝格 达来 德力格 额尔 额日 恩和 哈斯 呼格 呼和 吉日 吉雅 孟和 孟根 孟克 莫日根 牧仁 那仁 那顺 苏日 苏和 苏雅 塔娜 特木 通拉嘎 图门 乌力 吉图 哈日 海日 嘎拉 斯楞 苏伦 满达 布和 布赫 陶格 " +
	"扎西 次仁 才仁 次旺 次珍 次吉 卓玛 卓嘎 卓尕 央金 央宗 央拉 旺堆 旺杰 旺姆 旺扎 旺久 多吉 多杰 达瓦 达娃 尼玛 边巴 巴桑 巴珠 拉姆 拉毛 罗布 洛桑 罗桑 洛松 普布 普琼 平措 旦增 丹增 旦巴 丹巴 旦真 格桑 索朗 索南 仁青 仁增 仁曾 仁真 嘎玛 噶玛 白玛 贡布 贡嘎 顿珠 加措 嘉措 坚赞 坚参 曲珍 曲扎 曲尼 群培 群宗 强巴 强久 桑吉 桑珠 桑杰 晋美 久美 德吉 德庆 措姆 措吉 落桑 丹珠 江白 江措 才让 才旦 才郎 昂旺 阿旺 完玛 尕藏 夏吾 华旦 旦正 更登 更尕 扎巴 " +
	"吉克 吉木 阿木 木呷 木果 木基 依布 曲比 曲木 阿牛 阿支 尔哈 日古 拉且 吉布 马海 海来 木加 木乃 阿呷 阿果 阿芝 莫色 沙马 尔古 尔布 约布 伍各 呷呷 吉狄 子莫")
