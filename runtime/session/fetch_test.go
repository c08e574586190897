package session_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/fetch"
	"foyer/runtime/queue"
	"foyer/runtime/session"
	"foyer/runtime/timer"
)

// web is Web; it keeps what is asked until a test answers.
type web struct{ jobs map[string]asked }

type asked struct {
	fetch.Request
	until time.Time
	done  fetch.Done
}

func (w *web) Ask(r fetch.Request, until time.Time, done fetch.Done) {
	w.jobs[r.Session] = asked{r, until, done}
}

func (w *web) Cancel(session string) { delete(w.jobs, session) }

// crm is the flow of these tests: a service is asked, then a menu, then a skill group.
const crm = "fcrm000000000000"

func crmFlow() graph.Graph {
	g := sketch([][3]string{
		{"start", "start", `{}`},
		{"ask", "http", `{"url":"https://crm.example.test/${caller.id}?pin=${pin}","headers":[{"name":"Authorization","kind":"secret","secret":"sec_1"}],
			"answers":[{"path":"name","variable":"name","default":"贵宾"}]}`},
		{"menu", "branch", strings.Replace(menuConfig, "请选择", "${name}，请选择", 1)},
		{"sales", "transfer", salesConfig}, {"end", "end", endConfig},
	},
		[3]string{"start", "next", "ask"}, [3]string{"ask", "next", "menu"}, [3]string{"menu", "buy", "sales"}, [3]string{"menu", "fix", "ask"},
		[3]string{"sales", "done", "end"},
	)
	g.Vars = []graph.Variable{{Name: "name", Type: graph.TextType}, {Name: "pin", Type: graph.TextType, Default: "4711", Secret: true}}
	return g
}

// calling gives a hall with a session that waits for the service, and the request.
func calling(t *testing.T) (*hall, session.View, asked) {
	t.Helper()
	h := newHall(t)
	h.publish(crm, "crm", crmFlow())
	h.busy("ann", "sales")
	v := h.start(func(q *session.StartRequest) { q.IvrID = crm })
	job, ok := h.web.jobs[v.SessionID]
	if !ok {
		t.Fatalf("nobody was asked; the session is %+v", v)
	}
	return h, v, job
}

func answer(name string) nodes.Reply {
	return nodes.Reply{Status: 200, Body: json.RawMessage(`{"name":"` + name + `"}`)}
}

func (h *hall) answers(a asked, r nodes.Reply) {
	h.t.Helper()
	h.ok(a.done(h.t.Context(), r))
	h.settle()
}

func (h *hall) prompt(id, want string) session.View {
	h.t.Helper()
	v := h.is(id, session.Routing)
	if v.Prompt != want {
		h.t.Errorf("asked %q, want %q", v.Prompt, want)
	}
	return v
}

// While a service is asked there is nothing to choose; the request has what is secret, the trace has not.
func TestAsksAService(t *testing.T) {
	h, v, job := calling(t)
	if v.State != session.Routing || v.Menu != nil || v.StepToken != "" || v.Prompt != "" {
		t.Errorf("the caller sees %+v", v)
	}
	if job.Wait != 1 || job.Fetch.URL != "https://crm.example.test/cal?pin=4711" || job.Fetch.Headers[0].Secret != "sec_1" || !job.until.Equal(morning.Add(17*time.Second)) {
		t.Errorf("asked %+v", job)
	}
	raw, err := json.Marshal(h.trace(v.SessionID))
	if h.ok(err); strings.Contains(string(raw), "4711") || strings.Contains(string(raw), "sec_1") || !strings.Contains(string(raw), `"called"`) {
		t.Errorf("the trace is %s", raw)
	}
	_, err = h.r.Input(t.Context(), "cal", v.SessionID, session.InputRequest{Text: "1"})
	if !errors.Is(err, session.ErrStale) {
		t.Errorf("typed meanwhile: %v", err)
	}
	h.wait(3 * time.Second)
	h.answers(job, answer("张敏"))
	next := h.prompt(v.SessionID, "张敏，请选择")
	if s, err := h.in.Sessions().Get(t.Context(), v.SessionID); err != nil || s.Fetch != nil || next.StepToken == "" {
		t.Errorf("%+v, %v", s, err)
	}
	if got := h.frames("session:" + v.SessionID); !slices.Equal(got, []string{"updated routing"}) {
		t.Errorf("frames %v", got)
	}
	h.choose(next, "buy", "")
	h.is(v.SessionID, session.Queued)
	h.export(v.SessionID, 2)
}

// An answer counts once; what comes twice, late or for another wait changes nothing.
func TestOneAnswerCounts(t *testing.T) {
	h, v, first := calling(t)
	h.answers(first, answer("张敏"))
	h.answers(first, answer("李雷"))
	h.choose(h.prompt(v.SessionID, "张敏，请选择"), "fix", "")
	second := h.web.jobs[v.SessionID]
	if second.Wait <= first.Wait {
		t.Fatalf("waits %d and %d", first.Wait, second.Wait)
	}
	h.answers(first, answer("李雷"))
	h.prompt(v.SessionID, "")
	h.answers(second, answer("韩梅"))
	h.prompt(v.SessionID, "韩梅，请选择")
}

