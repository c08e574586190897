package storagetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"foyer/designer/flow"
	"foyer/runtime/agent"
	"foyer/runtime/call"
	"foyer/runtime/event"
	"foyer/runtime/queue"
	"foyer/runtime/record"
	"foyer/runtime/session"
)

// records checks the promises at record.Records.
func records() []promise {
	return []promise{
		{"ARowIsComplete", completeRow},
		{"StatusIsTheDomains", statuses},
		{"Filters", filters},
		{"WhatIsOpenCountsUpToNow", recordWhatIsOpenCountsUpToNow},
		{"Unknown", recordUnknown},
	}
}

func recordWhatIsOpenCountsUpToNow(k *kit) {
	k.do(k.starts(session.Session{ID: "s", State: session.Queued, QueuedAt: ptr(start)}))
	k.now = start.Add(time.Minute)
	got, err := k.Records().Rows(k.Context(), record.Filter{})
	if err != nil || len(got) != 1 || got[0].Waited != time.Minute || got[0].Talked != 0 {
		k.Errorf("%+v, %v", got, err)
	}
}

func recordUnknown(k *kit) {
	if _, err := k.Records().Detail(k.Context(), "x"); !errors.Is(err, session.ErrNotFound) {
		k.Errorf("got %v", err)
	}
}

// completeRow makes one session with everything that belongs to one.
func completeRow(k *kit) {
	s := fullSession()
	at := func(seconds int) *time.Time { return ptr(start.Add(time.Duration(seconds) * time.Second)) }
	s.ID, s.FlowID, s.AgentID, s.GroupID, s.CreatedAt, s.QueuedAt, s.TalkAt, s.EndedAt = "s", "f", "a", "g", start, at(10), at(25), at(100)
	s.TalkEndAt = at(90)
	k.do(k.seat(agent.Agent{ID: "a", Name: "Li", Number: "1001", Role: agent.Member, Intent: agent.Ready, TextCap: 1, AccountID: "acc", Email: "e"}),
		k.group(queue.SkillGroup{ID: "g", Name: "售前"}),
		func(ctx context.Context) error {
			return k.Flows().Create(ctx, flow.Flow{ID: "f", IvrID: "f", Name: "Flow"})
		},
		k.starts(s), k.says("s", 1), k.says("s", 2), k.says("t", 1), k.rings(queue.Offer{ID: "o", SessionID: "s"}),
		func(ctx context.Context) error {
			return k.Sessions().AddSteps(ctx, []session.Step{{SessionID: "s", N: 1, At: start}})
		},
		func(ctx context.Context) error {
			return k.Sessions().Rate(ctx, session.Rating{SessionID: "s", Score: 4, Label: "满意", At: start})
		},
		func(ctx context.Context) error { return k.Append(ctx, event.Event{Kind: "x", Session: "s"}) },
		k.calls("c1", queue.Video, at(30), at(50)), k.calls("c2", queue.Video, at(60), at(65)), k.calls("c3", queue.Audio, at(70), at(77)), k.calls("c4", queue.Audio, nil, at(99)),
	)
	want := record.Row{
		SessionID: "s", At: start, Nickname: s.Nickname, CallerID: s.CallerID, Channel: s.Channel, FlowName: "Flow", Version: s.Version,
		GroupName: "售前", AgentName: "Li", AgentNo: "1001", Media: s.Media, Status: record.Normal, Waited: 15 * time.Second, Talked: 65 * time.Second,
		Video: 25 * time.Second, Audio: 7 * time.Second, Messages: 2, Path: s.Path, Score: ptr(4), Label: "满意",
	}
	got, err := k.Records().Rows(k.T.Context(), record.Filter{})
	equal(k, got, err, []record.Row{want})
	d, err := k.Records().Detail(k.T.Context(), "s")
	equal(k, d.Row, err, want)
	equal(k, d.Session, err, s)
	if len(d.Steps) != 1 || len(d.Offers) != 1 || len(d.Calls) != 4 || len(d.Messages) != 2 || len(d.Events) != 1 {
		k.Errorf("the detail is not whole: %+v", d)
	}
	k.do(func(ctx context.Context) error { return k.Flows().Delete(ctx, "f") }, func(ctx context.Context) error { return k.Groups().DeleteGroup(ctx, "g") })
	got, err = k.Records().Rows(k.T.Context(), record.Filter{})
	equal(k, got, err, []record.Row{want}) // the names outlive what they named
}

// calls adds an ended call of session s.
func (k *kit) calls(id string, media queue.Media, live, ended *time.Time) func(context.Context) error {
	return func(ctx context.Context) error {
		return k.Calls().CreateCall(ctx, call.Call{ID: id, SessionID: "s", Media: media, State: call.Ended, CreatedAt: start, LiveAt: live, EndedAt: ended}, nil)
	}
}

