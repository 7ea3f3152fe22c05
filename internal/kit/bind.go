package kit

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"minyi"
	"minyi/internal/fault"
)

// binder fills a request struct from a path and a query, and the other way
// round for a client. It is made once a route, so that a wrong tag stops the
// program at start and not a citizen at night.
type binder struct {
	path, query []field
	tenants     [][]int // fields of type minyi.TenantID
	slices      [][]int // and of type minyi.Slice
}

type field struct {
	name  string
	index []int
}

var (
	wildcard   = regexp.MustCompile(`\{([a-zA-Z_]+)(?:\.\.\.)?\}`)
	tenantType = reflect.TypeFor[minyi.TenantID]()
	sliceType  = reflect.TypeFor[minyi.Slice]()
)

func newBinder(t reflect.Type, pattern string) (*binder, error) {
	b := &binder{}
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("route %q: request %s is not a struct", pattern, t)
	}
	if err := b.collect(t, nil); err != nil {
		return nil, fmt.Errorf("route %q: %w", pattern, err)
	}
	want := map[string]bool{}
	for _, m := range wildcard.FindAllStringSubmatch(pattern, -1) {
		want[m[1]] = true
	}
	for _, f := range b.path {
		if !want[f.name] {
			return nil, fmt.Errorf("route %q has no {%s} for field %s of %s", pattern, f.name, t.FieldByIndex(f.index).Name, t)
		}
		delete(want, f.name)
	}
	for name := range want {
		return nil, fmt.Errorf("route %q: no field of %s takes {%s}", pattern, t, name)
	}
	return b, nil
}

func (b *binder) collect(t reflect.Type, at []int) error {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(append([]int(nil), at...), i)
		if !f.IsExported() {
			continue
		}
		if f.Type == tenantType {
			b.tenants = append(b.tenants, index)
			continue
		}
		if f.Type == sliceType {
			b.slices = append(b.slices, index)
		}
		path, query := f.Tag.Get("path"), f.Tag.Get("query")
		switch {
		case path != "":
			b.path = append(b.path, field{path, index})
		case query != "" && query != "-":
			b.query = append(b.query, field{query, index})
		case f.Type.Kind() == reflect.Struct:
			if err := b.collect(f.Type, index); err != nil {
				return err
			}
			continue
		default:
			continue
		}
		if !settable(f.Type) {
			return fmt.Errorf("field %s of %s: a %s cannot come from an address", f.Name, t, f.Type)
		}
	}
	return nil
}

func settable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64, reflect.Float64:
		return true
	}
	return false
}

// fill sets the path and query fields of v, and the tenant of the caller.
func (b *binder) fill(v reflect.Value, r *http.Request) error {
	for _, f := range b.path {
		if err := set(v.FieldByIndex(f.index), r.PathValue(f.name), f.name); err != nil {
			return err
		}
	}
	if len(b.query) > 0 && r.URL.RawQuery != "" {
		q, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return invalid("query", "地址参数格式不正确。", "the query string cannot be read")
		}
		for _, f := range b.query {
			if !q.Has(f.name) {
				continue
			}
			if err := set(v.FieldByIndex(f.index), q.Get(f.name), f.name); err != nil {
				return err
			}
		}
	}
	for _, index := range b.slices {
		if err := CheckSlice(v.FieldByIndex(index).Interface().(minyi.Slice)); err != nil {
			return err
		}
	}
	// A member of staff acts within one tenant whatever the request says; a
	// peer (no tenant of its own) names the tenant it acts for.
	if p, ok := PrincipalFrom(r.Context()); ok && p.Tenant != "" {
		for _, index := range b.tenants {
			v.FieldByIndex(index).SetString(string(p.Tenant))
		}
	}
	return nil
}

func set(v reflect.Value, s, name string) error {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Bool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return invalid(name, "应为 true 或 false。", "must be true or false")
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return invalid(name, "应为整数。", "must be a whole number")
		}
		v.SetInt(n)
	case reflect.Float64:
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return invalid(name, "应为数字。", "must be a number")
		}
		v.SetFloat(n)
	}
	return nil
}

func invalid(field, zh, en string) error {
	return fault.New(fault.Invalid, "request_bad", zh, en).On(field)
}

// address gives the path and query that a client calls for v.
func (b *binder) address(pattern string, v reflect.Value) string {
	path := pattern
	for _, f := range b.path {
		path = strings.ReplaceAll(path, "{"+f.name+"}", url.PathEscape(fmt.Sprint(v.FieldByIndex(f.index).Interface())))
	}
	q := url.Values{}
	for _, f := range b.query {
		if x := v.FieldByIndex(f.index); !x.IsZero() {
			q.Set(f.name, fmt.Sprint(x.Interface()))
		}
	}
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}
