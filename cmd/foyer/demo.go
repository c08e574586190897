package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/url"

	"foyer/designer/flow"
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

// fill makes what the demo shows. A folder that was filled before is left as its users made it.
func (a *app) fill(ctx context.Context) (wayIn, error) {
	w := wayIn{
		URL: a.url, SdkAppID: a.hall.instance.SdkAppID,
		Admin: a.seat("admin@demo.foyer", "陈晨", "1000", agent.Admin, ""),
		Agents: []seat{
			a.seat("zhang@demo.foyer", "张敏", "1001", agent.Member, "音视频售前服务组"),
			a.seat("li@demo.foyer", "李想", "1002", agent.Member, "音视频售后服务组"),
		},
	}
	f, whole, err := a.example(ctx)
	if err == nil && !whole {
		f, err = a.furnish(ctx, w, f)
	}
	w.IvrID, w.CallerURL = f.IvrID, a.url+"/c/"+f.IvrID
	return w, err
}

func (a *app) seat(email, name, number string, role agent.Role, group string) seat {
	login := a.url + "/login?email=" + url.QueryEscape(email)
	return seat{LoginURL: login, Email: email, Password: demoPassword, Group: group, name: name, number: number, role: role}
}

// exampleName is the name of the seed's flow.
const exampleName = "全媒体客服接入体验"

// example finds the seed's flow, and tells whether it was ever published: then the folder was filled to the end.
func (a *app) example(ctx context.Context) (f flow.Flow, whole bool, err error) {
	list, err := a.hall.designer.List(ctx)
	if err != nil {
		return f, false, err
	}
	for _, f := range list {
		if f.Name == exampleName {
			versions, err := a.hall.designer.Versions(ctx, f.ID)
			return f.Flow, len(versions) > 0, err
		}
	}
	return f, false, nil
}

// furnish makes people, groups and the flow, or what is still missing of them. f is the flow if it is there already.
func (a *app) furnish(ctx context.Context, w wayIn, f flow.Flow) (flow.Flow, error) {
	if _, err := a.sits(ctx, w.Admin); err != nil {
		return f, err
	}
	var groups []string
	for _, s := range w.Agents {
		who, err := a.sits(ctx, s)
		if err != nil {
			return f, err
		}
		id, err := a.group(ctx, s.Group)
		if err != nil {
			return f, err
		}
		if err := a.hall.groups.SetMember(ctx, queue.Membership{GroupID: id, AgentID: who, Priority: 3}); err != nil {
			return f, err
		}
		groups = append(groups, id)
	}
	return a.draws(ctx, f, standard.ExampleFlow(groups[0], groups[1]))
}

// sits makes an agent unless their e-mail is known, and gives their id.
func (a *app) sits(ctx context.Context, s seat) (string, error) {
	list, err := a.hall.accounts.List(ctx)
	if err != nil {
		return "", err
	}
	for _, known := range list {
		if known.Email == s.Email {
			return known.ID, nil
		}
	}
	who, err := a.hall.accounts.CreateAgent(ctx, agent.NewAgent{Email: s.Email, Name: s.name, Number: s.number, Role: s.role, Password: s.Password})
	if err != nil {
		return "", fmt.Errorf("making %s: %w", s.Email, err)
	}
	return who.ID, nil
}

// group makes a group unless its name is known, and gives its id. The first group is the default one.
func (a *app) group(ctx context.Context, name string) (string, error) {
	known, err := a.hall.groups.List(ctx)
	if err != nil {
		return "", err
	}
	for _, g := range known {
		if g.Name == name {
			return g.ID, nil
		}
	}
	g := queue.Fresh()
	g.Name = name
	g, err = a.hall.groups.Create(ctx, g)
	if err != nil {
		return "", fmt.Errorf("making the group %s: %w", name, err)
	}
	if len(known) == 0 {
		if err := a.hall.groups.SetFallback(ctx, g.ID, true); err != nil {
			return "", fmt.Errorf("making %s the default group: %w", name, err)
		}
	}
	return g.ID, nil
}

// draws draws and publishes the seed's flow.
func (a *app) draws(ctx context.Context, f flow.Flow, g graph.Graph) (flow.Flow, error) {
	if f.ID == "" {
		made, err := a.hall.designer.Create(ctx, "", exampleName)
		if err != nil {
			return f, fmt.Errorf("making the example flow: %w", err)
		}
		f = made
	}
	f, err := a.hall.designer.SaveDraft(ctx, "", f.ID, f.DraftRev, g)
	if err != nil {
		return f, fmt.Errorf("drawing the example flow: %w", err)
	}
	_, issues, err := a.hall.designer.Publish(ctx, "", f.ID, f.DraftRev, "示例")
	if err != nil {
		return f, fmt.Errorf("publishing the example flow (%v): %w", codes(issues), err)
	}
	return f, nil
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
