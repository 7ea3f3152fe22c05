package config

import (
	"reflect"
	"strings"
)

// Key describes one setting.
type Key struct {
	Name    string // mongodb.uri
	Env     string // MINYI_MONGODB_URI
	About   string
	Default string
	Secret  bool
	index   []int
	kind    reflect.Type
}

// Keys lists every setting in the order of Config.
func Keys() []Key {
	var keys []Key
	collect(reflect.TypeFor[Config](), nil, "", &keys)
	return keys
}

// collect lists t's settings. A field without a name of its own holds others,
// whose names begin with its prefix.
func collect(t reflect.Type, at []int, prefix string, keys *[]Key) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(append([]int(nil), at...), i)
		name := f.Tag.Get("conf")
		if name == "" {
			collect(f.Type, index, prefix+f.Tag.Get("prefix"), keys)
			continue
		}
		*keys = append(*keys, Key{Name: prefix + name, Env: EnvName(prefix + name), About: f.Tag.Get("about"),
			Default: f.Tag.Get("def"), Secret: f.Tag.Get("secret") != "", index: index, kind: f.Type})
	}
}

// EnvName gives the environment variable of a setting.
func EnvName(key string) string {
	return "MINYI_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}
