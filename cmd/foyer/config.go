package main

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// Config is every setting of the binary. With none given it runs: SQLite in ./data, HTTP on :8080.
type Config struct {
	Addr      string   // public listener, host:port
	Data      string   // folder of the database, uploads and keys
	Database  string   // empty: SQLite in Data; else postgres://…
	PublicURL string   // how browsers reach us; empty: derived from Addr
	OpsAddr   string   // metrics, pprof; loopback by default; "off" closes it
	MediaAddr string   // UDP port of all media
	MediaIPs  []string // addresses announced to browsers; empty: the machine's own
	TLSCert   string
	TLSKey    string
	ACME      []string // domains to get certificates for
	ACMEEmail string
	Proxies   []string // CIDRs whose X-Forwarded-For is believed
	LogLevel  string
	LogFormat string
	Dev       bool // development: gallery under /kit
	JSON      bool // demo only: print the way in as JSON

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
		{"public_url", "how browsers reach this server; derived from addr when empty", false, &c.PublicURL},
		{"ops_addr", "address of metrics and pprof; keep it on loopback; off to close", false, &c.OpsAddr},
		{"media_addr", "UDP address of all media, host:port", false, &c.MediaAddr},
		{"media_ips", "IP addresses announced for media, comma separated; the machine's own when empty", false, &c.MediaIPs},
		{"tls_cert", "certificate file (PEM)", false, &c.TLSCert},
		{"tls_key", "key file (PEM)", false, &c.TLSKey},
		{"acme_domains", "domains to get certificates for by ACME, comma separated", false, &c.ACME},
		{"acme_email", "contact given to the ACME authority", false, &c.ACMEEmail},
		{"trusted_proxies", "CIDRs whose X-Forwarded-For is believed, comma separated", false, &c.Proxies},
		{"log_level", "debug, info, warn or error", false, &c.LogLevel},
		{"log_format", "json or text", false, &c.LogFormat},
		{"dev", "development pages such as /kit", false, &c.Dev},
	}
}

// defaults is the configuration of a fresh machine.
func defaults() Config {
	return Config{
		Addr: ":8080", Data: "./data", OpsAddr: "127.0.0.1:9090", MediaAddr: ":7882",
		LogLevel: "info", LogFormat: "text", origin: map[string]string{},
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

// fromFile reads a TOML file; a key that is not a setting is an error.
func (c *Config) fromFile(name string) error {
	if name == "" {
		return nil
	}
	values := map[string]any{}
	if _, err := toml.DecodeFile(name, &values); err != nil {
		return fmt.Errorf("settings file %s: %w", name, err)
	}
	var faults []error
	for key, value := range values {
		i := slices.IndexFunc(c.settings(), func(s setting) bool { return s.key == key })
		if i < 0 {
			faults = append(faults, fmt.Errorf("settings file %s: there is no setting %q", name, key))
			continue
		}
		faults = append(faults, c.put(c.settings()[i], plain(value), name))
	}
	return errors.Join(faults...)
}

// plain writes a TOML value as the text that the environment would hold.
func plain(value any) string {
	list, ok := value.([]any)
	if !ok {
		return fmt.Sprint(value)
	}
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = fmt.Sprint(v)
	}
	return strings.Join(parts, ",")
}

// fromEnv reads FOYER_<KEY>, and for secrets the file named by FOYER_<KEY>_FILE.
func (c *Config) fromEnv(lookup func(string) (string, bool)) error {
	var faults []error
	for _, s := range c.settings() {
		name := "FOYER_" + strings.ToUpper(s.key)
		if value, ok := lookup(name); ok {
			faults = append(faults, c.put(s, value, name))
		}
		if file, ok := lookup(name + "_FILE"); ok && s.secret {
			raw, err := os.ReadFile(file)
			if err != nil {
				faults = append(faults, fmt.Errorf("%s_FILE: %w", name, err))
				continue
			}
			faults = append(faults, c.put(s, strings.TrimSpace(string(raw)), name+"_FILE"))
		}
	}
	return errors.Join(faults...)
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

// check finds every setting that cannot work.
func (c *Config) check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	for key, addr := range map[string]string{"addr": c.Addr, "ops_addr": c.OpsAddr, "media_addr": c.MediaAddr} {
		if _, port, err := net.SplitHostPort(addr); (err != nil || port == "") && (key != "ops_addr" || addr != "off") {
			fault("%s: %q is not host:port", key, addr)
		}
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		fault("tls_cert and tls_key go together")
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

// Store is the address that storage opens.
func (c Config) Store() string {
	if c.Database != "" {
		return c.Database
	}
	return filepath.Join(c.Data, "foyer.db")
}

// Secure tells whether this process itself speaks TLS.
func (c Config) Secure() bool { return c.TLSCert != "" || len(c.ACME) > 0 }
