package sms

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"minyi/internal/fault"
)

// Sizes of a Chinese SMS in UTF-16 code units: 140 octets hold 70 of them; the
// concatenation header takes 6 octets, hence 3 units, of each segment.
const (
	UnitsWhole = 70
	UnitsPart  = 67
)

// MaxSegments is the most segments a concatenated message can number in its
// one-octet field.
const MaxSegments = 255

// Units counts the UTF-16 code units of s: 1 for a Chinese character, 2 for
// most emoji.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n += unitsOf(r)
	}
	return n
}

func unitsOf(r rune) int {
	if n := utf16.RuneLen(r); n > 0 {
		return n
	}
	return 1 // sent as U+FFFD
}

// Segments counts the segments in which s is carried; an editor shows it while
// a text is written. An empty text has none.
func Segments(s string) int { return len(Split(s)) }

// Split cuts s into the segments in which it is carried, never inside a
// surrogate pair. It gives one segment when s fits whole.
func Split(s string) []string {
	if s == "" {
		return nil
	}
	if Units(s) <= UnitsWhole {
		return []string{s}
	}
	var parts []string
	start, units := 0, 0
	for i, r := range s {
		n := unitsOf(r)
		if units+n > UnitsPart {
			parts = append(parts, s[start:i])
			start, units = i, 0
		}
		units += n
	}
	return append(parts, s[start:])
}

// Faults of a text.
var (
	errTextEmpty     = fault.New(fault.Invalid, "sms_text_empty", "短信内容为空，请填写。", "the text is empty")
	errTextUTF8      = fault.New(fault.Invalid, "sms_text_encoding", "短信内容不是有效的 UTF-8 文本。", "the text is not valid UTF-8")
	errTextSignature = fault.New(fault.Invalid, "sms_signature", "短信须以签名开头，如【XX市12345热线】，签名长度 2–20 字。", "the text must start with its signature, e.g. 【XX市12345热线】, of 2 to 20 characters")
	errTextBrackets  = fault.New(fault.Invalid, "sms_brackets", "签名之外不得使用【】，请换用其他括号。", "【】 may be used for the signature only")
	errTextLong      = fault.New(fault.Invalid, "sms_text_long", "短信过长，请删减。", "the text needs too many segments")
)

// CheckText holds a text to the rules of the carriers: a signature of 2 to 20
// characters in 【】 first, none of those brackets after it, something to say,
// and at most maxSegments segments (0: 255).
func CheckText(text string, maxSegments int) error {
	if !utf8.ValidString(text) {
		return errTextUTF8
	}
	signature, body, ok := CutSignature(text)
	if n := utf8.RuneCountInString(signature); !ok || n < 2 || n > 20 {
		return errTextSignature
	}
	if strings.TrimSpace(body) == "" {
		return errTextEmpty
	}
	if strings.ContainsAny(body, "【】") {
		return errTextBrackets
	}
	if maxSegments <= 0 || maxSegments > MaxSegments {
		maxSegments = MaxSegments
	}
	if Segments(text) > maxSegments {
		return errTextLong
	}
	return nil
}

// CutSignature parts a text into its signature, without brackets, and the
// rest. ok is false when the text does not start with one.
func CutSignature(text string) (signature, body string, ok bool) {
	rest, ok := strings.CutPrefix(text, "【")
	if !ok {
		return "", text, false
	}
	signature, body, ok = strings.Cut(rest, "】")
	if !ok || strings.Contains(signature, "【") {
		return "", text, false
	}
	return signature, body, true
}
