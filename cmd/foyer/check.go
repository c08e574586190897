package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"foyer/runtime/fetch"
	"foyer/runtime/secret"
)

// maxTraceDays is ten years.
const maxTraceDays = 3650

// check finds every setting that cannot work.
func (c *Config) check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	for _, a := range [][3]string{{"addr", "tcp", c.Addr}, {"ops_addr", "tcp", c.OpsAddr}, {"media_addr", "udp", c.MediaAddr}} {
		if !hostPort(a[1], a[2]) && (a[0] != "ops_addr" || a[2] != "off") {
			fault("%s: %q is not host:port", a[0], a[2])
		}
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		fault("tls_cert and tls_key go together")
	} else if c.TLSCert != "" {
		if _, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey); err != nil {
			fault("tls_cert, tls_key: %w", err)
		}
	}
	if c.TLSCert != "" && len(c.ACME) > 0 {
		fault("tls_cert and acme_domains exclude each other")
	}
	if c.Database != "" && !strings.HasPrefix(c.Database, "postgres://") && !strings.HasPrefix(c.Database, "postgresql://") {
		fault("database: only postgres://… addresses are known; leave it empty for SQLite")
	}
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" && (err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https")) {
		fault("public_url: %q is not http://… or https://…", c.PublicURL)
	}
	if u, err := url.Parse(c.ACMECA); c.ACMECA != "" && (err != nil || u.Host == "") {
		fault("acme_directory: %q is not https://…", c.ACMECA)
	}
	if d, err := time.ParseDuration(c.Drain); err != nil || d < 0 {
		fault("drain: %q is not a duration such as 10s", c.Drain)
	}
	if _, err := secret.ReadKey(c.SecretKey); c.SecretKey != "" && err != nil {
		fault("secret_key: %w", err)
	}
	if n, err := strconv.Atoi(c.TraceDays); err != nil || n < 0 || n > maxTraceDays {
		fault("trace_days: %q is not a whole number of days from 0 to %d", c.TraceDays, maxTraceDays)
	}
	if _, err := fetch.ParseAllow(c.FetchAllow); err != nil {
		fault("fetch_allow: %w", err)
	}
	if _, err := time.LoadLocation(c.Timezone); err != nil || c.Timezone == "Local" {
		fault("timezone: %q is not an IANA time zone such as Asia/Shanghai", c.Timezone)
	}
	for _, p := range c.Proxies {
		if _, err := netip.ParsePrefix(p); err != nil {
			fault("trusted_proxies: %q is not a CIDR such as 10.0.0.0/8", p)
		}
	}
	for _, ip := range c.MediaIPs {
		if _, err := netip.ParseAddr(ip); err != nil {
			fault("media_ips: %q is not an IP address", ip)
		}
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel) {
		fault("log_level: %q is not debug, info, warn or error", c.LogLevel)
	}
	if c.LogFormat != "json" && c.LogFormat != "text" {
		fault("log_format: %q is not json or text", c.LogFormat)
	}
	return errors.Join(faults...)
}

// hostPort tells whether an address can be listened on, as far as its form goes.
func hostPort(network, addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	if err != nil || port == "" {
		return false
	}
	_, err = net.DefaultResolver.LookupPort(context.Background(), network, port)
	return err == nil
}
