package clean

import (
	"strings"
	"unicode"
)

// A content-free answer is made of nothing but the pieces below, in whatever
// order and number: 没有什么意见, 非常满意，谢谢, 都挺好的. Listing whole answers
// would miss most ways of saying nothing.
var pieces = setOf(`
无 没 没有 没啥 没什么 暂 暂无 暂时 目前 现在 其他 其它 其余 别的 任何 什么 啥 意见 建议 想法 要求 看法 评价 和 与 或 及 想 想说 说 说的 可说 好说 补充 需要 用 没事 没问题 没有问题 无问题 没毛病
满意 好 不错 棒 赞 点赞 优秀 完美 可以 行 中 得 好评 差评 差 满分 一般 一般般 还行 凑合 马马虎虎 无可挑剔 无可奉告 杠杠 优 良 佳 给力 到位 顶 服气
很 非常 十分 特别 太 挺 比较 基本 最 真 真的 真是 确实 都 也 还 还是 蛮 相当 极 极其 格外 超 超级 更 总体 整体 一切 全 全部 各方面 表示
不 不是 不知道 不清楚 不了解 不知 说不清 随便 都行 无所谓 没想好
的 了 啊 吧 呢 哦 哈 呀 嘛 啦 哒 们 嗯 噢 额 呃 唉 诶 欸 呵 嘿 嘻 喔 吗 么 滴 呗 耶 您 你 你们 我 我们 咱 咱们 大家 本人 对 是 是的 就 就是 就这 就这样 这 这样 那 那样 来说 觉得 感觉 认为 给 点 个 一个 有 没错 为 继续 保持 继续保持 继续努力 再接再厉 加油 努力 辛苦 辛苦了
同意 支持 赞同 认可 收到 知道了 已阅 了解 明白 好嘞 同上 同前 如上 略 算了 路过 测试 一下 试试
正常 不需要 不用 无需 不必 免
谢谢 感谢 多谢 谢 谢了 致谢 感恩 衷心 万分 由衷 再次 万谢
你好 您好 喂 再见 拜拜 祝好 新年快乐 节日快乐 生日快乐 万事如意 身体健康 工作顺利 祝 祝您 祝愿 祝大家 一切顺利
一 二 三 四 五 六 七 八 九 十 零 两 分 星 颗 颗星 五星 星星 级
ok yes no none na nothing nil null good very nice great fine perfect excellent bad poor so thank thanks thx you satisfied satisfaction not all is it the a b c d e f g h i j k l m n o p q r s t u v w x y z test asdf asdfgh qwer qwerty haha hhh hh hehe xx xxx abc aaa bbb
`)

// wholes are content-free only as the whole answer: 不给解决了 is none.
var wholes = setOf(`解决了 已解决 已经解决 已经解决了 问题已解决 已处理 处理了 处理好了 已办结 办结了 解决`)

// thanked may follow thanks, and alone would be content: 感谢政府.
var thanked = setOf(`政府 党 党和 国家 领导 各位 热线 平台 中心 工作人员 话务员 接线员 客服 老师 同志 部门 单位 有关 相关 的 服务 帮助 关心 支持 理解 回访 来电 关注 重视 解答 耐心 及时 市 区 县 街道 社区 上级 人民 为人民服务`)

const longestPiece = 6

// empty reports whether core, letters and digits only, is made of pieces alone.
func empty(core []rune) bool {
	if _, whole := wholes[string(core)]; whole {
		return true
	}
	thanks := strings.Contains(string(core), "谢") || strings.Contains(string(core), "感恩")
	reach := make([]bool, len(core)+1)
	reach[0] = true
	for i := range core {
		if !reach[i] {
			continue
		}
		if unicode.IsDigit(core[i]) {
			reach[i+1] = true
		}
		for n := 1; n <= min(longestPiece, len(core)-i); n++ {
			w := string(core[i : i+n])
			_, piece := pieces[w]
			if !piece && thanks {
				_, piece = thanked[w]
			}
			reach[i+n] = reach[i+n] || piece
		}
	}
	return reach[len(core)]
}

// tells are complaints of one character.
const tells = "慢吵臭脏乱堵贵黑冷热挤烂坑骗拖推烦假漏晒闷远"

func setOf(s string) map[string]struct{} {
	set := make(map[string]struct{})
	for _, w := range strings.Fields(s) {
		set[w] = struct{}{}
	}
	return set
}
