package sip

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"minyi/internal/fault"
)

// Config describes one trunk. Zero values take the defaults named.
type Config struct {
	Name      string
	Server    string // host[:port] of the carrier's proxy
	Transport string // udp (default), tcp, tls
	Domain    string // of our address and the called one; the server's host
	User      string // account for registration and digest; empty: trusted by our IP
	Password  string
	Register  bool
	Expires   time.Duration // of a registration; 5 min

	Caller     string // number shown to the called person
	CallerName string
	Asserted   bool   // also send it as P-Asserted-Identity
	Prefix     string // dialled before every number, e.g. 0 for an outside line

	Bind     string // our IP[:port] for SIP; found by the route to the server
	External string // our public IP, where NAT is in between
	RTPFrom  int    // UDP ports for sound; any free port
	RTPTo    int
	Latch    bool // send sound to where it comes from (carrier behind NAT)
	Strict   bool // hear sound only from the address that the carrier names

	Laws      []string // pcma, pcmu in order of preference; both
	MaxCalls  int      // 30 at once
	PerSecond float64  // 5 new calls

	Ring       time.Duration // 50 s of ringing
	Silent     time.Duration // 5 s without any response, to a call or to OPTIONS
	RTPTimeout time.Duration // 20 s without any sound ends a call
	MaxTalk    time.Duration // 15 min, whatever the dialogue does

	TLS *tls.Config // for transport tls; the system's roots
}

func (c Config) withDefaults() Config {
	c.Transport = strings.ToLower(or(c.Transport, "udp"))
	if _, _, err := net.SplitHostPort(c.Server); err != nil && c.Server != "" {
		port := "5060"
		if c.Transport == "tls" {
			port = "5061"
		}
		c.Server = net.JoinHostPort(strings.Trim(c.Server, "[]"), port)
	}
	host, _, _ := net.SplitHostPort(c.Server)
	c.Domain = or(c.Domain, host)
	c.Caller = or(c.Caller, c.User)
	c.Expires = or(c.Expires, 5*time.Minute)
	c.MaxCalls = or(c.MaxCalls, 30)
	c.PerSecond = or(c.PerSecond, 5)
	c.Ring = or(c.Ring, 50*time.Second)
	c.Silent = or(c.Silent, 5*time.Second)
	c.RTPTimeout = or(c.RTPTimeout, 20*time.Second)
	c.MaxTalk = or(c.MaxTalk, 15*time.Minute)
	if len(c.Laws) == 0 {
		c.Laws = []string{"pcma", "pcmu"}
	}
	return c
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// check says all that is wrong with the settings, as an operator can mend it.
func (c Config) check() error {
	bad := func(field, zh, en string) error {
		return fault.New(fault.Invalid, "trunk_bad", fmt.Sprintf("线路 %s:%s", c.Name, zh), fmt.Sprintf("trunk %s: %s", c.Name, en)).On(field)
	}
	switch {
	case c.Name == "":
		return bad("name", "请给线路起一个名字。", "give the trunk a name")
	case c.Server == "":
		return bad("server", "请填写运营商SIP服务器地址。", "set the carrier's SIP server")
	case c.Transport != "udp" && c.Transport != "tcp" && c.Transport != "tls":
		return bad("transport", "传输方式只能是 udp、tcp 或 tls。", "transport must be udp, tcp or tls")
	case c.Caller == "":
		return bad("caller", "请填写主叫号码。", "set the caller number")
	case c.Register && (c.User == "" || c.Password == ""):
		return bad("user", "需要注册的线路请填写账号和密码。", "a trunk that registers needs a user and a password")
	case c.RTPFrom < 0 || c.RTPTo > 65535 || c.RTPFrom > c.RTPTo || c.RTPFrom > 0 && c.RTPTo-c.RTPFrom+1 < 2*c.MaxCalls:
		return bad("rtp_from", "语音端口范围太小，每路通话需要2个端口。", "the RTP port range is too small: two ports a call")
	}
	for _, l := range c.Laws {
		if l != "pcma" && l != "pcmu" {
			return bad("laws", "编码只能是 pcma 或 pcmu。", "laws are pcma and pcmu")
		}
	}
	if c.External != "" {
		if _, err := netip.ParseAddr(c.External); err != nil {
			return bad("external", "公网地址须是IP。", "external must be an IP address")
		}
	}
	return nil
}

// resolveWait bounds the look-up of the server's name.
const resolveWait = 3 * time.Second

// bindAddr gives the IP and port on which we speak SIP: as set, or the one
// from which the server is reached. It is always one address, because a socket
// on all of them would not tell the carrier which is ours.
func (c Config) bindAddr() (netip.AddrPort, error) {
	if c.Bind != "" {
		if ap, err := netip.ParseAddrPort(c.Bind); err == nil {
			return ap, nil
		}
		a, err := netip.ParseAddr(c.Bind)
		if err != nil {
			return netip.AddrPort{}, fault.New(fault.Invalid, "trunk_bad", "本机地址须是 IP 或 IP:端口。", "bind must be an IP or IP:port").On("bind")
		}
		return netip.AddrPortFrom(a, 0), nil
	}
	dialer := net.Dialer{Timeout: resolveWait}
	conn, err := dialer.Dial("udp", c.Server)
	if err != nil {
		return netip.AddrPort{}, fault.New(fault.Unavailable, "trunk_unresolved", "无法解析线路服务器地址 "+c.Server+"。", "the trunk's server "+c.Server+" cannot be resolved").With(err)
	}
	defer conn.Close()
	local := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(local.Addr().Unmap(), 0), nil
}

// TLSFrom reads the files that a trunk over TLS names: the authorities to
// trust, the name to expect, our certificate and its key. Empty ones take the
// system's authorities, the server's host, and no certificate.
func TLSFrom(ca, name, cert, key string) (*tls.Config, error) {
	c := &tls.Config{ServerName: name, MinVersion: tls.VersionTLS12}
	unread := func(field, path string, err error) error {
		return fault.New(fault.Invalid, "trunk_tls", "无法读取证书文件 "+path+"，须为 PEM 格式。", "the certificate file "+path+" cannot be read; it must be PEM").On(field).With(err)
	}
	if ca != "" {
		text, err := os.ReadFile(ca)
		if c.RootCAs = x509.NewCertPool(); err != nil || !c.RootCAs.AppendCertsFromPEM(text) {
			return nil, unread("tls_ca", ca, err)
		}
	}
	if cert != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, unread("tls_cert", cert, err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}
