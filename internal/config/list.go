package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// This file reads settings that are lists of things with settings of their
// own: trunks, accounts.

// entryKeys lists the settings of one entry of type T.
func entryKeys[T any]() (keys []Key) {
	collect(reflect.TypeFor[T](), nil, "", &keys)
	return keys
}

// show prints what an entry sets.
func show[T any](entry T) string {
	var b strings.Builder
	v := reflect.ValueOf(entry)
	for _, k := range entryKeys[T]() {
		if value := fmt.Sprint(v.FieldByIndex(k.index).Interface()); value != k.Default && value != "" && value != "false" {
			fmt.Fprintf(&b, "%s: %s, ", k.Name, value)
		}
	}
	return "{" + strings.TrimSuffix(b.String(), ", ") + "}"
}

// readList reads a list of entries, each with what is needed. As everywhere,
// an unknown key is a fault, and all faults are told at once; values are never
// quoted.
func readList[T any](text, of string, needed ...string) ([]T, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var entries []map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&entries); err != nil {
		return nil, errors.New("must be a list of " + of + ", each with " + strings.Join(needed, " and ") + "; in JSON where it is not in the file")
	}
	keys, list, wrong := entryKeys[T](), make([]T, len(entries)), []string(nil)
	for i, entry := range entries {
		for _, fault := range fillEntry(reflect.ValueOf(&list[i]).Elem(), entry, keys, needed) {
			wrong = append(wrong, fmt.Sprintf("entry %d: %s", i+1, fault))
		}
	}
	if len(wrong) > 0 {
		return nil, errors.New(strings.Join(wrong, "; "))
	}
	return list, nil
}

func fillEntry(v reflect.Value, entry map[string]any, keys []Key, needed []string) (wrong []string) {
	for name := range entry {
		if !slices.ContainsFunc(keys, func(k Key) bool { return k.Name == name }) {
			wrong = append(wrong, "unknown key "+name)
		}
	}
	slices.Sort(wrong)
	for _, k := range keys {
		value, given := k.Default, entry[k.Name]
		switch g := given.(type) {
		case nil:
			if slices.Contains(needed, k.Name) {
				wrong = append(wrong, k.Name+" is needed")
			}
		case []any:
			value = strings.ReplaceAll(strings.Trim(fmt.Sprint(g), "[]"), " ", ",")
		default:
			value = fmt.Sprint(g)
		}
		if err := assign(v.FieldByIndex(k.index), value); err != nil {
			wrong = append(wrong, k.Name+" "+err.Error())
		}
	}
	return wrong
}
