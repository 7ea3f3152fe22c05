package clean

import "strings"

// contentFree are whole answers, folded to letters and digits, that say
// nothing which the rating has not said.
var contentFree = setOf(`
无 没 没有 没有了 没了 暂无 目前没有 暂时没有 暂时没 无意见 没意见 没有意见 无建议 没建议 没有建议 没有什么建议 没什么建议 没什么意见 没有什么意见
暂无建议 暂无意见 无意见建议 无意见和建议 没有意见和建议 没有意见建议 无任何意见 无其他意见 没有其他意见 没有其他 没其他 无其他 其他无 没有别的 没别的 没什么 没什么说的 没啥 没啥说的 没啥意见
无可奉告 不知道 不清楚 不了解 不知 说不清 随便 都行 都可以 都好 无所谓 没想法 没想好
满意 很满意 非常满意 十分满意 特别满意 比较满意 基本满意 挺满意 挺满意的 还满意 满意的 非常的满意 都满意 都很满意 一般满意 相当满意 表示满意 我很满意 我满意 我非常满意
不满意 很不满意 非常不满意 十分不满意 不太满意 不是很满意 特别不满意
一般 一般般 还行 还可以 可以 可以的 行 好 很好 好的 挺好 挺好的 很好的 非常好 太好了 蛮好 蛮好的 不错 很不错 还不错 真不错 棒 很棒 赞 点赞 优秀 完美 差 很差 太差 非常差 差评 好评 满分 五星 五星好评 给好评 一分 五分
谢谢 谢谢你 谢谢您 谢谢你们 感谢 非常感谢 多谢 十分感谢 谢了 感谢你们 感谢您 衷心感谢 万分感谢 辛苦了 你们辛苦了 辛苦 谢谢辛苦了
是 是的 对 对的 嗯 嗯嗯 哦 哦哦 啊 额 呵呵 哈哈 哈 好吧 好嘞 收到 知道了 了解 已解决 解决了 解决 已处理 处理了 已办结 未解决 没解决 没有解决
同意 支持 赞同 不同意 测试 test ok yes no none na n a nothing good bad
继续努力 加油 再接再厉 祝好 再见 拜拜 你好 您好 喂
`)

func setOf(s string) map[string]struct{} {
	set := make(map[string]struct{})
	for _, w := range strings.Fields(s) {
		set[w] = struct{}{}
	}
	return set
}
