package main

import (
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Config is every setting of the binary. With none given it runs: SQLite in ./data, HTTP on :8080.
type Config struct {
	Addr       string   // public listener, host:port
	Data       string   // folder of the database, uploads and keys
	Database   string   // empty: SQLite in Data; else postgres://…
	PublicURL  string   // how browsers reach us; empty: derived from Addr
	OpsAddr    string   // metrics, pprof; loopback by default; "off" closes it
	MediaAddr  string   // UDP port of all media
	MediaIPs   []string // addresses announced to browsers; empty: the machine's own
	TLSCert    string
	TLSKey     string
	ACME       []string // domains to get certificates for
	ACMEEmail  string
	SecretKey  string   // base64 of the 32 bytes that seal what flows send to other systems; empty: a key file in Data
	FetchAllow []string // private host names, addresses and CIDRs that flows may ask by HTTP
	ACMECA     string   // directory of the ACME authority; empty: Let's Encrypt
	Proxies    []string // CIDRs whose X-Forwarded-For is believed
	LogLevel   string
	LogFormat  string
	Timezone   string // IANA name of the clock that flows go by; empty: the machine's
	Drain      string // a Go duration: how long /readyz says "draining" before the listener closes
	TraceDays  string // a whole number: for how many days after their end the step by step of sessions is kept; 0: for ever
	Dev        bool   // development: gallery under /kit
	JSON       bool   // of demo, flow check and flow diff: print JSON

	flow flowOptions
	args []string // of the command line, besides flags

	origin map[string]string
}

// setting joins one name to its place in Config.
type setting struct {
	key    string // TOML key; FOYER_<KEY> in the environment; --<key> with dashes as a flag
	help   string
	secret bool // may come from a file named by FOYER_<KEY>_FILE, and is not printed
	at     any  // *string, *bool or *[]string
}

// settings lists every setting, in the order of the help.
func (c *Config) settings() []setting {
	return []setting{
		{"addr", "address the browsers connect to, host:port", false, &c.Addr},
		{"data", "folder of the database, uploads and keys", false, &c.Data},
		{"database", "postgres://… address; empty for SQLite in the data folder", true, &c.Database},
		{"secret_key", "base64 of 32 bytes that seal the secrets of flows; a key file in the data folder when empty", true, &c.SecretKey},
		{"public_url", "how browsers reach this server; derived from addr when empty", false, &c.PublicURL},
		{"ops_addr", "address of metrics and pprof; keep it on loopback; off to close", false, &c.OpsAddr},
		{"fetch_allow", "private host names, IP addresses or CIDRs that flows may ask by HTTP, comma separated; none when empty", false, &c.FetchAllow},
		{"media_addr", "UDP address of all media, host:port", false, &c.MediaAddr},
		{"media_ips", "IP addresses announced for media, comma separated; the machine's own when empty", false, &c.MediaIPs},
		{"tls_cert", "certificate file (PEM)", false, &c.TLSCert},
		{"tls_key", "key file (PEM)", false, &c.TLSKey},
		{"acme_domains", "domains to get certificates for by ACME, comma separated", false, &c.ACME},
		{"acme_email", "contact given to the ACME authority", false, &c.ACMEEmail},
		{"acme_directory", "address of the ACME authority; Let's Encrypt when empty", false, &c.ACMECA},
		{"trusted_proxies", "CIDRs whose X-Forwarded-For is believed, comma separated", false, &c.Proxies},
		{"log_level", "debug, info, warn or error", false, &c.LogLevel},
		{"log_format", "json or text", false, &c.LogFormat},
		{"timezone", "time zone that flows tell the time in, such as Asia/Shanghai; the machine's when empty", false, &c.Timezone},
		{"drain", "how long /readyz says that the server stops before it does, for load balancers", false, &c.Drain},
		{"trace_days", "days for which the step by step of ended sessions is kept; 0 for ever", false, &c.TraceDays},
		{"dev", "development pages such as /kit", false, &c.Dev},
	}
}

// defaults is the configuration of a fresh machine.
func defaults() Config {
	return Config{
		Addr: ":8080", Data: "./data", OpsAddr: "127.0.0.1:9090", MediaAddr: ":7882",
		LogLevel: "info", LogFormat: "text", Drain: "0s", TraceDays: "90", origin: map[string]string{},
	}
}

// put sets one setting from a text and remembers where it came from.
func (c *Config) put(s setting, value, origin string) error {
	switch at := s.at.(type) {
	case *string:
		*at = value
	case *bool:
		b, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("%s (%s): %q is neither true nor false", s.key, origin, value)
		}
		*at = b
	case *[]string:
		*at = slices.DeleteFunc(strings.Split(strings.ReplaceAll(value, " ", ""), ","), func(v string) bool { return v == "" })
	}
	c.origin[s.key] = origin
	return nil
}

// flags offers every setting as a flag; what is given there is applied last, by fromFlags.
func (c *Config) flags(f *flag.FlagSet) map[string]string {
	given := map[string]string{}
	for _, s := range c.settings() {
		name, keep := strings.ReplaceAll(s.key, "_", "-"), func(v string) error { given[s.key] = v; return nil }
		if _, ok := s.at.(*bool); ok {
			f.BoolFunc(name, s.help, keep)
		} else {
			f.Func(name, s.help, keep)
		}
	}
	return given
}

// fromFlags applies the flags that were given.
func (c *Config) fromFlags(given map[string]string) error {
	var faults []error
	for _, s := range c.settings() {
		if v, ok := given[s.key]; ok {
			faults = append(faults, c.put(s, v, "--"+strings.ReplaceAll(s.key, "_", "-")))
		}
	}
	return errors.Join(faults...)
}

// Store is the address that storage opens.
func (c Config) Store() string {
	if c.Database != "" {
		return c.Database
	}
	return filepath.Join(c.Data, "foyer.db")
}

// Secure tells whether this process itself speaks TLS.
func (c Config) Secure() bool { return c.TLSCert != "" || len(c.ACME) > 0 }

// zone is the time zone that flows tell the time in; nil is the machine's.
func (c Config) zone() *time.Location {
	if c.Timezone == "" {
		return nil
	}
	zone, _ := time.LoadLocation(c.Timezone) // checked with the configuration
	return zone
}

// drains is how long the server goes on after it was told to stop, while /readyz says so.
func (c Config) drains() time.Duration {
	d, _ := time.ParseDuration(c.Drain) // checked with the configuration
	return d
}

// traceFor is how long the traces of ended sessions are kept; 0 is for ever.
func (c Config) traceFor() time.Duration {
	days, _ := strconv.Atoi(c.TraceDays) // checked with the configuration
	return time.Duration(days) * 24 * time.Hour
}
