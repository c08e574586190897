package fetch

import (
	"net/netip"
	"testing"
)

func TestPublic(t *testing.T) {
	for _, ip := range []string{
		"1.1.1.1", "93.184.216.34", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "192.167.0.1", "223.255.255.255",
		"2606:4700::1111", "2400:cb00::1", "::ffff:1.1.1.1", "64:ff9b::101:101",
	} {
		if !public(netip.MustParseAddr(ip)) {
			t.Errorf("%s is refused", ip)
		}
	}
	for _, ip := range []string{
		"0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
		"100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
		"192.88.99.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "fe80::1", "fe80::1%lo", "fc00::1", "fd12::1", "fec0::1", "ff02::1",
		"2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "2001::1", "2001:10::1", "3fff::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "5f00::1", "4000::1",
	} {
		if public(netip.MustParseAddr(ip)) {
			t.Errorf("%s is let through", ip)
		}
	}
	if public(netip.Addr{}) {
		t.Error("no address is let through")
	}
}

func TestAllow(t *testing.T) {
	a, err := ParseAllow([]string{"CRM.Internal", "10.1.0.0/16", " 192.168.7.9 ", "fd00::/8", "::ffff:172.16.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, ip := range []string{"10.1.2.3", "192.168.7.9", "fd00::5", "172.16.0.1", "::ffff:10.1.2.3", "1.1.1.1"} {
		if !a.addr(netip.MustParseAddr(ip)) {
			t.Errorf("%s is refused", ip)
		}
	}
	for _, ip := range []string{"10.2.0.1", "192.168.7.8", "127.0.0.1", "fe80::1", "172.16.0.2"} {
		if a.addr(netip.MustParseAddr(ip)) {
			t.Errorf("%s is let through", ip)
		}
	}
	for name, want := range map[string]bool{"crm.internal": true, "CRM.INTERNAL.": true, "x.crm.internal": false, "internal": false, "": false} {
		if a.host(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
	for _, bad := range []string{"", "https://crm", "crm:80", "10.0.0.0/33", "a b", "*.internal", "-x", "me@crm"} {
		if _, err := ParseAllow([]string{bad}); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if none, err := ParseAllow(nil); err != nil || none.addr(netip.MustParseAddr("10.0.0.1")) || none.host("") {
		t.Errorf("nothing allows something: %v", err)
	}
}
