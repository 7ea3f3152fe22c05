package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/v2"

	"minyi/internal/fault"
)

// Sources is where settings come from, later ones over earlier ones.
type Sources struct {
	File  string            // path of a YAML file; "" for none
	Env   []string          // NAME=value, as os.Environ gives
	Flags map[string]string // key → value
}

// Load reads and checks all settings. Its fault lists everything that is
// wrong, and never quotes a secret.
func Load(src Sources) (Config, error) {
	l := &loader{keys: Keys(), values: koanf.New(".")}
	l.defaults()
	l.file(src.File)
	l.env(src.Env)
	l.put(src.Flags, "flag --set ")
	l.follow("public.url", "public.listen")
	l.follow("staff.url", "staff.listen")
	var c Config
	l.fill(&c)
	l.check(&c)
	if len(l.wrong) > 0 {
		return c, fault.New(fault.Invalid, "settings_bad",
			"配置有误，请改正后重试：\n  "+told(l.wrong, func(p problem) string { return p.zh }),
			"settings are wrong; correct them and try again:\n  "+told(l.wrong, func(p problem) string { return p.en }))
	}
	return c, nil
}

type loader struct {
	keys   []Key
	values *koanf.Koanf
	wrong  []problem
}

func (l *loader) known(name string) bool {
	return slices.ContainsFunc(l.keys, func(k Key) bool { return k.Name == name })
}

func (l *loader) defaults() {
	for _, k := range l.keys {
		l.set(k.Name, k.Default)
	}
}

func (l *loader) set(name, value string) {
	_ = l.values.Load(confmap.Provider(map[string]any{name: value}, "."), nil) // a map cannot fail to load
}

// follow gives an address that nobody set the port on which the program
// listens: a link to where nothing answers helps nobody.
func (l *loader) follow(address, listen string) {
	host, port, err := net.SplitHostPort(l.values.String(listen))
	if i := slices.IndexFunc(l.keys, func(k Key) bool { return k.Name == address }); err != nil || port == "0" || l.values.String(address) != l.keys[i].Default {
		return
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	l.set(address, "http://"+net.JoinHostPort(host, port))
}

func (l *loader) put(values map[string]string, from string) {
	for name, value := range values {
		if !l.known(name) {
			l.fail("%s%s: unknown setting%s", from, name, l.nearest(name))
			continue
		}
		l.set(name, value)
	}
}

func (l *loader) file(path string) {
	if path == "" {
		return
	}
	data, err := os.ReadFile(path)
	if err != nil {
		l.fail("%s: cannot be read: %v", path, errors.Unwrap(err))
		return
	}
	if !utf8.Valid(data) {
		l.fail("%s: not UTF-8 text; save it as UTF-8", path)
		return
	}
	tree, err := yaml.Parser().Unmarshal(data)
	if err != nil {
		l.fail("%s: not YAML: %s", path, firstLine(err))
		return
	}
	flat := koanf.New(".")
	_ = flat.Load(confmap.Provider(tree, "."), nil)
	values := map[string]string{}
	for _, name := range flat.Keys() {
		values[name] = textOf(flat.Get(name))
	}
	l.put(values, path+": ")
}

// textOf writes a value of the file as a variable would hold it: lists in JSON.
func textOf(value any) string {
	if list, ok := value.([]any); ok {
		if text, err := json.Marshal(list); err == nil {
			return string(text)
		}
	}
	return fmt.Sprint(value)
}

// firstLine keeps a parser's position and drops the text it quotes after it.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

func (l *loader) env(environ []string) {
	byEnv := map[string]Key{}
	for _, k := range l.keys {
		byEnv[k.Env] = k
	}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, "MINYI_") || reserved(name) {
			continue
		}
		if k, ok := byEnv[name]; ok {
			l.set(k.Name, value)
			continue
		}
		if k, ok := byEnv[strings.TrimSuffix(name, "_FILE")]; ok && strings.HasSuffix(name, "_FILE") {
			l.secretFile(k, name, value)
			continue
		}
		l.fail("%s: no setting has this variable%s", name, l.nearest(strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "MINYI_"), "_", "."))))
	}
}

// reserved variables steer the CLI and the tests and are no settings.
func reserved(name string) bool {
	switch name {
	case "MINYI_CONFIG", "MINYI_TOKEN", "MINYI_SERVER":
		return true
	}
	return strings.HasPrefix(name, "MINYI_TEST") || serviceLink.MatchString(name)
}

// serviceLink is what Kubernetes and Docker put into the environment for a
// service called minyi-…; refusing them would stop a pod for nothing.
var serviceLink = regexp.MustCompile(`_SERVICE_(HOST|PORT)|_PORT(_\d+_(TCP|UDP).*)?$`)

func (l *loader) secretFile(k Key, name, path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		l.fail("%s: file %s cannot be read: %v", name, path, errors.Unwrap(err))
		return
	}
	l.set(k.Name, strings.TrimRight(string(data), "\r\n"))
}

// nearest suggests the setting that shares the most with a misspelt one.
func (l *loader) nearest(name string) string {
	best, score := "", 0
	for _, k := range l.keys {
		n := 0
		for n < len(name) && n < len(k.Name) && name[n] == k.Name[n] {
			n++
		}
		last := k.Name[strings.LastIndex(k.Name, ".")+1:]
		if strings.HasSuffix(name, last) {
			n += len(last)
		}
		if n > score {
			best, score = k.Name, n
		}
	}
	if score < 3 {
		return ""
	}
	return " (did you mean " + best + "?)"
}

func (l *loader) fill(c *Config) {
	v := reflect.ValueOf(c).Elem()
	for _, k := range l.keys {
		if err := assign(v.FieldByIndex(k.index), l.values.String(k.Name)); err != nil {
			l.fail("%s: %v", k.Name, err)
		}
	}
}

func assign(v reflect.Value, s string) error {
	switch v.Interface().(type) {
	case string:
		v.SetString(s)
	case []Account:
		list, err := readList[Account](s, "accounts", "name", "addr", "system_id")
		if err != nil {
			return err
		}
		v.Set(reflect.ValueOf(list))
	case []Trunk:
		list, err := readList[Trunk](s, "trunks", "name", "server")
		if err != nil {
			return err
		}
		v.Set(reflect.ValueOf(list))
	case int:
		n, err := strconv.Atoi(s)
		if err != nil {
			return errors.New("must be a whole number")
		}
		v.SetInt(int64(n))
	case bool:
		b, err := strconv.ParseBool(orFalse(s))
		if err != nil {
			return errors.New("must be true or false")
		}
		v.SetBool(b)
	case time.Duration:
		d, err := time.ParseDuration(s)
		if err != nil || d < 0 {
			return errors.New("must be a duration like 15s or 2m")
		}
		v.SetInt(int64(d))
	default:
		return fmt.Errorf("settings of type %s are not supported", v.Type())
	}
	return nil
}

func orFalse(s string) string {
	if s == "" {
		return "false"
	}
	return s
}
