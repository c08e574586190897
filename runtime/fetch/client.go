package fetch

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"foyer/nodes"
)

// The limits of one request, in bytes.
const (
	MaxAnswer  = 1 << 20
	maxHeaders = 64 << 10
	maxBody    = 256 << 10
)

// errRefused is why a connection was not even tried.
var errRefused = errors.New("the address is in a network that flows may not ask")

// Request is what one session wants to know.
type Request struct {
	Session string
	Wait    int // number of the walk's wait; with the session it names the request to the service
	Fetch   nodes.Fetch
}

// key names the request, the same at every try.
func (r Request) key() string { return fmt.Sprintf("%s-%d", r.Session, r.Wait) }

// Client sends requests. Make it with NewClient.
type Client struct {
	http    http.Client
	allow   Allow
	secrets func(ctx context.Context, id string) (string, error)
	agent   string
	log     *slog.Logger
	resolve *net.Resolver // nil: the machine's
}

// NewClient makes a client; secrets opens those of headers, agent is its User-Agent. It takes no proxy from the
// environment, follows no redirect and keeps no cookies.
func NewClient(allow Allow, secrets func(ctx context.Context, id string) (string, error), agent string, log *slog.Logger) *Client {
	c := &Client{allow: allow, secrets: secrets, agent: agent, log: log}
	c.http = http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: c.dial, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout: 10 * time.Second, MaxResponseHeaderBytes: maxHeaders,
			MaxIdleConns: 64, MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second,
		},
	}
	return c
}

// dial connects to a host. Each address that its name gives is judged as it is connected to, so that no answer of a
// name server can come between.
func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: 10 * time.Second, Resolver: c.resolve}
	if !c.allow.host(host) {
		d.Control = c.judge
	}
	return d.DialContext(ctx, network, address)
}

func (c *Client) judge(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !c.allow.addr(at.Addr()) {
		return errRefused
	}
	return nil
}

// Try sends a request once. What went wrong stands in the reply's Fault.
func (c *Client) Try(ctx context.Context, r Request) nodes.Reply {
	ctx, stop := context.WithTimeout(ctx, r.Fetch.Timeout)
	defer stop()
	req, hidden, err := c.request(ctx, r)
	if err != nil {
		return c.fault(r, "refused", err)
	}
	if len(r.Fetch.Body) > maxBody {
		return c.fault(r, "large", nil)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return c.fault(r, faultOf(err), err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, MaxAnswer+1))
	var reply nodes.Reply
	switch {
	case err != nil:
		reply = c.fault(r, faultOf(err), err)
	case len(raw) > MaxAnswer:
		reply = c.fault(r, "large", nil)
	default:
		reply = read(raw, hidden)
	}
	reply.Status = res.StatusCode
	return reply
}

// request makes the HTTP request, with the secrets that are in it.
func (c *Client) request(ctx context.Context, r Request) (req *http.Request, hidden []string, err error) {
	var body io.Reader
	if r.Fetch.Body != "" {
		body = strings.NewReader(r.Fetch.Body)
	}
	if req, err = http.NewRequestWithContext(ctx, r.Fetch.Method, r.Fetch.URL, body); err != nil {
		return nil, nil, errors.New("the address cannot be asked") // the error would quote it
	}
	if req.URL.Scheme != "https" && req.URL.Scheme != "http" || req.URL.User != nil {
		return nil, nil, errors.New("the address cannot be asked")
	}
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range r.Fetch.Headers {
		value := h.Value
		if h.Secret != "" {
			if value, err = c.secrets(ctx, h.Secret); err != nil {
				return nil, nil, err
			}
			hidden = append(hidden, value)
		}
		req.Header.Set(h.Name, value)
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Idempotency-Key", r.key())
	req.Header.Set("X-Foyer-Session", r.Session)
	return req, hidden, nil
}

// fault is a reply that is none. What is logged names the host only: paths and bodies may hold what is secret.
func (c *Client) fault(r Request, fault string, err error) nodes.Reply {
	if of := (*url.Error)(nil); errors.As(err, &of) {
		err = of.Err
	}
	if errors.Is(err, context.Canceled) {
		return nodes.Reply{Fault: fault} // nobody waits for it
	}
	host := ""
	if u, bad := url.Parse(r.Fetch.URL); bad == nil {
		host = u.Host
	}
	c.log.Warn("a web service gave no usable answer", "session", r.Session, "host", host, "fault", fault, "err", err)
	return nodes.Reply{Fault: fault}
}

// faultOf tells why there was no answer.
func faultOf(err error) string {
	var late net.Error
	switch {
	case errors.Is(err, errRefused):
		return "refused"
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &late) && late.Timeout():
		return "timeout"
	}
	return "network"
}

// read takes the JSON out of what was answered; a service that echoes a secret does not bring it into any record.
func read(raw []byte, hidden []string) nodes.Reply {
	raw = bytes.ToValidUTF8(bytes.TrimSpace(bytes.TrimPrefix(raw, []byte("\ufeff"))), []byte("\ufffd"))
	if len(raw) == 0 {
		return nodes.Reply{}
	}
	if !json.Valid(raw) {
		return nodes.Reply{Fault: "json"}
	}
	return nodes.Reply{Body: mask(raw, hidden)}
}
