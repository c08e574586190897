package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// drain is how long a stopping server lets requests finish. Calls and queues need no longer: they are on disk
// and go on when the server is back.
const drain = 10 * time.Second

// publicServer is the listener for browsers. Slow or oversized request heads are cut.
func publicServer(c Config, h http.Handler, log *slog.Logger) *http.Server {
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	if len(c.ACME) > 0 {
		m := &autocert.Manager{
			Prompt: autocert.AcceptTOS, Email: c.ACMEEmail,
			HostPolicy: autocert.HostWhitelist(c.ACME...), Cache: autocert.DirCache(filepath.Join(c.Data, "acme")),
			Client: &acme.Client{DirectoryURL: cmp.Or(c.ACMECA, autocert.DefaultACMEDirectory)},
		}
		s.TLSConfig = m.TLSConfig()
		s.TLSConfig.MinVersion = tls.VersionTLS12
	}
	return s
}

// serveOn runs s on l until it is shut down.
func serveOn(s *http.Server, l net.Listener, c Config) error {
	var err error
	if c.Secure() {
		err = s.ServeTLS(l, c.TLSCert, c.TLSKey)
	} else {
		err = s.Serve(l)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// opsServer is the listener for operators: metrics and profiles, on loopback unless told otherwise.
func opsServer(metrics prometheus.Gatherer) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
}

// listen opens an address and says in a sentence why it cannot.
func listen(ctx context.Context, key, addr string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s = %q (is another Foyer running?): %w", key, addr, err)
	}
	return l, nil
}

// browse gives the address to open in a browser for what was listened on.
func browse(c Config, l net.Addr) string {
	if c.PublicURL != "" {
		return strings.TrimRight(c.PublicURL, "/")
	}
	scheme := "http"
	if c.Secure() {
		scheme = "https"
	}
	if len(c.ACME) > 0 {
		return scheme + "://" + c.ACME[0]
	}
	host, port, err := net.SplitHostPort(l.String())
	if ip := net.ParseIP(host); err != nil || ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
