package h5

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"minyi/internal/fault"
	"minyi/internal/id"
)

// maxForm bounds a posted form; the largest honest one is under 8 kB.
const maxForm = 64 << 10

// form reads the body's fields and none of the address. What is not a form has
// no fields, and its sender is shown the form.
func (h *Handler) form(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && kind != "application/x-www-form-urlencoded" {
		return nil, nil
	}
	var over *http.MaxBytesError
	if errors.As(err, &over) {
		return nil, fault.New(fault.TooLarge, "form_large", "提交的内容过长，请返回缩短后重试。", "the form is too long; go back and shorten it")
	}
	fields, bad := url.ParseQuery(string(body))
	if err = errors.Join(err, bad); err != nil {
		return nil, fault.New(fault.Invalid, "form_bad", "提交的内容无法读取，请返回重试。", "the form cannot be read, go back and try again").With(err)
	}
	for _, values := range fields {
		for i, v := range values {
			values[i] = strings.ToValidUTF8(v, "")
		}
	}
	return fields, nil
}

func remarkOf(fields map[string][]string) string {
	return strings.TrimSpace(strings.ReplaceAll(typed{fields: fields}.first("remark"), "\r\n", "\n"))
}

// newKey is the idempotency key of one showing of the form.
func newKey() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

// submissionKey takes the form's key. A form without one is known by its
// content, so that sending it twice is still one submission.
func submissionKey(token string, fields map[string][]string) string {
	k := typed{fields: fields}.first("k")
	if len(k) == 24 && strings.Trim(k, "0123456789abcdef") == "" {
		return "page:" + k
	}
	parts := []string{token}
	for _, name := range sortedNames(fields) {
		parts = append(parts, name)
		parts = append(parts, fields[name]...)
	}
	return "page:" + id.Derive(parts...)
}
