package config

import (
	"strings"
	"time"
)

// Trunk is one SIP trunk. Its keys stand under voice. for the first trunk, and
// in each entry of voice.trunks for the others.
type Trunk struct {
	Name       string        `conf:"name" def:"trunk" about:"the trunk's name on pages and in the ledger"`
	Server     string        `conf:"server" about:"SIP trunk host[:port]; empty: no such trunk"`
	Transport  string        `conf:"transport" def:"udp" about:"udp, tcp or tls"`
	Domain     string        `conf:"domain" about:"SIP domain; the server's host when empty"`
	User       string        `conf:"user" about:"account for registration and digest; empty: trusted by our address"`
	Password   string        `conf:"password" secret:"yes" about:"the account's password"`
	Register   bool          `conf:"register" about:"keep the account registered"`
	Caller     string        `conf:"caller" about:"number shown to the called person; the user when empty"`
	CallerName string        `conf:"caller_name" about:"name shown with it"`
	Asserted   bool          `conf:"asserted" about:"also send the number as P-Asserted-Identity"`
	Prefix     string        `conf:"prefix" about:"dialled before every number, e.g. 0"`
	Bind       string        `conf:"bind" about:"our address[:port] for SIP; found by the route when empty"`
	External   string        `conf:"external" about:"our public address behind NAT"`
	RTPFrom    int           `conf:"rtp_from" def:"0" about:"first UDP port for sound; 0: any"`
	RTPTo      int           `conf:"rtp_to" def:"0" about:"last UDP port for sound"`
	Latch      bool          `conf:"latch" about:"send sound to where it comes from (symmetric RTP): a carrier behind NAT"`
	Strict     bool          `conf:"strict" about:"hear sound only from the address that the carrier names"`
	Laws       string        `conf:"laws" def:"pcma,pcmu" about:"codecs offered, in order: pcma (A-law), pcmu (µ-law)"`
	TLSCA      string        `conf:"tls_ca" about:"with tls: file of the authorities to trust (PEM); the system's when empty"`
	TLSName    string        `conf:"tls_name" about:"with tls: name in the carrier's certificate; the server's host when empty"`
	TLSCert    string        `conf:"tls_cert" about:"with tls: file of our certificate (PEM), where the carrier wants one"`
	TLSKey     string        `conf:"tls_key" about:"with tls: file of its key (PEM)"`
	MaxCalls   int           `conf:"max_calls" def:"30" about:"calls at once"`
	PerSecond  int           `conf:"per_second" def:"5" about:"new calls a second"`
	Ring       time.Duration `conf:"ring" def:"50s" about:"how long a telephone rings before we give up"`
	RTPTimeout time.Duration `conf:"rtp_timeout" def:"20s" about:"without any sound for so long a call is taken for dead"`
}

// String shows a trunk without its password.
func (t Trunk) String() string {
	if t.Password != "" {
		t.Password = "********"
	}
	return show(t)
}

// GoString is String, so that no form of printing shows a password.
func (t Trunk) GoString() string { return t.String() }

// trunks checks what a trunk's settings must hold together. The first stands
// alone under voice.; without a server it is not there.
func (l *loader) trunks(c *Config) {
	names := map[string]bool{}
	for i, t := range c.Trunks() {
		at := "voice."
		if c.Voice.Server == "" || i > 0 {
			at = "voice.trunks, " + t.Name + ": "
		}
		if names[t.Name] || t.Name == "" {
			l.fail("%sname: every trunk needs a name of its own", at)
		}
		names[t.Name] = true
		l.oneOf(at+"transport", t.Transport, "udp", "tcp", "tls")
		if t.Caller == "" && t.User == "" {
			l.fail("%scaller: needed: the number shown to the called person", at)
		}
		if t.Register && (t.User == "" || t.Password == "") {
			l.fail("%suser: a trunk that registers needs a user and a password", at)
		}
		if t.MaxCalls < 1 || t.PerSecond < 1 {
			l.fail("%smax_calls and %sper_second: must be 1 or more", at, at)
		}
		if t.RTPFrom > 0 && t.RTPTo-t.RTPFrom+1 < 2*t.MaxCalls || t.RTPTo > 65535 {
			l.fail("%srtp_to: the range must hold two ports for each of %smax_calls", at, at)
		}
		for _, law := range t.LawNames() {
			l.oneOf(at+"laws", law, "pcma", "pcmu")
		}
		if (t.TLSCert == "") != (t.TLSKey == "") {
			l.fail("%stls_key: a certificate and its key go together", at)
		}
	}
}

// Trunks lists every trunk in order of preference: voice.server first, where
// it is set, then voice.trunks.
func (c Config) Trunks() (all []Trunk) {
	if c.Voice.Server != "" {
		all = append(all, c.Voice.Trunk)
	}
	return append(all, c.Voice.Trunks...)
}

// LawNames splits Laws.
func (t Trunk) LawNames() (out []string) {
	for law := range strings.SplitSeq(t.Laws, ",") {
		if law = strings.ToLower(strings.TrimSpace(law)); law != "" {
			out = append(out, law)
		}
	}
	return out
}
