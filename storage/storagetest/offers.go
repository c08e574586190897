package storagetest

import (
	"context"
	"errors"
	"time"

	"foyer/runtime/agent"
	"foyer/runtime/event"
	"foyer/runtime/queue"
)

var (
	openStates   = []queue.OfferState{queue.Pending, queue.Accepted, queue.Connected, queue.Wrapping}
	closedStates = []queue.OfferState{queue.Closed, queue.Rejected, queue.Missed, queue.Rescinded, queue.Cancelled, queue.FailedSet}
)

// rings adds an offer.
func (k *kit) rings(o queue.Offer) func(context.Context) error {
	return func(ctx context.Context) error {
		if o.SessionID == "" {
			o.SessionID = "s-" + o.ID
		}
		if o.Media == "" {
			o.Media = queue.Video
		}
		if o.State == "" {
			o.State = queue.Pending
		}
		return k.Entries().AddOffer(ctx, o)
	}
}

// offers checks the promises at queue.Entries that are about ringing.
func offers() []promise {
	return []promise{
		{"AnOfferIsReadAsItWasWritten", offerAnOfferIsReadAsItWasWritten},
		{"UnknownOnes", offerUnknownOnes},
		{"OneAgentAtATimeForASession", oneForSession},
		{"AnAgentTakenWholeIsTaken", wholeAgent},
		{"OpenOnes", offerOpenOnes},
		{"TheOneBeingRungIsBeforeOneThatTidiesUp", offerTheOneBeingRungIsBeforeOneThatTidiesUp},
	}
}

func offerAnOfferIsReadAsItWasWritten(k *kit) {
	want := filled[queue.Offer]()
	want.Media, want.State = queue.Text, queue.Wrapping
	k.do(func(ctx context.Context) error { return k.Entries().AddOffer(ctx, want) })
	got, err := k.Entries().Offer(k.Context(), want.ID)
	equal(k, got, err, want)
	got, ok, err := k.Entries().OpenOfferOf(k.Context(), want.SessionID)
	found(k, got, ok, err, want)
	want.State, want.AcceptedAt, want.EndedAt = queue.Closed, nil, nil
	k.do(func(ctx context.Context) error { return k.Entries().UpdateOffer(ctx, want) })
	got, err = k.Entries().Offer(k.Context(), want.ID)
	equal(k, got, err, want)
	got, ok, err = k.Entries().OpenOfferOf(k.Context(), want.SessionID)
	absent(k, got, ok, err)
}

func offerUnknownOnes(k *kit) {
	_, err := k.Entries().Offer(k.Context(), "x")
	err2 := k.try(func(ctx context.Context) error {
		return k.Entries().UpdateOffer(ctx, queue.Offer{ID: "x", Media: queue.Text, State: queue.Closed})
	})
	if !errors.Is(err, queue.ErrNoOffer) || !errors.Is(err2, queue.ErrNoOffer) {
		k.Errorf("%v, %v", err, err2)
	}
}

func offerOpenOnes(k *kit) {
	for i, state := range append(openStates, closedStates...) {
		k.do(k.rings(queue.Offer{ID: ids("o", 10)[i], AgentID: "a", Media: queue.Text, State: state, CreatedAt: start.Add(time.Duration(-i) * time.Second)}))
	}
	k.do(k.rings(queue.Offer{ID: "p", AgentID: "b", CreatedAt: start.Add(time.Hour)}))
	of := func(agent string) (out []string) {
		got, err := k.Entries().OpenOffers(k.Context(), agent)
		if err != nil {
			k.Error(err)
		}
		for _, o := range got {
			out = append(out, o.ID)
		}
		return out
	}
	equal(k, of("a"), nil, []string{"o003", "o002", "o001", "o000"})
	equal(k, of("b"), nil, []string{"p"})
	equal(k, of("c"), nil, nil)
	equal(k, of(""), nil, []string{"o003", "o002", "o001", "o000", "p"})
}

func offerTheOneBeingRungIsBeforeOneThatTidiesUp(k *kit) {
	k.do(k.rings(queue.Offer{ID: "old", SessionID: "s", AgentID: "a", State: queue.Wrapping, CreatedAt: start.Add(time.Second)}),
		k.rings(queue.Offer{ID: "new", SessionID: "s", AgentID: "b", CreatedAt: start}))
	got, ok, err := k.Entries().OpenOfferOf(k.Context(), "s")
	if !ok || err != nil || got.ID != "new" {
		k.Errorf("%+v, %v, %v", got, ok, err)
	}
}

