package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"foyer/designer/flow"
	"foyer/designer/graph"
	"foyer/media/peer"
	"foyer/media/room"
	"foyer/nodes"
	"foyer/nodes/standard"
	"foyer/runtime/agent"
	"foyer/runtime/call"
	"foyer/runtime/callback"
	"foyer/runtime/channel"
	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/runtime/fetch"
	"foyer/runtime/queue"
	"foyer/runtime/record"
	"foyer/runtime/secret"
	"foyer/runtime/session"
	"foyer/runtime/timer"
	"foyer/runtime/token"
	"foyer/storage"
	"foyer/storage/blob"
	"foyer/ui"
	"foyer/ui/live"
)

// hall is one instance with everything that decides for it.
type hall struct {
	instance channel.Instance
	db       *storage.Instance
	ids      event.NewID
	log      *slog.Logger

	wheel      *timer.Wheel
	designer   *flow.Designer
	groups     *queue.GroupBook
	dispatcher *queue.Dispatcher
	callbacks  *callback.Book
	sessions   *session.Runner
	accounts   *agent.Accounts
	agents     *agent.Desk
	sweep      *agent.Sweep
	calls      *call.Switchboard
	chat       *chat.Chat
	visitors   *channel.Visitors
	records    *record.Book
	secrets    *secret.Box
	web        *fetch.Pool
	media      *room.Keeper
	hub        *live.Hub
}

// newHall joins the parts of an instance, whose flows go by the clock of zone. Nothing runs yet.
func newHall(in channel.Instance, db *storage.Instance, files *blob.Folder, media *room.Keeper, k keys, allow fetch.Allow, zone *time.Location, m *meter, log *slog.Logger) *hall {
	h := &hall{instance: in, db: db, ids: event.IDs(time.Now, rand.Reader), media: media, log: log}
	h.wheel = timer.NewWheel(db, db.Timers(), time.Now, log)
	h.secrets = &secret.Box{
		Secrets: db.Secrets(), Ledger: db, Instance: in.ID, Key: k.seal, Uses: h.uses, Clock: time.Now, NewID: h.ids,
	}
	h.web = fetch.NewPool(fetch.NewClient(allow, h.secrets.Open, "Foyer", log), time.Now, mathrand.Float64, log)
	h.people()
	h.chat = chat.New(db.Messages(), files, late{h}, db, time.Now, h.ids, k.sign)
	h.talks(m, zone)
	h.flows()
	h.visitors = &channel.Visitors{Callers: db.Callers(), Instance: in, Ledger: db, Now: time.Now, NewID: h.ids, Mint: token.Random}
	h.records = &record.Book{Records: db.Records()}
	return h
}

// people makes who logs in and what they do now.
func (h *hall) people() {
	doors := agent.NewDoors(h.db.Agents(), h.db, time.Now, token.Random, agent.NewHasher(agent.DefaultCost))
	h.accounts = &agent.Accounts{Doors: doors, Slots: h.db.Entries(), NewID: h.ids}
	h.agents = &agent.Desk{Agents: h.db.Agents(), Slots: h.db.Entries(), Offers: late{h}, Ledger: h.db, Now: time.Now}
	h.sweep = &agent.Sweep{Desk: h.agents, Log: h.log}
}

// talks makes calls, queues and sessions, which know each other in a circle.
func (h *hall) talks(m *meter, zone *time.Location) {
	h.calls = &call.Switchboard{
		Calls: h.db.Calls(), Media: h.media, Offers: late{h}, Slots: h.db.Entries(), Timers: h.wheel,
		Ledger: h.db, Now: time.Now, NewID: h.ids, Mint: token.Random, Log: h.log,
	}
	h.wheel.Handle(call.ReturnTimer, h.calls.OnReturn)
	h.dispatcher = queue.NewDispatcher(queue.Deps{
		Ledger: h.db, Entries: h.db.Entries(), Groups: h.db.Groups(), Timers: h.wheel, Sessions: late{h}, Roster: h.agents,
		Calls: h.calls, Chat: h.chat, Meter: m, Ring: m.bus.Ring, Clock: time.Now, NewID: h.ids, Log: h.log,
	})
	h.callbacks = &callback.Book{Ledger: h.db, Requests: h.db.Callbacks(), Clock: time.Now, NewID: h.ids}
	h.sessions = session.NewRunner(session.Deps{
		Ledger: h.db, Sessions: h.db.Sessions(), Flows: h.db.Flows(), Kinds: standard.Set(), Timers: h.wheel,
		Queue: h.dispatcher, Web: h.web, Calls: h.calls, Chat: h.chat, Agents: h.agents, CallBacks: h.callbacks, Clock: time.Now, NewID: h.ids,
		Zone: zone, Fallback: h.fallback, Log: h.log,
	})
}

// flows makes the designer, whose publishing the running menus follow.
func (h *hall) flows() {
	h.groups = &queue.GroupBook{
		Ledger: h.db, Groups: h.db.Groups(), Entries: h.db.Entries(), Uses: h.groupUses,
		Changed: h.dispatcher.AgentChanged, Clock: time.Now, NewID: h.ids,
	}
	h.designer = &flow.Designer{
		Flows: h.db.Flows(), Work: h.db, Kinds: nodes.Checker{Set: standard.Set(), World: h.world},
		Clock: time.Now, NewID: h.ids, Random: rand.Read, OnLive: h.sessions.Published,
	}
}

