package smpp

import (
	"time"

	"minyi/internal/fault"
)

// Config is one account at an SMSC. Zero values take the defaults named.
type Config struct {
	Addr       string `json:"addr"` // host:port
	SystemID   string `json:"system_id"`
	Password   string `json:"password"`
	SystemType string `json:"system_type"`

	Source string `json:"source"` // our service number, at most 20 digits
	// Extension is how many digits we may put behind Source, as contracted; a
	// reply then tells which message it answers. 0: none.
	Extension int    `json:"extension"`
	SourceTON byte   `json:"source_ton"`
	SourceNPI byte   `json:"source_npi"`
	DestTON   byte   `json:"dest_ton"`
	DestNPI   byte   `json:"dest_npi"`
	Prefix    string `json:"prefix"` // before the 11 digits of a recipient: "", "86" or "+86"

	Sessions        int           `json:"sessions"`         // 1: connections, as contracted
	Window          int           `json:"window"`           // 10: most submits without an answer, a session
	ResponseTimeout time.Duration `json:"response_timeout"` // 60 s
	EnquireEvery    time.Duration `json:"enquire_every"`    // 30 s
	DialTimeout     time.Duration `json:"dial_timeout"`     // 10 s, for the bind too
	// HexSubmitIDs is for an SMSC that numbers in hex when it accepts and in
	// decimal when it reports.
	HexSubmitIDs bool `json:"hex_submit_ids"`
	// AllowTestNumbers lets 1990000xxxx through: a real carrier's prefix that
	// test data uses, to be set against a simulated SMSC only.
	AllowTestNumbers bool `json:"allow_test_numbers"`
	MaxSegments      int  `json:"max_segments"` // 0: no limit of the account's own

	Backoff Backoff `json:"-"`
}

// Backoff is how long to wait before another bind.
type Backoff struct {
	First   time.Duration // 1 s, doubling
	Most    time.Duration // 60 s
	Refused time.Duration // 5 min: a refused bind repeated quickly locks accounts
}

func (c Config) withDefaults() Config {
	c.Sessions, c.Window = max(c.Sessions, 1), orDefault(c.Window, 10)
	c.ResponseTimeout = orDefault(c.ResponseTimeout, time.Minute)
	c.EnquireEvery = orDefault(c.EnquireEvery, 30*time.Second)
	c.DialTimeout = orDefault(c.DialTimeout, 10*time.Second)
	c.Backoff.First = orDefault(c.Backoff.First, time.Second)
	c.Backoff.Most = orDefault(c.Backoff.Most, time.Minute)
	c.Backoff.Refused = orDefault(c.Backoff.Refused, 5*time.Minute)
	return c
}

func orDefault[T int | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}

func (c Config) check() error {
	bad := func(field, zh, en string) error { return fault.New(fault.Invalid, "smpp_config", zh, en).On(field) }
	switch {
	case c.Addr == "":
		return bad("addr", "请填写短信网关地址（主机:端口）。", "give the SMSC's address as host:port")
	case c.SystemID == "" || len(c.SystemID) > 15:
		return bad("system_id", "账号须为 1–15 个字符。", "system_id must be 1 to 15 characters")
	case len(c.Password) > 8:
		return bad("password", "SMPP 密码最长 8 个字符。", "an SMPP password has at most 8 characters")
	case len(c.SystemType) > 12:
		return bad("system_type", "system_type 最长 12 个字符。", "system_type has at most 12 characters")
	case len(c.Source)+c.Extension > 20:
		return bad("source", "接入号连同扩展位最长 20 位。", "the source address has at most 20 characters, its extension included")
	case c.Extension < 0 || c.Extension > 0 && c.Source == "":
		return bad("extension", "扩展位数须为正数，且须先填写接入号。", "an extension needs a source address before it")
	case c.Prefix != "" && c.Prefix != "86" && c.Prefix != "+86":
		return bad("prefix", "号码前缀只能为空、86 或 +86。", "the prefix must be empty, 86 or +86")
	}
	return nil
}