// oneForSession tries every pair of states of two offers of one session.
func oneForSession(k *kit) {
	for i, first := range openStates {
		for j, second := range append(openStates, closedStates...) {
			s := ids("s", 100)[i*10+j]
			k.do(k.rings(queue.Offer{ID: "a-" + s, SessionID: s, AgentID: "a", Media: queue.Text, State: first}))
			err := k.try(k.rings(queue.Offer{ID: "b-" + s, SessionID: s, AgentID: "b", Media: queue.Text, State: second}))
			refused := first != queue.Wrapping && j < 3
			if errors.Is(err, event.ErrDuplicate) != refused || (err != nil) != refused {
				k.Errorf("%s beside %s: %v", second, first, err)
			}
		}
	}
}

// wholeAgent tries what may be beside what on one agent.
func wholeAgent(k *kit) {
	for _, first := range openStates {
		for _, media := range []queue.Media{queue.Video, queue.Audio} {
			a := string(first) + string(media)
			k.do(k.rings(queue.Offer{ID: a + "first", AgentID: a, Media: media, State: first}))
			if err := k.try(k.rings(queue.Offer{ID: a + "second", AgentID: a, Media: queue.Audio})); !errors.Is(err, event.ErrDuplicate) {
				k.Errorf("audio beside a %s %s: %v", first, media, err)
			}
			k.do(k.rings(queue.Offer{ID: a + "text", AgentID: a, Media: queue.Text}), k.rings(queue.Offer{ID: a + "text2", AgentID: a, Media: queue.Text}),
				k.rings(queue.Offer{ID: a + "other", AgentID: a + "b"}), k.rings(queue.Offer{ID: a + "closed", AgentID: a, State: queue.Missed}))
		}
	}
}

// candidates checks the choice of agents at queue.Entries.
func candidates() []promise {
	return []promise{
		{"WhoIsReady", candidateWhoIsReady},
		{"NobodyThere", candidateNobodyThere},
	}
}

func candidateWhoIsReady(k *kit) {
	ready := agent.Agent{Role: agent.Member, Intent: agent.Ready, TextCap: 3, Presence: start.Add(time.Minute), IdleSince: start}
	k.do(k.group(queue.SkillGroup{ID: "g", Name: "g"}), k.group(queue.SkillGroup{ID: "h", Name: "h"}))
	for id, change := range map[string]func(*agent.Agent){
		"a-idle":    func(a *agent.Agent) { a.IdleSince = start.Add(-time.Hour) },
		"b-first":   func(*agent.Agent) {},
		"c-away":    func(a *agent.Agent) { a.Presence = start },
		"d-rest":    func(a *agent.Agent) { a.Intent = agent.Rest },
		"e-offline": func(a *agent.Agent) { a.Intent = agent.Offline },
		"f-fault":   func(a *agent.Agent) { a.Fault = agent.NotResponding },
		"i-booked":  func(a *agent.Agent) { a.Next = agent.Rest },
		"g-removed": func(a *agent.Agent) { a.RemovedAt = ptr(start) },
		"h-other":   func(*agent.Agent) {},
	} {
		a := ready
		a.ID, a.Number, a.AccountID, a.Email = id, id, id, id
		change(&a)
		group, priority := "g", 3
		if id == "h-other" {
			group = "h"
		}
		if id == "b-first" {
			priority = 1
		}
		k.do(k.seat(a), k.member(group, id, priority))
	}
	k.do(k.rings(queue.Offer{ID: "o1", AgentID: "a-idle", State: queue.Wrapping}), k.rings(queue.Offer{ID: "o2", AgentID: "a-idle", Media: queue.Text}),
		k.rings(queue.Offer{ID: "o3", AgentID: "a-idle", Media: queue.Text, State: queue.Connected}), k.rings(queue.Offer{ID: "o4", AgentID: "a-idle", State: queue.Closed}))
	got, err := k.Entries().Candidates(k.Context(), "g", start)
	equal(k, got, err, []queue.Candidate{
		{AgentID: "b-first", Number: "b-first", GroupID: "g", IdleSince: start, Priority: 1, TextCap: 3},
		{AgentID: "a-idle", Number: "a-idle", GroupID: "g", IdleSince: start.Add(-time.Hour), Priority: 3, Exclusive: 1, Texts: 2, TextCap: 3},
	})
	n, err := k.Entries().Staffed(k.Context(), "g", start)
	equal(k, n, err, 5) // idle, first, rest, fault, booked
}

func candidateNobodyThere(k *kit) {
	got, err := k.Entries().Candidates(k.Context(), "g", start)
	n, err2 := k.Entries().Staffed(k.Context(), "g", start)
	if len(got) != 0 || n != 0 || err != nil || err2 != nil {
		k.Errorf("%v, %d, %v, %v", got, n, err, err2)
	}
}
