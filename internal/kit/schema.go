package kit

import (
	"encoding"
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"strings"
	"time"
)

var (
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	asText       = reflect.TypeFor[encoding.TextMarshaler]()
	asJSON       = reflect.TypeFor[json.Marshaler]()
)

// schema describes what encoding/json makes of a type.
func (d *document) schema(t reflect.Type) object {
	switch {
	case t == timeType:
		return object{"type": "string", "format": "date-time"}
	case t == durationType:
		return object{"type": "integer", "description": "nanoseconds"}
	case t.Implements(asText):
		return object{"type": "string"}
	case t.Implements(asJSON):
		return object{}
	}
	switch t.Kind() {
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float32, reflect.Float64:
		return object{"type": "number"}
	case reflect.Pointer:
		return object{"anyOf": []object{d.schema(t.Elem()), {"type": "null"}}}
	case reflect.Slice, reflect.Array:
		return d.list(t)
	case reflect.Map:
		return object{"type": []string{"object", "null"}, "additionalProperties": d.schema(t.Elem())}
	case reflect.Struct:
		return ref(d.component(t))
	case reflect.Interface:
		return object{}
	}
	return object{"type": "integer"}
}

func (d *document) list(t reflect.Type) object {
	switch {
	case t.Elem().Kind() == reflect.Uint8:
		return object{"type": "string", "contentEncoding": "base64"}
	case t.Kind() == reflect.Array:
		return object{"type": "array", "items": d.schema(t.Elem()), "minItems": t.Len(), "maxItems": t.Len()}
	}
	return object{"type": []string{"array", "null"}, "items": d.schema(t.Elem())}
}

// component names a struct's schema: by its own name, with its package before
// it where another package has that name already.
func (d *document) component(t reflect.Type) string {
	if name, ok := d.names[t]; ok {
		return name
	}
	name := strings.Trim(nonWord.ReplaceAllString(t.Name(), "_"), "_")
	if name == "" {
		name = fmt.Sprintf("Unnamed%d", len(d.names))
	}
	if _, taken := d.schemas[name]; taken {
		name = path.Base(t.PkgPath()) + "." + name
	}
	d.names[t], d.schemas[name] = name, nil // before its fields: types may hold themselves
	d.schemas[name] = d.fields(t)
	return name
}

// fields describes a struct as encoding/json writes it. A field is required in
// answers only: what a request leaves out has its zero value.
func (d *document) fields(t reflect.Type) object {
	properties, required := object{}, []string{}
	d.collect(t, properties, &required)
	s := object{"type": "object", "properties": properties}
	if d.answers && len(required) > 0 {
		s["required"] = required
	}
	return s
}

func (d *document) collect(t reflect.Type, properties object, required *[]string) {
	for f := range fieldsOf(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || f.Tag.Get("path") != "":
			continue
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			d.collect(f.Type, properties, required)
			continue
		case !f.IsExported():
			continue
		case name == "":
			name = f.Name
		}
		properties[name] = d.schema(f.Type)
		if !strings.Contains(options, "omit") {
			*required = append(*required, name)
		}
	}
}

func fieldsOf(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}
