// Package fetch asks web services for flows: with a client that cannot be led into the server's own network, a few at
// a time, again when it is worth it, and never twice for one answer.
package fetch

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
)

// Allow lists the private places that flows may ask all the same, such as a CRM on the premises. The zero Allow allows
// none.
type Allow struct {
	hosts map[string]bool
	nets  []netip.Prefix
}

var hostName = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$`)

// ParseAllow reads host names, IP addresses and CIDRs.
func ParseAllow(places []string) (Allow, error) {
	a := Allow{hosts: map[string]bool{}}
	for _, p := range places {
		p = strings.ToLower(strings.TrimSpace(p))
		if net, err := netip.ParsePrefix(p); err == nil {
			a.nets = append(a.nets, net.Masked())
		} else if ip, err := netip.ParseAddr(p); err == nil {
			a.nets = append(a.nets, netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()))
		} else if hostName.MatchString(p) {
			a.hosts[p] = true
		} else {
			return Allow{}, fmt.Errorf("%q is neither a host name nor an IP address nor a CIDR such as 10.0.0.0/8", p)
		}
	}
	return a, nil
}

// host tells whether a name may be asked wherever it leads.
func (a Allow) host(name string) bool { return a.hosts[strings.ToLower(strings.TrimSuffix(name, "."))] }

// addr tells whether an address may be connected to.
func (a Allow) addr(ip netip.Addr) bool {
	ip = ip.Unmap()
	for _, net := range a.nets {
		if net.Contains(ip) {
			return true
		}
	}
	return public(ip)
}

// closed are the networks of IPv4 that are not everybody's (IANA's registry of special addresses, and the address by
// which Azure serves a machine its own secrets); of IPv6 those within the part that is given to networks at all.
var closed = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

// open6 is the part of IPv6 that is given to networks; translated is where a network maps IPv4 (RFC 6052).
var open6, translated = netip.MustParsePrefix("2000::/3"), netip.MustParsePrefix("64:ff9b::/96")

func prefixes(all ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(all))
	for i, p := range all {
		out[i] = netip.MustParsePrefix(p)
	}
	return out
}

// public tells whether an address is everybody's: no loopback, private, link-local, shared, multicast or reserved one,
// however it is written.
func public(ip netip.Addr) bool {
	ip = ip.Unmap()
	if translated.Contains(ip) {
		b := ip.As16()
		ip = netip.AddrFrom4([4]byte(b[12:]))
	}
	if !ip.IsValid() || ip.Zone() != "" || ip.Is6() && !open6.Contains(ip) {
		return false
	}
	for _, net := range closed {
		if net.Contains(ip) {
			return false
		}
	}
	return true
}
