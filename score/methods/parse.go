package methods

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"minyi"
)

// Schema is the version of the file format that this program reads.
const Schema = 1

// mostBytes bounds a method file; the longest that ships has 9 kB.
const mostBytes = 1 << 20

// Parse reads and checks a method file. Everything wrong is told at once, each
// with path, line and reason.
func Parse(name string, text []byte) (*Method, error) {
	r := &reader{}
	var m *Method
	if doc := r.document(name, text); doc != nil {
		r.aliases(doc, "")
		m = r.method(doc)
	}
	if err := r.faults.asFault(name); err != nil {
		return nil, err
	}
	return m, nil
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// document gives the one document of a file, nil after a fault.
func (r *reader) document(name string, text []byte) *yaml.Node {
	if len(text) > mostBytes {
		r.failAt(1, name, "文件超过 1 MB，不像是评估方法", "is over 1 MB: that is no method file")
		return nil
	}
	if at := invalidUTF8(text); at > 0 {
		r.failAt(at, name, "文件须是 UTF-8 编码，请另存为 UTF-8", "is not UTF-8: save it as UTF-8")
		return nil
	}
	var doc, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(text))
	err := dec.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF), err == nil && len(doc.Content) == 0, err == nil && doc.Content[0].Tag == "!!null":
		r.failAt(1, name, "文件是空的", "the file is empty")
		return nil
	case err == nil:
		if err = dec.Decode(&more); errors.Is(err, io.EOF) {
			return doc.Content[0]
		}
		if err == nil {
			r.fail(&more, name, "一个文件只能有一个方法：删去 --- 之后的内容", "holds a second document: one file is one method")
			return nil
		}
	}
	line := 1
	if at := yamlLine.FindStringSubmatch(err.Error()); at != nil {
		line, _ = strconv.Atoi(at[1])
	}
	r.failAt(line, name, "不是有效的 YAML（多为缩进、制表符或引号）："+err.Error(), "is not valid YAML (often indentation, tabs or quotes): "+err.Error())
	return nil
}

// invalidUTF8 gives the first line that is not UTF-8, 0 for none.
func invalidUTF8(text []byte) int {
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) {
		return 0 // UTF-16, which YAML allows
	}
	for i, line := range bytes.Split(text, []byte("\n")) {
		if !utf8.Valid(line) {
			return i + 1
		}
	}
	return 0
}

// aliases refuses anchors' uses: with them a tree could hold itself.
func (r *reader) aliases(n *yaml.Node, path string) {
	for i, c := range n.Content {
		p := path
		switch {
		case n.Kind == yaml.MappingNode && i%2 == 1:
			p = join(path, n.Content[i-1].Value)
		case n.Kind == yaml.SequenceNode:
			p = at(path, i)
		}
		if c.Kind == yaml.AliasNode {
			r.fail(c, p, "不能用别名 *"+c.Value+"：指标不能引用另一处或自身", "alias *"+c.Value+": an indicator must not refer to another place, or to itself")
			continue
		}
		r.aliases(c, p)
	}
}

func (r *reader) method(n *yaml.Node) *Method {
	f := r.fields(n, "", "schema", "id", "version", "title", "source", "notes", "root", "places", "minimum",
		"missing", "interval", "exclude", "frames", "grades", "tree", "rates", "table")
	if s := r.text(n, f["schema"], "schema", true); s != "" && s != fmt.Sprint(Schema) {
		r.fail(f["schema"], "schema", "文件格式版本不受支持，应为 1", "this program reads schema 1")
	}
	m := &Method{
		ID: r.text(n, f["id"], "id", true), Title: r.text(n, f["title"], "title", true),
		Source: r.text(n, f["source"], "source", true), Notes: r.texts(f["notes"], "notes"),
		Root: r.text(n, f["root"], "root", true), Version: 1, Places: 2, Minimum: 30, Level: 0.95,
		Missing: Missing(r.oneOf(n, f["missing"], "missing", string(Reweight), string(Fail))),
	}
	r.numbers(m, f)
	if f["exclude"] != nil {
		m.Exclude = r.exclude(f["exclude"])
	}
	m.Frames = r.frames(n, f["frames"])
	m.Grades = r.grades(n, f["grades"])
	if f["tree"] == nil {
		r.fail(n, "tree", "缺少指标树", "is missing")
		return m
	}
	m.Tree = r.nodes(f["tree"], "", "tree", false)
	r.names(m, f)
	r.rates(m, f["rates"])
	r.table(m, f["table"])
	return m
}

var idForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]*$`)

// names refuses names by which a figure could not be told from another.
func (r *reader) names(m *Method, f map[string]*yaml.Node) {
	if m.ID != "" && !idForm.MatchString(m.ID) {
		r.fail(f["id"], "id", "只能用字母、数字、汉字和 . _ -，分数以 id@version 命名", "letters, digits, . _ and - only: scores are named id@version")
	}
	if _, twice := m.Find(m.Root); twice {
		r.fail(f["root"], "root", "与一级指标重名："+m.Root, "is the name of a level-1 indicator: "+m.Root)
	}
	if strings.Contains(m.Root, "/") {
		r.fail(f["root"], "root", "名称里不能有 /", "a name must not hold a /")
	}
}

func (r *reader) numbers(m *Method, f map[string]*yaml.Node) {
	if n := f["version"]; n != nil {
		m.Version = r.whole(n, "version", 1, 1e6)
	}
	if n := f["places"]; n != nil {
		m.Places = r.whole(n, "places", 0, 6)
	}
	if n := f["minimum"]; n != nil {
		m.Minimum = r.whole(n, "minimum", 1, 1e6)
	}
	if n := f["interval"]; n != nil {
		m.Level = r.number(n, "interval", 0.5, 0.999)
	}
}

func (r *reader) exclude(n *yaml.Node) Exclude {
	var e Exclude
	f := r.fields(n, "exclude", "answers", "channels")
	inc := r.include(f["answers"], "exclude/answers")
	e.Default, e.SetAside = inc.Default, inc.SetAside
	for i, s := range r.texts(f["channels"], "exclude/channels") {
		c := minyi.Channel(s)
		if !c.Valid() {
			r.fail(f["channels"].Content[i], at("exclude/channels", i), "没有这个渠道："+s, "there is no channel "+s)
		}
		e.Channels = append(e.Channels, c)
	}
	return e
}

func (r *reader) include(n *yaml.Node, path string) Include {
	var inc Include
	for i, it := range r.items(n, path) {
		switch r.oneOf(it, it, at(path, i), "default", "set_aside") {
		case "default":
			inc.Default = true
		case "set_aside":
			inc.SetAside = true
		}
	}
	return inc
}

func (r *reader) frames(root, n *yaml.Node) map[minyi.Audience]string {
	out := map[minyi.Audience]string{}
	if n == nil {
		r.fail(root, "frames", "须写明每类受访者代表谁", "say whom each audience stands for")
		return out
	}
	f := r.fields(n, "frames", string(minyi.Resident), string(minyi.Enterprise))
	for _, a := range []minyi.Audience{minyi.Resident, minyi.Enterprise} {
		out[a] = r.text(n, f[string(a)], "frames/"+string(a), true)
	}
	return out
}

func (r *reader) grades(root, n *yaml.Node) Grades {
	if n == nil {
		r.fail(root, "grades", "缺少等级规则", "is missing")
		return Grades{}
	}
	f := r.fields(n, "grades", "note", "coverage", "bands", "shares")
	g := Grades{Note: r.text(n, f["note"], "grades/note", true)}
	if c := f["coverage"]; c != nil {
		g.Coverage = r.number(c, "grades/coverage", 0, 1)
	}
	if (f["bands"] == nil) == (f["shares"] == nil) {
		r.fail(n, "grades", "bands（分数档）与 shares（占比档）须二选一", "give either bands or shares")
		return g
	}
	seen := map[string]bool{}
	for i, it := range r.items(f["bands"], "grades/bands") {
		name, v := r.grade(it, at("grades/bands", i), "from", 100, seen)
		if k := len(g.Bands); k > 0 && v >= g.Bands[k-1].From {
			r.fail(it, at("grades/bands", i), "分数线须从高到低", "cut scores must fall from one band to the next")
		}
		g.Bands = append(g.Bands, Band{name, v})
	}
	for i, it := range r.items(f["shares"], "grades/shares") {
		name, v := r.grade(it, at("grades/shares", i), "share", 1e6, seen)
		g.Shares = append(g.Shares, Share{name, v})
	}
	if len(g.Bands)+len(g.Shares) == 0 {
		r.fail(n, "grades", "至少要有一个等级", "must hold at least one grade")
	}
	if sum := g.total(); len(g.Shares) > 0 && sum <= 0 {
		r.fail(f["shares"], "grades/shares", "占比合计须大于 0", "the shares must sum to more than 0")
	}
	if k := len(g.Bands); k > 0 && g.Bands[k-1].From != 0 {
		r.fail(n, "grades/bands", "最后一档须从 0 分起，否则低分无等级", "the last band must start at 0, or low scores have no grade")
	}
	return g
}

func (r *reader) grade(n *yaml.Node, path, key string, high float64, seen map[string]bool) (string, float64) {
	f := r.fields(n, path, "grade", key)
	name := r.text(n, f["grade"], path+"/grade", true)
	if seen[name] {
		r.fail(n, path, "等级重复："+name, "grade given twice: "+name)
	}
	seen[name] = true
	if f[key] == nil {
		r.fail(n, path+"/"+key, "缺少此项", "is missing")
		return name, 0
	}
	return name, r.number(f[key], path+"/"+key, 0, high)
}

func (r *reader) rates(m *Method, n *yaml.Node) {
	seen := map[string]bool{}
	for i, it := range r.items(n, "rates") {
		path := at("rates", i)
		f := r.fields(it, path, append([]string{"name"}, sourceKeys...)...)
		rate := Rate{Name: r.text(it, f["name"], path+"/name", true), Source: r.source(it, f, path)}
		if len(rate.Rate) == 0 || rate.Kind != Survey {
			r.fail(it, path, "须是问卷题目的比率（survey、rate、of）", "must be a rate of a survey question")
		}
		if seen[rate.Name] {
			r.fail(it, path+"/name", "名称重复", "name given twice")
		}
		seen[rate.Name] = true
		m.Rates = append(m.Rates, rate)
	}
}

func (r *reader) table(m *Method, n *yaml.Node) {
	m.Table.Score = m.Root
	if n == nil {
		return
	}
	f := r.fields(n, "table", "satisfied", "top_two", "resolved", "score")
	rate := func(key string) string {
		name := r.text(n, f[key], "table/"+key, false)
		for _, x := range m.Rates {
			if x.Name == name {
				return name
			}
		}
		if name != "" {
			r.fail(f[key], "table/"+key, "rates 中没有："+name, "rates has no "+name)
		}
		return name
	}
	m.Table = Table{Satisfied: rate("satisfied"), TopTwo: rate("top_two"), Resolved: rate("resolved"), Score: cmp.Or(r.text(n, f["score"], "table/score", false), m.Root)}
	if s := m.Table.Score; s != "" && s != m.Root {
		if _, ok := m.Find(s); !ok {
			r.fail(f["score"], "table/score", "指标树中没有："+s, "the tree has no "+s)
		}
	}
}
