package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"foyer/media/peer"
	"foyer/media/room"
	"foyer/nodes/standard"
	"foyer/runtime/channel"
	"foyer/runtime/event"
	"foyer/runtime/fetch"
	"foyer/storage"
	"foyer/storage/blob"
	"foyer/ui"
	"foyer/ui/api"
	"foyer/ui/auth"
	"foyer/ui/caller"
	"foyer/ui/canvas"
	"foyer/ui/desk"
	"foyer/ui/manage"
)

// app is the running binary: one store, its hall, the listeners.
type app struct {
	config   Config
	log      *slog.Logger
	store    *storage.Store
	port     *peer.Port
	hall     *hall
	meter    *meter
	handler  *echo.Echo
	url      string // how browsers reach us
	draining atomic.Bool
}

// open prepares everything up to the listeners. close undoes it.
func open(ctx context.Context, c Config, log *slog.Logger) (_ *app, err error) {
	a := &app{config: c, log: log}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder %s cannot be made: %w", c.Data, err)
	}
	bus := event.NewBus()
	a.meter = newMeter(bus)
	host, _ := os.Hostname() // an empty name still has the process id
	a.store, err = storage.Open(ctx, storage.Config{URL: c.Store(), Owner: ownerName(host, os.Getpid()), Clock: time.Now, Bus: bus, Log: log, TraceFor: c.traceFor()})
	if err != nil {
		return nil, refusal(c, err)
	}
	instance, err := a.store.EnsureInstance(ctx, firstInstance())
	if err != nil {
		return nil, fmt.Errorf("making the first instance: %w", err)
	}
	files, err := blob.Open(filepath.Join(c.Data, "files"))
	if err != nil {
		return nil, fmt.Errorf("opening the folder of uploads: %w", err)
	}
	allow, err := fetch.ParseAllow(c.FetchAllow)
	if err != nil {
		return nil, fmt.Errorf("fetch_allow: %w", err)
	}
	k, err := readKeys(c)
	if err != nil {
		return nil, err
	}
	if a.port, err = mediaPort(c, log); err != nil {
		return nil, err
	}
	a.hall = newHall(instance, a.store.Instance(instance.ID), files, room.New(a.port, time.Now, log), k, allow, c.zone(), a.meter, log)
	a.gauges()
	a.mount(bus)
	return a, nil
}

// refusal turns the store's sentinels into sentences for the operator.
func refusal(c Config, err error) error {
	place, instead := c.Data, "choose another folder with --data"
	if c.Database != "" {
		place, instead = "the database", "choose another with FOYER_DATABASE"
	}
	switch {
	case errors.Is(err, storage.ErrInUse):
		return fmt.Errorf("another Foyer is using %s; stop it first, or %s (%w)", place, instead, err)
	case errors.Is(err, storage.ErrNoDatabase):
		return fmt.Errorf("there is nothing in %s yet; %s", place, instead)
	case errors.Is(err, storage.ErrOlderSchema):
		return fmt.Errorf("what is in %s was made by an older Foyer; bring it up to date with foyer migrate (%w)", place, err)
	case errors.Is(err, storage.ErrNewerSchema):
		return fmt.Errorf("what is in %s was made by a newer Foyer; run that one, or put back a backup (%w)", place, err)
	}
	return err
}

// firstInstance is the contact centre of a fresh database. Its sdkAppId has ten digits and starts with 14.
func firstInstance() channel.Instance {
	var b [4]byte
	rand.Read(b[:]) // never fails, see crypto/rand
	n := int64(b[0])<<24 | int64(b[1])<<16 | int64(b[2])<<8 | int64(b[3])
	return channel.Instance{ID: event.IDs(time.Now, rand.Reader)("ins_"), SdkAppID: 1_400_000_000 + n%100_000_000, Name: "Foyer", CreatedAt: time.Now()}
}

