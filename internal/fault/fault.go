// Package fault is the one error type of the house: a kind that code decides
// by, a message for the person in their language, and a cause for the log.
//
// Takes in causes from libraries; gives out errors that an HTTP edge, a CLI
// and a worker can each treat rightly without reading text.
package fault

import (
	"context"
	"errors"
	"fmt"
)

// Kind says what went wrong in terms a caller can act on.
type Kind string

// Kinds.
const (
	Invalid      Kind = "invalid"      // the input is wrong; say which field and what to do
	NotFound     Kind = "not_found"    // there is no such thing
	Exists       Kind = "exists"       // the unique id is taken
	Conflict     Kind = "conflict"     // someone else changed it first; read again
	Unauthorized Kind = "unauthorized" // no or wrong credentials
	Forbidden    Kind = "forbidden"    // known, but not allowed
	RateLimited  Kind = "rate_limited" // too many; try later
	Unavailable  Kind = "unavailable"  // a part we need is down; try again
	Gone         Kind = "gone"         // it was there and its time has passed
	TooLarge     Kind = "too_large"    // the body or file is over its limit
	Internal     Kind = "internal"     // our own defect
)

// Error carries a kind, a stable code, the field at fault, and the message in
// both languages. Messages never hold personal data.
type Error struct {
	Kind  Kind
	Code  string // stable, e.g. "mobile_bad"; defaults to the kind
	Field string // the input at fault, e.g. "mobile" or "line 12"
	ZH    string // for the person, 中文: what happened and what to do
	EN    string
	Cause error // for the log only
}

// Error gives the English message with its cause, for logs.
func (e *Error) Error() string {
	s := e.EN
	if s == "" {
		s = string(e.Kind)
	}
	if e.Field != "" {
		s = e.Field + ": " + s
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New makes a fault with its messages in both languages.
func New(kind Kind, code, zh, en string) *Error {
	return &Error{Kind: kind, Code: code, ZH: zh, EN: en}
}

// With gives a copy of e with a cause.
func (e *Error) With(cause error) *Error { c := *e; c.Cause = cause; return &c }

// On gives a copy of e that names the field at fault.
func (e *Error) On(field string) *Error { c := *e; c.Field = field; return &c }

// Wrap says what was being done when err happened; its kind stays what it was.
func Wrap(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// KindOf gives the kind of err: that of the first Error in its chain,
// Unavailable for a cancelled or expired context, Internal otherwise.
func KindOf(err error) Kind {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Kind
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Unavailable
	}
	return Internal
}

// Is reports whether err is of kind k.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }

// As gives the first Error in err's chain, or one of kind Internal that hides
// the cause behind a general message.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	k := KindOf(err)
	if k == Unavailable {
		return &Error{Kind: k, Code: "unavailable", ZH: "服务暂时不可用，请稍后再试。", EN: "temporarily unavailable, try again", Cause: err}
	}
	return &Error{Kind: Internal, Code: "internal", ZH: "系统内部错误，请稍后再试；如仍出现请联系管理员。", EN: "internal error", Cause: err}
}