// statuses compares the list's status, which the database derives, with StatusOf for every end there can be.
func statuses(k *kit) {
	reasons := []string{"", "left", "noAgent", "timeout", "full", "closed", "failed", "done",
		"exit.noAgent", "exit.timeout", "exit.full", "exit.closed", "exit.failed", "exit.done", "idle", "lost", "callerLost"}
	closers := []session.ClosedBy{session.ByCaller, session.ByAgent, session.ByAdmin, session.ByTimer, session.ByFlow, session.BySystem}
	want := map[string]record.Status{}
	n := 0
	add := func(s session.Session) func(context.Context) error {
		n++
		s.ID, s.Media = fmt.Sprintf("s%04d", n), queue.Video
		want[s.ID] = StatusOf(s)
		return k.starts(s)
	}
	var steps []func(context.Context) error
	for _, state := range []session.State{session.Routing, session.Queued, session.Offered, session.Connecting, session.Connected} {
		steps = append(steps, add(session.Session{State: state}))
	}
	for _, reason := range reasons {
		for _, by := range closers {
			for i := range 4 {
				s := session.Session{State: session.Ended, ClosedBy: by, Reason: reason, EndedAt: ptr(start)}
				if i&1 > 0 {
					s.QueuedAt = ptr(start)
				}
				if i&2 > 0 {
					s.TalkAt = ptr(start)
				}
				steps = append(steps, add(s))
			}
		}
	}
	k.do(steps...)
	seen := 0
	for _, status := range record.Statuses() {
		for before := ""; ; {
			rows, err := k.Records().Rows(k.T.Context(), record.Filter{Status: status, Before: before, Limit: 100})
			if err != nil {
				k.Fatal(err)
			}
			if len(rows) == 0 {
				break
			}
			for _, r := range rows {
				seen++
				before = r.SessionID
				if r.Status != want[r.SessionID] || r.Status != status {
					s, _ := k.Sessions().Get(k.T.Context(), r.SessionID)
					k.Errorf("%s under %s, want %s: %+v", r.Status, status, want[r.SessionID], s)
				}
			}
		}
	}
	if seen != n {
		k.Errorf("%d sessions were found under a status, want %d", seen, n)
	}
}

// filters narrows a list of six.
func filters(k *kit) {
	for i := range 6 {
		s := session.Session{ID: fmt.Sprintf("S%d", i), Nickname: fmt.Sprintf("Anna %d%%", i), FlowID: "f", CreatedAt: start.Add(time.Duration(i) * time.Hour)}
		if i%2 == 1 {
			s.AgentID, s.GroupID = "a", "g"
		}
		switch i {
		case 3:
			s.Nickname = "Иван"
		case 4:
			s.FlowID, s.Nickname = "other", `100\_`
		}
		k.do(k.starts(s))
	}
	for name, c := range map[string]struct {
		f    record.Filter
		want []string
	}{
		"none":     {record.Filter{}, []string{"S5", "S4", "S3", "S2", "S1", "S0"}},
		"agent":    {record.Filter{AgentID: "a"}, []string{"S5", "S3", "S1"}},
		"group":    {record.Filter{GroupID: "g", Limit: 2}, []string{"S5", "S3"}},
		"flow":     {record.Filter{FlowID: "other"}, []string{"S4"}},
		"id":       {record.Filter{Search: "s3"}, []string{"S3"}},
		"nickname": {record.Filter{Search: "aNNa 1"}, []string{"S1"}},
		"cyrillic": {record.Filter{Search: "Иван"}, []string{"S3"}},
		"percent":  {record.Filter{Search: "2%"}, []string{"S2"}},
		"wild":     {record.Filter{Search: "A_na"}, nil},
		"slash":    {record.Filter{Search: `\_`}, []string{"S4"}},
		"from":     {record.Filter{From: start.Add(4 * time.Hour)}, []string{"S5", "S4"}},
		"to":       {record.Filter{To: start.Add(time.Hour)}, []string{"S0"}},
		"before":   {record.Filter{Before: "S2"}, []string{"S1", "S0"}},
		"several":  {record.Filter{AgentID: "a", Before: "S5", From: start.Add(2 * time.Hour)}, []string{"S3"}},
	} {
		rows, err := k.Records().Rows(k.T.Context(), c.f)
		var got []string
		for _, r := range rows {
			got = append(got, r.SessionID)
		}
		k.Run(name, func(t *testing.T) { equal(t, got, err, c.want) })
	}
}