// gauges are the figures that are read when somebody asks.
func (a *app) gauges() {
	count := func(read func(context.Context) (int, error)) func() float64 {
		return func() float64 {
			ctx, stop := context.WithTimeout(context.Background(), time.Second)
			defer stop()
			n, err := read(ctx)
			if err != nil {
				return -1
			}
			return float64(n)
		}
	}
	a.meter.gauge("foyer_sessions", "Sessions that are not over.", count(func(ctx context.Context) (int, error) {
		list, err := a.hall.db.Sessions().Live(ctx)
		return len(list), err
	}))
	a.meter.gauge("foyer_queued", "Callers waiting or being offered.", count(func(ctx context.Context) (int, error) {
		list, err := a.hall.db.Entries().OpenEntries(ctx)
		return len(list), err
	}))
	a.meter.gauge("foyer_calls", "Calls with media.", count(func(ctx context.Context) (int, error) {
		list, err := a.hall.db.Calls().OpenCalls(ctx)
		return len(list), err
	}))
	a.meter.gauge("foyer_media_legs_up", "Parties whose media is connected.", func() float64 { return float64(a.hall.media.Figures().LegsUp) })
	a.meter.gauge("foyer_media_packets", "RTP packets passed on since the start.", func() float64 { return float64(a.hall.media.Figures().Packets) })
	a.meter.gauge("foyer_media_bytes", "RTP bytes passed on since the start.", func() float64 { return float64(a.hall.media.Figures().Bytes) })
}

// mount makes the HTTP side.
func (a *app) mount(bus *event.Bus) {
	h, e := a.hall, echo.New()
	e.IPExtractor = a.extractor()
	address := func(r *http.Request) string { return e.IPExtractor(r) }
	door := &auth.Auth{Accounts: h.accounts}
	pages := &manage.Pages{
		Flows: h.designer, Groups: h.groups, Agents: h.accounts, States: h.agents, Records: h.records, Callbacks: h.callbacks, Versions: h.db.Flows(), Kinds: standard.Set(),
		FileURL: h.chat.URL, PublicURL: func(echo.Context) string { return a.url }, Now: time.Now, Instance: h.instance.Name,
	}
	bench := &desk.Desk{
		States: h.agents, Offers: offerBook{h.db.Entries(), h.db.Groups()}, Sessions: h.db.Sessions(), Chat: h.chat,
		Calls: h.calls, Records: pages, FileURL: h.chat.URL, Now: time.Now, Instance: h.instance.Name,
	}
	h.socketHub(bus, address, loginToken, bench.Snapshot)
	ui.Mount(e, ui.Parts{
		Auth: door, Manage: pages, Desk: bench, Hub: h.hub,
		Canvas: &canvas.Pages{
			World: h.world, Secrets: h.secrets,
			Flows: h.designer, Groups: h.groups, Kinds: standard.Set(), Who: auth.Account, Name: a.accountName, Now: time.Now,
		},
		API: &api.API{
			Clock: time.Now, Visitors: h.visitors, Menus: h.sessions, Sessions: h.sessions, Chat: h.chat,
			Address: address, TokenTTL: int(channel.TokenLife.Seconds()), Limits: api.Standard(),
		},
		Schema:  standard.Set().Schema,
		Caller:  &caller.Pages{Menus: h.sessions, SdkAppID: h.instance.SdkAppID},
		Reasons: a.reasons, Meter: a.meter.request, Secure: a.config.Secure(), Dev: a.config.Dev, Now: time.Now, Log: a.log,
	})
	a.handler = e
}

// extractor finds the client's address: the connection's own, unless it comes from a proxy named in the settings.
func (a *app) extractor() echo.IPExtractor {
	if len(a.config.Proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range a.config.Proxies {
		_, network, err := net.ParseCIDR(p)
		if err == nil { // checked with the configuration
			trust = append(trust, echo.TrustIPRange(network))
		}
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// loginToken is the desk's login, from its cookie.
func loginToken(r *http.Request) string {
	cookie, err := r.Cookie(auth.Cookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// accountName is how an account is called beside what it did.
func (a *app) accountName(ctx context.Context, account string) string {
	who, err := a.hall.db.Agents().ByAccount(ctx, account)
	if err != nil {
		return ""
	}
	return who.Name
}

// reasons tells why the process is not ready.
func (a *app) reasons(ctx context.Context) map[string]string {
	why := map[string]string{}
	if a.draining.Load() {
		why["draining"] = "the server is stopping"
	}
	if err := a.store.Ready(ctx); err != nil {
		a.log.WarnContext(ctx, "not ready", "err", err)
		if errors.Is(err, event.ErrNotOwner) {
			why["lease"] = "another process has taken over"
		} else {
			why["store"] = "the database does not answer, or answers too slowly to keep its lease"
		}
	}
	return why
}

// close ends what open began.
func (a *app) close() error {
	var errs []error
	if a.hall != nil && a.hall.media != nil {
		a.hall.media.Close()
	}
	if a.port != nil {
		errs = append(errs, a.port.Close())
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	return errors.Join(errs...)
}
