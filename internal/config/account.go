package config

import (
	"slices"
	"strings"
)

// Account is one account at an SMSC. Its keys stand under sms.smpp. for the
// first, and in each entry of sms.accounts for the others.
type Account struct {
	Name        string `conf:"name" def:"smpp" about:"the account's name; it is part of every ledger key: never change or reuse it"`
	Addr        string `conf:"addr" about:"SMSC host:port"`
	SystemID    string `conf:"system_id" about:"account"`
	Password    string `conf:"password" secret:"yes" about:"account's password"`
	SystemType  string `conf:"system_type" about:"system_type of the bind, as contracted"`
	Source      string `conf:"source" about:"our service number, e.g. 10639xxx12345"`
	Extension   int    `conf:"extension" def:"0" about:"digits that may be put behind it, as contracted: a reply then tells which message it answers"`
	Prefix      string `conf:"prefix" about:"before the 11 digits of a recipient: empty, 86 or +86"`
	Window      int    `conf:"window" def:"16" about:"unanswered submits at a time, as contracted"`
	Sessions    int    `conf:"sessions" def:"1" about:"connections, as contracted"`
	Rate        int    `conf:"rate" def:"0" about:"messages a second at most; 0: sms.rate"`
	HexIDs      bool   `conf:"hex_ids" about:"the SMSC numbers in hex when it accepts and in decimal when it reports"`
	TestNumbers bool   `conf:"allow_test_numbers" about:"let the test block 1990000xxxx out (a test SMSC only)"`
	Networks    string `conf:"networks" about:"mobile, unicom, telecom, broadnet: numbers that it carries best, by prefix; empty: all"`
	Weight      int    `conf:"weight" def:"1" about:"share of the messages among accounts that fit"`
	OpenAt      string `conf:"open_at" def:"00:00" about:"first sending time that the carrier allows"`
	CloseAt     string `conf:"close_at" def:"24:00" about:"last sending time that the carrier allows"`
	PerNumber   int    `conf:"per_number" def:"0" about:"messages to one number a day that the carrier allows; 0: no limit"`
}

// String shows an account without its password.
func (a Account) String() string {
	if a.Password != "" {
		a.Password = "********"
	}
	return show(a)
}

// GoString is String, so that no form of printing shows a password.
func (a Account) GoString() string { return a.String() }

// NetworkNames splits Networks.
func (a Account) NetworkNames() (out []string) {
	for name := range strings.SplitSeq(a.Networks, ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// Accounts lists every account in order of preference: sms.smpp first, where
// it has an address, then sms.accounts.
func (c Config) Accounts() (all []Account) {
	if c.SMS.SMPP.Addr != "" {
		all = append(all, c.SMS.SMPP)
	}
	return append(all, c.SMS.Accounts...)
}

// accounts checks what an account's settings must hold together.
func (l *loader) accounts(c *Config) {
	all := c.Accounts()
	if c.SMS.Gateway == "smpp" && len(all) == 0 {
		l.needed("sms.smpp.addr", "")
	}
	var names []string
	for i, a := range all {
		at := "sms.smpp."
		if c.SMS.SMPP.Addr == "" || i > 0 {
			at = "sms.accounts, " + a.Name + ": "
		}
		if slices.Contains(names, a.Name) || a.Name == "" || a.Name == "sandbox" {
			l.fail("%sname: every account needs a name of its own, other than sandbox", at)
		}
		names = append(names, a.Name)
		l.needed(at+"system_id", a.SystemID)
		for _, n := range []struct {
			name         string
			value, least int
		}{{"window", a.Window, 1}, {"sessions", a.Sessions, 1}, {"weight", a.Weight, 1}, {"rate", a.Rate, 0}, {"per_number", a.PerNumber, 0}, {"extension", a.Extension, 0}} {
			l.least(at+n.name, n.value, n.least)
		}
		l.oneOf(at+"prefix", a.Prefix, "", "86", "+86")
		for _, network := range a.NetworkNames() {
			l.oneOf(at+"networks", network, "mobile", "unicom", "telecom", "broadnet")
		}
		l.carrierHours(at, a)
	}
}

func (l *loader) least(name string, value, least int) {
	switch {
	case value >= least:
	case least == 0:
		l.fail("%s: must not be negative", name)
	default:
		l.fail("%s: must be 1 or more", name)
	}
}

// carrierHours checks an account's window of the day; 24:00 is its end.
func (l *loader) carrierHours(at string, a Account) {
	if a.CloseAt == "24:00" {
		l.timeOfDay(at+"open_at", a.OpenAt)
		return
	}
	l.window(at+"open_at", a.OpenAt, at+"close_at", a.CloseAt)
}