func TestNobodyAnswers(t *testing.T) {
	h, v, job := calling(t)
	h.wait(16 * time.Second)
	h.prompt(v.SessionID, "")
	h.wait(time.Second)
	h.prompt(v.SessionID, "贵宾，请选择")
	if len(h.web.jobs) != 0 {
		t.Error("the request goes on")
	}
	h.answers(job, answer("张敏"))
	h.prompt(v.SessionID, "贵宾，请选择")
}

// A decision that does not hold asks nobody.
func TestUndoneAsksNobody(t *testing.T) {
	h := newHall(t)
	h.publish(crm, "crm", crmFlow())
	_, err := h.r.Start(t.Context(), session.StartRequest{CallerID: "cal", Channel: "web", IvrID: crm, Media: queue.Video, Key: "k", OptionID: "buy"})
	if !errors.Is(err, session.ErrNotAChoice) || len(h.web.jobs) != 0 {
		t.Errorf("%v, %d requests", err, len(h.web.jobs))
	}
}

func TestEndedWhileAsking(t *testing.T) {
	for _, by := range []session.ClosedBy{session.ByCaller, session.ByAdmin} {
		h, v, job := calling(t)
		h.ok(h.r.End(t.Context(), v.SessionID, by, "who"))
		h.ended(v.SessionID, by, session.ReasonLeft)
		if len(h.web.jobs) != 0 {
			t.Error("the request goes on")
		}
		h.clean(v.SessionID)
		h.answers(job, answer("张敏"))
		h.ended(v.SessionID, by, session.ReasonLeft)
	}
}

func TestLostWhileAsking(t *testing.T) {
	h, v, job := calling(t)
	h.ok(h.r.Lost(t.Context(), v.SessionID))
	h.wait(time.Second)
	h.answers(job, answer("张敏"))
	h.ok(h.r.Back(t.Context(), v.SessionID))
	h.prompt(v.SessionID, "张敏，请选择")
}

// Killed while a service is asked: it is asked again under the same key, with time enough, and one answer counts.
func TestKilledWhileAsking(t *testing.T) {
	for _, away := range []time.Duration{time.Second, time.Hour} {
		h, v, before := calling(t)
		h.crash(away)
		again, ok := h.web.jobs[v.SessionID]
		if !ok || again.Wait != before.Wait || again.Fetch.URL != before.Fetch.URL || !again.until.Equal(h.now().Add(17*time.Second)) {
			t.Fatalf("after %s asked again: %+v", away, again)
		}
		if err := before.done(t.Context(), answer("李雷")); err == nil {
			t.Error("the dead process has decided")
		}
		h.crash(0) // and once more, before anybody answers
		h.answers(h.web.jobs[v.SessionID], answer("张敏"))
		h.prompt(v.SessionID, "张敏，请选择")
		h.crash(0)
		if len(h.web.jobs) != 0 {
			t.Error("what was answered is asked again")
		}
		h.prompt(v.SessionID, "张敏，请选择")
	}
}

// Killed while asking, and nobody answers the new process either: the deadline holds.
func TestKilledAndNobodyAnswers(t *testing.T) {
	h, v, _ := calling(t)
	h.crash(time.Hour)
	h.wait(18 * time.Second)
	h.prompt(v.SessionID, "贵宾，请选择")
}

// An old answer or an old deadline moves a session in no state.
func TestStaleAnswersInEveryState(t *testing.T) {
	reach := map[string]func(h *hall, v session.View){
		"in a menu":    func(*hall, session.View) {},
		"asking again": func(h *hall, v session.View) { h.choose(v, "fix", "") },
		"queued":       func(h *hall, v session.View) { h.choose(v, "buy", "") },
		"offered":      func(h *hall, v session.View) { h.agent("bob", "sales"); h.choose(v, "buy", "") },
		"connected": func(h *hall, v session.View) {
			h.agent("bob", "sales")
			h.accept(h.choose(v, "buy", "").SessionID)
		},
		"ended": func(h *hall, v session.View) { h.ok(h.r.End(h.t.Context(), v.SessionID, session.ByCaller, "cal")) },
	}
	for name, to := range reach {
		t.Run(name, func(t *testing.T) {
			h, v, job := calling(t)
			h.answers(job, answer("张敏"))
			to(h, h.prompt(v.SessionID, "张敏，请选择"))
			before, err := h.in.Sessions().Get(t.Context(), v.SessionID)
			h.ok(err)
			h.answers(job, answer("李雷"))
			h.do(func(ctx context.Context) error {
				return h.wheel.Set(ctx, timer.Timer{Kind: "session.fetch", Ref: v.SessionID, Fence: int64(job.Wait), Due: h.now()})
			})
			h.settle()
			if after, err := h.in.Sessions().Get(t.Context(), v.SessionID); err != nil || after.Seq != before.Seq || after.State != before.State {
				t.Errorf("was %s %d, is %s %d, %v", before.State, before.Seq, after.State, after.Seq, err)
			}
		})
	}
	h, _, job := calling(t)
	job.Session = "ses_nobody"
	h.answers(job, answer("张敏"))
}