// recover brings what a former process left behind to a state that goes on, before anything is matched or fired.
func (h *hall) recover(ctx context.Context) error {
	if err := h.calls.Recover(ctx); err != nil {
		return fmt.Errorf("recovering calls: %w", err)
	}
	if err := h.dispatcher.Recover(ctx); err != nil {
		return fmt.Errorf("recovering queues: %w", err)
	}
	if err := h.sessions.Recover(ctx); err != nil {
		return fmt.Errorf("recovering sessions: %w", err)
	}
	return nil
}

// start lets timers fire, offers go out and sockets come in.
func (h *hall) start(ctx context.Context) error {
	if err := h.wheel.Load(ctx); err != nil {
		return fmt.Errorf("reading timers: %w", err)
	}
	if err := h.recover(ctx); err != nil {
		return err
	}
	if err := h.wheel.Start(ctx); err != nil {
		return fmt.Errorf("starting timers: %w", err)
	}
	h.dispatcher.Start(ctx)
	h.sweep.Start(ctx)
	return h.hub.Start(ctx)
}

// stop ends what start began, sockets first.
func (h *hall) stop(ctx context.Context) {
	h.hub.Stop(ctx)
	h.sweep.Stop()
	h.dispatcher.Stop()
	h.web.Stop(ctx)
	h.wheel.Stop()
}

// socketHub makes the hub; snapshot gives what a desk shows.
func (h *hall) socketHub(bus *event.Bus, address func(*http.Request) string, tokenOf func(*http.Request) string, snapshot func(context.Context, string) (any, error)) {
	pace, limits := live.Standard()
	h.hub = live.New(live.Config{
		Clock: time.Now, Bell: bus, Frames: h.db, Visitors: h.visitors, Sessions: h.sessions, Rows: h.db.Sessions(),
		Calls: h.calls, Open: h.db.Calls(), Chat: h.chat, Offers: h.dispatcher, Agents: h.agents, Logins: h.accounts,
		Token: tokenOf, Address: address, Snapshot: snapshot, Explain: ui.Explain, Log: h.log, Pace: pace, Limits: limits,
	})
}

// mediaPort opens the UDP port of all media.
func mediaPort(c Config, log *slog.Logger) (*peer.Port, error) {
	socket, err := net.ListenPacket("udp", c.MediaAddr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on media_addr = %q (is another Foyer running?): %w", c.MediaAddr, err)
	}
	var announced []net.IP
	for _, ip := range c.MediaIPs {
		announced = append(announced, net.IP(netip.MustParseAddr(ip).AsSlice()))
	}
	port, err := peer.Listen(peer.Config{Socket: socket, Announced: announced, Log: log})
	if err != nil {
		return nil, fmt.Errorf("opening the media port: %w", err)
	}
	return port, nil
}

// uses names the flows that a caller may walk to a secret, or could once their draft is published.
func (h *hall) uses(ctx context.Context, id string) []string {
	names, err := h.designer.Users(ctx, func(g graph.Graph) bool { return mentions(g.Nodes, id) })
	if err != nil {
		return []string{err.Error()} // not knowing is as good as used
	}
	return names
}

// groupUses tells what flows and their sessions need of each skill group.
func (h *hall) groupUses(ctx context.Context) (map[string]queue.Use, error) {
	found, err := h.designer.GroupUses(ctx)
	uses := make(map[string]queue.Use, len(found))
	for id, u := range found {
		uses[id] = queue.Use{Live: u.Live, Drafts: u.Drafts, Sessions: u.Sessions}
	}
	return uses, err
}

// fallback is the id of the group that takes callers whose flow came to grief, or empty.
func (h *hall) fallback(ctx context.Context) string {
	id, err := h.db.Groups().Fallback(ctx)
	if err != nil {
		h.log.WarnContext(ctx, "reading the default skill group", "err", err)
	}
	return id
}

// world is what a flow's check may ask: the skill groups and the flows as they are now.
func (h *hall) world(ctx context.Context) nodes.Around {
	a := around{groups: map[string]string{}, flows: map[string]nodes.Flow{}}
	list, err := h.groups.List(ctx)
	if err != nil {
		h.log.WarnContext(ctx, "reading skill groups for a check", "err", err)
	}
	for _, g := range list {
		a.groups[g.ID] = g.Name
	}
	flows, err := h.db.Flows().List(ctx)
	if err != nil {
		h.log.WarnContext(ctx, "reading flows for a check", "err", err)
	}
	designer := &flow.Designer{Flows: h.db.Flows()} // h has none where it only reads
	for _, f := range flows {
		other := nodes.Flow{Name: f.Name, Live: f.Live > 0}
		if v, err := h.db.Flows().VersionByNumber(ctx, f.ID, f.Live); err == nil {
			if other.Vars, err = designer.VarsOf(ctx, v); err != nil {
				h.log.WarnContext(ctx, "reading what a flow enters for a check", "flow", f.ID, "err", err)
			}
		}
		a.flows[f.ID] = other
	}
	return a
}

// around answers node kinds about the instance.
type around struct {
	groups map[string]string // name by id
	flows  map[string]nodes.Flow
}

// Group gives the name of a group.
func (a around) Group(id string) (string, bool) { name, ok := a.groups[id]; return name, ok }

// Flow gives a flow.
func (a around) Flow(id string) (nodes.Flow, bool) { f, ok := a.flows[id]; return f, ok }

// ownerName names this process in the lease, for whoever is refused.
func ownerName(host string, pid int) string {
	return fmt.Sprintf("%s:%d", strings.ReplaceAll(host, ":", "-"), pid)
}
