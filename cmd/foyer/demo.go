package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/url"

	"foyer/designer/graph"
	"foyer/nodes/standard"
	"foyer/runtime/agent"
	"foyer/runtime/queue"
)

// demoPassword opens all three accounts of a demo; a demo is not for the internet.
const demoPassword = "foyer-demo-2026"

// seat is one person of the demo.
type seat struct {
	LoginURL string `json:"loginUrl"`
	Email    string `json:"email"`
	Password string `json:"password"`
	Group    string `json:"group,omitempty"`
	name     string
	number   string
	role     agent.Role
}

// wayIn is what the demo prints: where each person clicks.
type wayIn struct {
	URL       string `json:"url"`
	SdkAppID  int64  `json:"sdkAppId"`
	IvrID     string `json:"ivrId"`
	CallerURL string `json:"callerUrl"`
	Admin     seat   `json:"admin"`
	Agents    []seat `json:"agents"`
}

func demoFlags(f *flag.FlagSet, c *Config) {
	f.BoolVar(&c.JSON, "json", false, "print the way in as JSON, for programs")
}

// demo serves a data folder that is filled with the seed's example: two groups, two agents, one published flow.
func demo(ctx context.Context, c Config, out, errs io.Writer) error {
	return run(ctx, c, errs, func(ctx context.Context, a *app) error {
		w, err := a.fill(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(out).Encode(w)
		}
		w.print(out)
		return nil
	})
}

// fill makes what the demo shows, or finds it in a folder that was filled before.
func (a *app) fill(ctx context.Context) (wayIn, error) {
	w := wayIn{
		URL: a.url, SdkAppID: a.hall.instance.SdkAppID,
		Admin: seat{Email: "admin@demo.foyer", name: "陈晨", number: "1000", role: agent.Admin},
		Agents: []seat{
			{Email: "zhang@demo.foyer", Group: "音视频售前服务组", name: "张敏", number: "1001", role: agent.Member},
			{Email: "li@demo.foyer", Group: "音视频售后服务组", name: "李想", number: "1002", role: agent.Member},
		},
	}
	if err := a.seat(ctx, &w.Admin); err != nil {
		return w, err
	}
	var groups []string
	for i := range w.Agents {
		if err := a.seat(ctx, &w.Agents[i]); err != nil {
			return w, err
		}
		id, err := a.group(ctx, w.Agents[i])
		if err != nil {
			return w, err
		}
		groups = append(groups, id)
	}
	ivr, err := a.example(ctx, groups)
	w.IvrID, w.CallerURL = ivr, a.url+"/c/"+ivr
	return w, err
}

// seat makes an agent unless their e-mail is known.
func (a *app) seat(ctx context.Context, s *seat) error {
	s.Password, s.LoginURL = demoPassword, a.url+"/login?email="+url.QueryEscape(s.Email)
	list, err := a.hall.accounts.List(ctx)
	if err != nil {
		return err
	}
	for _, known := range list {
		if known.Email == s.Email {
			return nil
		}
	}
	_, err = a.hall.accounts.CreateAgent(ctx, agent.NewAgent{Email: s.Email, Name: s.name, Number: s.number, Role: s.role, Password: s.Password})
	if err != nil {
		return fmt.Errorf("making %s: %w", s.Email, err)
	}
	return nil
}

// group makes a seat's group with the seat as its member, and gives its id. The first group is the default one.
func (a *app) group(ctx context.Context, s seat) (string, error) {
	known, err := a.hall.groups.List(ctx)
	if err != nil {
		return "", err
	}
	for _, g := range known {
		if g.Name == s.Group {
			return g.ID, nil
		}
	}
	g := queue.Fresh()
	g.Name = s.Group
	g, err = a.hall.groups.Create(ctx, g)
	if err != nil {
		return "", fmt.Errorf("making the group %s: %w", s.Group, err)
	}
	if len(known) == 0 {
		if err := a.hall.groups.SetFallback(ctx, g.ID, true); err != nil {
			return "", fmt.Errorf("making %s the default group: %w", s.Group, err)
		}
	}
	list, err := a.hall.accounts.List(ctx)
	if err != nil {
		return "", err
	}
	for _, who := range list {
		if who.Email == s.Email {
			err = a.hall.groups.SetMember(ctx, queue.Membership{GroupID: g.ID, AgentID: who.ID, Priority: 3})
		}
	}
	return g.ID, err
}

// example draws and publishes the seed's flow, and gives its ivrId.
func (a *app) example(ctx context.Context, groups []string) (string, error) {
	const name = "全媒体客服接入体验"
	list, err := a.hall.designer.List(ctx)
	if err != nil {
		return "", err
	}
	for _, f := range list {
		if f.Name == name {
			return f.IvrID, nil
		}
	}
	f, err := a.hall.designer.Create(ctx, "", name)
	if err != nil {
		return "", fmt.Errorf("making the example flow: %w", err)
	}
	f, err = a.hall.designer.SaveDraft(ctx, "", f.ID, f.DraftRev, standard.ExampleFlow(groups[0], groups[1]))
	if err != nil {
		return "", fmt.Errorf("drawing the example flow: %w", err)
	}
	_, issues, err := a.hall.designer.Publish(ctx, "", f.ID, f.DraftRev, "示例")
	if err != nil {
		return "", fmt.Errorf("publishing the example flow (%v): %w", codes(issues), err)
	}
	return f.IvrID, nil
}

func codes(issues []graph.Issue) (out []string) {
	for _, i := range issues {
		out = append(out, i.Code)
	}
	return out
}

// print says where each person clicks, in the order in which one tries it.
func (w wayIn) print(out io.Writer) {
	fmt.Fprintf(out, "Foyer demo is at %s\n\n", w.URL)
	for _, s := range w.Agents {
		fmt.Fprintf(out, "  1. Agent %s (%s)\n     %s\n     %s / %s, then go online\n", s.name, s.Group, s.LoginURL, s.Email, s.Password)
	}
	fmt.Fprintf(out, "  2. Caller (another browser window)\n     %s\n", w.CallerURL)
	fmt.Fprintf(out, "  3. Administrator: draw, publish, look at records\n     %s\n     %s / %s\n\n", w.Admin.LoginURL, w.Admin.Email, w.Admin.Password)
	fmt.Fprintf(out, "  sdkAppId %d   ivrId %s\n  Ctrl-C stops; the data stays for the next time.\n", w.SdkAppID, w.IvrID)
}
