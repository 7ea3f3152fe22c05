package methods

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// reader walks YAML nodes and remembers every fault with its path and line,
// so that a person corrects a file once and not line by line.
type reader struct {
	faults     Faults
	indicators int // met so far
}

func (r *reader) fail(n *yaml.Node, path, zh, en string) {
	line := 1
	if n != nil {
		line = n.Line
	}
	r.failAt(line, path, zh, en)
}

func (r *reader) failAt(line int, path, zh, en string) {
	r.faults = append(r.faults, Fault{Path: path, Line: line, ZH: zh, EN: en})
}

// fields gives the members of a mapping by key, after refusing unknown and
// doubled keys.
func (r *reader) fields(n *yaml.Node, path string, known ...string) map[string]*yaml.Node {
	out := map[string]*yaml.Node{}
	if n.Kind != yaml.MappingNode {
		r.fail(n, path, "这里应是若干“键: 值”", "must be a mapping of keys to values")
		return out
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case !contains(known, key.Value):
			r.fail(key, join(path, key.Value), "不认识的键；可用："+strings.Join(known, "、"), "unknown key; known here: "+strings.Join(known, ", "))
		case out[key.Value] != nil:
			r.fail(key, join(path, key.Value), "键重复", "key given twice")
		default:
			out[key.Value] = n.Content[i+1]
		}
	}
	return out
}

// items gives the members of a sequence.
func (r *reader) items(n *yaml.Node, path string) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		r.fail(n, path, "这里应是列表", "must be a list")
		return nil
	}
	return n.Content
}

// text gives a scalar's text; must says whether it may be absent.
func (r *reader) text(at, n *yaml.Node, path string, must bool) string {
	switch {
	case n == nil && must:
		r.fail(at, path, "缺少此项", "is missing")
		return ""
	case n == nil:
		return ""
	case n.Kind != yaml.ScalarNode:
		r.fail(n, path, "这里应是一个值", "must be a single value")
		return ""
	case must && strings.TrimSpace(n.Value) == "":
		r.fail(n, path, "不能为空", "must not be empty")
	}
	return strings.TrimSpace(n.Value)
}

// number gives a scalar as a number in [low, high].
func (r *reader) number(n *yaml.Node, path string, low, high float64) float64 {
	v, err := strconv.ParseFloat(r.text(n, n, path, true), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		r.fail(n, path, "应是数字", "must be a number")
		return low
	}
	if v < low || v > high {
		r.fail(n, path, fmt.Sprintf("%.10g 超出范围 %.10g…%.10g", v, low, high), fmt.Sprintf("%.10g is outside %.10g…%.10g", v, low, high))
	}
	return v
}

// whole gives a scalar as a whole number in [low, high].
func (r *reader) whole(n *yaml.Node, path string, low, high int) int {
	v := r.number(n, path, float64(low), float64(high))
	if v != math.Trunc(v) {
		r.fail(n, path, "应是整数", "must be a whole number")
	}
	return int(v)
}

// oneOf gives a scalar that must be one of the words.
func (r *reader) oneOf(at, n *yaml.Node, path string, words ...string) string {
	s := r.text(at, n, path, true)
	if s != "" && !contains(words, s) {
		r.fail(n, path, fmt.Sprintf("%q 不是可用的值：%s", s, strings.Join(words, "、")), fmt.Sprintf("%q is not one of %s", s, strings.Join(words, ", ")))
	}
	return s
}

// texts gives a list of scalars.
func (r *reader) texts(n *yaml.Node, path string) []string {
	var out []string
	for i, it := range r.items(n, path) {
		out = append(out, r.text(it, it, at(path, i), true))
	}
	return out
}

func contains(words []string, w string) bool {
	for _, k := range words {
		if k == w {
			return true
		}
	}
	return false
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "/" + key
}

func at(path string, i int) string { return join(path, strconv.Itoa(i+1)) }
