package questionnaires

import (
	"fmt"
	"maps"
	"slices"
)

// keys checks the key map: 0 is kept for 重听 and must not be a key; every
// value must be reachable, by one key only; on five levels key 1 is the best.
func (c *checker) keys(path string, q Question) {
	path += ".keys"
	asked := len(q.Voice) > 0
	if len(q.Keys) == 0 {
		if asked && (q.Kind == Five || q.Kind == YesNo || q.Kind == Choice) {
			c.say(path, "有电话用语的选择题须给出按键表", "a closed question asked by voice needs its keys")
		}
		return
	}
	if q.Kind != Five && q.Kind != YesNo && q.Kind != Choice {
		c.say(path, "该题型不用按键表", "this kind of question takes no keys")
		return
	}
	reached := map[int]bool{}
	for _, key := range slices.Sorted(maps.Keys(q.Keys)) {
		v := q.Keys[key]
		if key < 1 || key > 9 {
			c.say(path, fmt.Sprintf("按键 %d 不可用，只能是 1–9（0 为重听）", key), fmt.Sprintf("key %d is not 1–9 (0 repeats the question)", key))
		}
		if v < 0 || v > q.Scale() || v == 0 && !q.DontKnow {
			c.say(path, fmt.Sprintf("按键 %d 对应的值 %d 不存在", key, v), fmt.Sprintf("key %d means value %d, which there is not", key, v))
		}
		if reached[v] {
			c.say(path, fmt.Sprintf("值 %d 有两个按键", v), fmt.Sprintf("value %d has two keys", v))
		}
		reached[v] = true
	}
	for v := 1; v <= q.Scale(); v++ {
		if !reached[v] {
			c.say(path, fmt.Sprintf("值 %d 没有按键", v), fmt.Sprintf("value %d has no key", v))
		}
	}
	if q.DontKnow && !reached[0] {
		c.say(path, "“不清楚”没有按键（值写 0）", "don't-know has no key (give it value 0)")
	}
	if q.Kind == Five {
		for key := 1; key <= 5; key++ {
			if q.Keys[key] != 6-key {
				c.say(path, fmt.Sprintf("按键 %d 须为 %d 分：按键 1 最好，分值 5 最好", key, 6-key), fmt.Sprintf("key %d must mean %d: key 1 is best, value 5 is best", key, 6-key))
			}
		}
	}
}

func (c *checker) reasons(path string, q Question) {
	if len(q.Reasons) > 0 && q.Kind != Five {
		c.say(path+".reasons", "只有 five 题可设差评原因", "only a five question has reasons")
	}
	if len(q.Reasons) > maxOptions {
		c.say(path+".reasons", fmt.Sprintf("最多 %d 个原因", maxOptions), fmt.Sprintf("at most %d reasons", maxOptions))
	}
	seen := map[string]bool{}
	for i, r := range q.Reasons {
		at := fmt.Sprintf("%s.reasons[%d]", path, i)
		c.name(at+".code", r.Code)
		c.text(at+".text", r.Text, true)
		if seen[r.Code] {
			c.say(at+".code", "原因代码重复", "code is used twice")
		}
		seen[r.Code] = true
		if len(r.Levels) == 0 {
			c.say(at+".levels", "须注明用于哪些档（1、2）", "say on which levels it is offered (1, 2)")
		}
		for _, l := range r.Levels {
			if !l.Bad() {
				c.say(at+".levels", "差评原因只用于 1、2 档", "reasons belong to levels 1 and 2 only")
			}
		}
	}
}

// when checks a skip rule: it looks back at one closed question, at values
// that question can have. Nothing else is offered, so no rule can loop.
func (c *checker) when(path string, q Question, all *Questionnaire, before map[string]int) {
	if q.When == nil {
		return
	}
	at, ok := before[q.When.Question]
	if !ok {
		c.say(path+".when.question", "只能引用前面的题", "must name an earlier question")
		return
	}
	other := all.Questions[at]
	if other.Scale() == 0 {
		c.say(path+".when.question", "只能引用单选类的题", "must name a question with one value")
		return
	}
	if len(q.When.Values) == 0 {
		c.say(path+".when.values", "须列出至少一个值", "must list at least one value")
	}
	for _, v := range q.When.Values {
		if v < 1 || v > other.Scale() {
			c.say(path+".when.values", fmt.Sprintf("值 %d 不在所引题的范围内", v), fmt.Sprintf("value %d is outside that question's scale", v))
		}
	}
}
