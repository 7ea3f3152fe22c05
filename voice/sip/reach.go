package sip

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"
)

// errNoWay is an address for sound that we cannot send to.
var errNoWay = errors.New("no way to the address for sound")

// lookupWait bounds the look-up of a host that a description names.
const lookupWait = 2 * time.Second

// reach takes a description and sends sound where it says. A host by name,
// which RFC 4566 allows, is looked up first; it must have an address of our
// socket's kind, IPv4 or IPv6.
func (c *call) reach(spec mediaSpec) error {
	ours := c.sound.local.Addr().Unmap()
	if spec.host != "" {
		network := "ip6"
		if ours.Is4() {
			network = "ip4"
		}
		ctx, done := context.WithTimeout(c.ctx, lookupWait)
		defer done()
		found, err := net.DefaultResolver.LookupNetIP(ctx, network, spec.host)
		if err != nil || len(found) == 0 || found[0].IsMulticast() {
			c.trunk.log.Warn("the carrier's address for sound has no address", "host", spec.host)
			return errNoWay
		}
		spec.addr = netip.AddrPortFrom(found[0].Unmap().WithZone(""), spec.addr.Port())
	}
	if at := spec.addr.Addr(); !at.IsUnspecified() && at.Is4() != ours.Is4() {
		c.trunk.log.Warn("the carrier's address for sound is of the other kind, IPv4 or IPv6")
		return errNoWay
	}
	c.sound.update(spec)
	return nil
}
