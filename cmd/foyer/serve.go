package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"foyer/runtime/agent"
	"foyer/storage"
)

// adminEmail is the login of the first administrator until they change it.
const adminEmail = "admin@foyer.local"

// linkLife is how long a one-time link is good.
const linkLife = 24 * time.Hour

// serve runs the server until ctx ends.
func serve(ctx context.Context, c Config, out, errs io.Writer) error {
	return run(ctx, c, errs, func(ctx context.Context, a *app) error { return a.welcome(ctx, out) })
}

// run opens everything, calls ready once browsers can connect, and serves until ctx ends.
func run(ctx context.Context, c Config, errs io.Writer, ready func(context.Context, *app) error) error {
	log := logger(c, errs)
	a, err := open(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() {
		if err := a.close(); err != nil {
			log.Error("closing", "err", err)
		}
	}()
	public, err := listen(ctx, "addr", c.Addr)
	if err != nil {
		return err
	}
	a.url = browse(c, public.Addr())
	if err := a.hall.start(ctx); err != nil {
		return errors.Join(err, public.Close())
	}
	return a.serveUntil(ctx, public, ready)
}

// serveUntil runs the listeners; when ctx ends or one of them fails, it stops taking work, lets requests finish and
// keeps everything else for the next start.
func (a *app) serveUntil(ctx context.Context, public net.Listener, ready func(context.Context, *app) error) error {
	group, ctx := errgroup.WithContext(ctx)
	server, ops := publicServer(a.config, a.handler, a.log), opsServer(a.meter.registry)
	group.Go(func() error { return serveOn(server, public, a.config) })
	if a.config.OpsAddr != "off" {
		l, err := listen(ctx, "ops_addr", a.config.OpsAddr)
		if err != nil {
			a.log.Warn("metrics and profiles are not served", "err", err)
		} else {
			group.Go(func() error { return serveOn(ops, l, Config{}) })
		}
	}
	group.Go(func() error { return ready(ctx, a) })
	group.Go(func() error {
		<-ctx.Done()
		a.log.Info("stopping")
		a.draining.Store(true)
		time.Sleep(a.config.drains())
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		a.hall.stop(late)
		return errors.Join(server.Shutdown(late), ops.Shutdown(late))
	})
	err := group.Wait()
	if errors.Is(err, context.Canceled) || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// welcome says where to click; a fresh database gets its administrator and a one-time link.
func (a *app) welcome(ctx context.Context, out io.Writer) error {
	fmt.Fprintf(out, "Foyer is at %s\n", a.url)
	link, err := a.firstAdmin(ctx)
	if err != nil {
		return err
	}
	if link != "" {
		fmt.Fprintf(out, "Administrator (one-time link, good for 24 h): %s\n", link)
	}
	return nil
}

// firstAdmin makes the administrator of a database that has nobody, and gives the way in.
func (a *app) firstAdmin(ctx context.Context) (link string, err error) {
	list, err := a.hall.accounts.List(ctx)
	if err != nil || len(list) > 0 {
		return "", err
	}
	admin, err := a.hall.accounts.CreateAgent(ctx, agent.NewAgent{Email: adminEmail, Name: "Admin", Number: "1000", Role: agent.Admin})
	if err != nil {
		return "", fmt.Errorf("making the first administrator: %w", err)
	}
	return a.linkFor(ctx, admin)
}

// linkFor makes a one-time link for an agent.
func (a *app) linkFor(ctx context.Context, who agent.Agent) (string, error) {
	token, err := a.hall.accounts.LinkFor(ctx, who.AccountID, linkLife)
	if err != nil {
		return "", fmt.Errorf("making a link: %w", err)
	}
	return a.url + "/welcome/" + token, nil
}

// adminLink prints a new one-time link for the first administrator by work number, while no server runs.
func adminLink(ctx context.Context, c Config, out, errs io.Writer) error {
	a, err := open(ctx, c, logger(c, errs))
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	addr, err := net.ResolveTCPAddr("tcp", c.Addr)
	if err != nil {
		return err
	}
	a.url = browse(c, addr)
	link, err := a.firstAdmin(ctx)
	if err == nil && link == "" {
		link, err = a.nextLink(ctx)
	}
	if err == nil {
		fmt.Fprintln(out, link)
	}
	return err
}

// nextLink makes a link for the first administrator there is.
func (a *app) nextLink(ctx context.Context) (string, error) {
	list, err := a.hall.accounts.List(ctx)
	if err != nil {
		return "", err
	}
	for _, who := range list {
		if who.Role == agent.Admin {
			return a.linkFor(ctx, who)
		}
	}
	return "", agent.ErrNotFound
}

// migrateOnly brings the database to this version.
func migrateOnly(ctx context.Context, c Config, out, errs io.Writer) error {
	s, err := storage.Open(ctx, storage.Config{URL: c.Store(), Owner: ownerName("migrate", 0), Clock: time.Now, Log: logger(c, errs)})
	if err != nil {
		return refusal(c, err)
	}
	fmt.Fprintln(out, "the database is up to date")
	return s.Close()
}

// printConfig prints every setting with its origin; a secret only says that it is set.
func printConfig(_ context.Context, c Config, out, _ io.Writer) error {
	for _, s := range c.settings() {
		origin := c.origin[s.key]
		if origin == "" {
			origin = "default"
		}
		fmt.Fprintf(out, "%-16s %-28s %-24s %s\n", s.key, shown(s), origin, s.help)
	}
	return nil
}

// shown is a setting's value as it may be printed.
func shown(s setting) string {
	switch at := s.at.(type) {
	case *bool:
		return fmt.Sprint(*at)
	case *[]string:
		return fmt.Sprint(*at)
	case *string:
		if s.secret && *at != "" {
			return "(set)"
		}
		return fmt.Sprintf("%q", *at)
	}
	return ""
}

// printVersion prints what the binary was built from.
func printVersion(_ context.Context, _ Config, out, _ io.Writer) error {
	version := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				version += " " + s.Value
			}
		}
	}
	_, err := fmt.Fprintln(out, "foyer", version)
	return err
}
