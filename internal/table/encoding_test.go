package table

import (
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"minyi/internal/fault"
)

func TestText(t *testing.T) {
	const text = "label,text\n1,服务态度好，但办理太慢\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"plain": text, "marked": "\xef\xbb\xbf" + text, "GBK": gbk, "UTF-16": wide} {
		got, err := Text([]byte(content))
		if err != nil || string(got) != text {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	long := text + text + text + text + text + "断\xe6"
	if got, err := Text([]byte(long)); err != nil || string(got) != long {
		t.Errorf("one broken byte: %q, %v", got, err)
	}
	for name, content := range map[string]string{"a picture": "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "a workbook": "PK\x03\x04\x00\x00\xe7\x00\xfe"} {
		if _, err := Text([]byte(content)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
