package phrase

import "strings"

// requestWords ask, thank or greet: they border phrases and never belong to
// one.
var requestWords = setOf(`请 希望 恳请 恳求 投诉 请求 要求 咨询 反映 举报 建议 强烈 呼吁 盼 求 望 尊敬 您好 你好 谢谢 感谢 领导 请问 尽快 帮忙 帮助 麻烦 敬礼 此致 老百姓 百姓 我 我们 你 你们 他们 市长 书记 县长 区长 厅长 局长 省长 为何 为什么 怎么 如何 何时 能否 是否 可否 什么 到底 究竟`)

// notEdge are words whose neighbours are accidental: light verbs, general
// nouns of letters, measure and place words.
var notEdge = setOf(`是 有 没有 说 到 去 来 做 让 给 使 叫 想 要 会 能 可以 可能 应该 应 需要 需 必须 得 看 看到 知道 认为 觉得 成为 作为 进行 开始 继续 出现 存在 发生 造成 导致 引起 属于 位于 处于 关于 对于 根据 按照 通过 随着 为了 由于 因为 所以 但是 而且 如果 虽然 现在 目前 今天 昨天 明天 今年 去年 当时 一直 已经 时候 时间 情况 问题 方面 东西 事情 地方 原因 结果 有人 有些 有关 相关 一些 一个 某 某某 其 该 本 各 每 此 这 那 者 们 性 化 型 度 率 号 路 区 市 县 镇 乡 村 省 街 街道 栋 楼 层 单元 室 号楼 多 少 大 小 上 下 里 内 外 中 前 后 左右 以上 以下 以内 期间 过程 元 万元 年 月 日 天 小时 分钟 次 位 人 家 名 处 条 项 件 台 辆 附近 旁边 对面 门口 西地省 不能 不会 不要 不是 没 无 无法 未 不 很 太 更 最 非常 十分 特别 比较 严重 几个 两个 三个 一年 两年 多年 每天 晚上 早上 白天 凌晨 上午 下午 中午 夜间 半夜 深夜 平时 长期`)

// junk catches what statistics cannot: tails of company names, slogans of
// letters, halves of parallel words.
func junk(p string) bool {
	for _, tail := range []string{"有限公司", "责任公司", "股份公司", "分公司", "的人", "等等"} {
		if strings.HasSuffix(p, tail) || p == tail {
			return true
		}
	}
	for _, head := range []string{"路公", "号线", "届", "级"} {
		if strings.HasPrefix(p, head) {
			return true
		}
	}
	for _, slogan := range []string{"百忙之中", "牢记使命", "不忘初心", "核心价值", "以人为本", "社会主义", "中国特色", "十九", "十八"} {
		if strings.Contains(p, slogan) {
			return true
		}
	}
	return false
}

func setOf(s string) map[string]struct{} {
	set := make(map[string]struct{})
	for _, w := range strings.Fields(s) {
		set[w] = struct{}{}
	}
	return set
}
