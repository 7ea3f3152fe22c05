package nlp

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"minyi/internal/fault"
)

const dictionaryFile = "\ufeff# 某市的词\r\n[words]\r\n蓝鲸驿站\r\n\r\n[stop]\n物业\n[synonyms]\n噪声\t噪音\n[masked]\n阿依古丽·买买提\n"

func TestParseDictionary(t *testing.T) {
	d, err := ParseDictionary("词典.txt", strings.NewReader(dictionaryFile))
	want := Dictionary{Words: []string{"蓝鲸驿站"}, Stop: []string{"物业"}, Synonyms: map[string]string{"噪声": "噪音"}, Masked: []string{"阿依古丽·买买提"}}
	if err != nil || !reflect.DeepEqual(d, want) {
		t.Fatalf("%+v, %v", d, err)
	}
	if again, err := ParseDictionary("x", strings.NewReader(d.File())); err != nil || !reflect.DeepEqual(again, want) {
		t.Errorf("written and read: %+v, %v", again, err)
	}
}

func TestParseDictionaryRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		line string
	}{
		"blank in word":   {"[words]\n路灯\n蓝鲸 驿站\n", "d:3"},
		"NUL":             {"[stop]\n路\x00灯\n", "d:2"},
		"bytes":           {"[stop]\n\n\xc2\xb7\xb5\xc6\n", "d:3"},
		"UTF-16":          {"\xff\xfe[\x00w\x00", "d:1"},
		"one field":       {"[synonyms]\n噪声\n", "d:2"},
		"three fields":    {"[synonyms]\n噪声 噪音 声音\n", "d:2"},
		"chain":           {"[synonyms]\n甲乙 丙丁\n丙丁 戊己\n", "synonyms:2"},
		"itself":          {"[synonyms]\n甲乙 甲乙\n", "d:2"},
		"twice":           {"[synonyms]\n甲乙 丙丁\n甲乙 戊己\n", "d:3"},
		"no section":      {"路灯\n", "d:1"},
		"unknown section": {"[wrods]\n路灯\n", "d:1"},
		"too long a word": {"[words]\n" + strings.Repeat("长", 31) + "\n", "d:2"},
		"one character":   {"[words]\n路\n", "d:2"},
		"punctuation":     {"[masked]\n路，灯\n", "d:2"},
		"no line at all":  {"[words]\n路灯\n" + strings.Repeat("长", 5000), "d:3"},
		"zero width":      {"[stop]\n路\u200b灯\n", "d:2"},
		"frequency":       {"[words]\n路灯 100 n\n", "d:2"},
	} {
		_, err := ParseDictionary("d", strings.NewReader(c.file))
		var f *fault.Error
		if !fault.Is(err, fault.Invalid) || !errors.As(err, &f) || f.Field != c.line {
			t.Errorf("%s: %v on %v, want %s", name, err, f, c.line)
		}
	}
}

func FuzzParseDictionary(f *testing.F) {
	f.Add(dictionaryFile)
	f.Add("[synonyms]\n噪声 噪音\n\xff")
	f.Fuzz(func(t *testing.T, file string) {
		d, err := ParseDictionary("d", strings.NewReader(file))
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		if !utf8.ValidString(d.File()) {
			t.Fatalf("%q", d.File())
		}
		if again, err := ParseDictionary("d", strings.NewReader(d.File())); err != nil || !reflect.DeepEqual(again, d) {
			t.Fatalf("%+v became %+v, %v", d, again, err)
		}
	})
}
