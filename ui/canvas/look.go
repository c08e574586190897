package canvas

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/queue"
	"foyer/ui/kit/text"
)

// The types of this file are what the script reads; ui/island/canvas/types.ts mirrors them.

// face is what only Go can tell of a node: its exits and the sentence under its title.
type face struct {
	Ports   []port `json:"ports"`
	Summary string `json:"summary"`
}

type port struct {
	ID       graph.Port `json:"id"`
	Label    string     `json:"label"`
	Optional bool       `json:"optional,omitempty"`
	Error    bool       `json:"error,omitempty"`
	Quiet    bool       `json:"quiet,omitempty"`
}

// kind is a kind of node in the reader's language, with what a new node of it begins with.
type kind struct {
	Name     string          `json:"name"`
	Label    string          `json:"label"`
	About    string          `json:"about"`
	Icon     string          `json:"icon"`
	Tone     string          `json:"tone"` // start, flow, data, human or end
	Category string          `json:"category"`
	Single   bool            `json:"single"`
	NoInput  bool            `json:"noInput"`
	Config   json.RawMessage `json:"config"`
	Face     face            `json:"face"`
	fields   []nodes.Field
}

type issue struct {
	Node  graph.NodeID `json:"node,omitempty"`
	Edge  graph.EdgeID `json:"edge,omitempty"`
	Var   string       `json:"var,omitempty"`
	Port  graph.Port   `json:"port,omitempty"`
	Field string       `json:"field,omitempty"`
	Level graph.Level  `json:"level"`
	Text  string       `json:"text"`
}

type group struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// inspection is one look at a whole graph.
type inspection struct {
	Faces  map[graph.NodeID]face `json:"faces"`
	Issues []issue               `json:"issues"`
	Groups []group               `json:"groups"`
	Flows  []other               `json:"flows,omitempty"` // only where a node may name one
}

// other is another flow that is live.
type other struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// look inspects a graph for the reader.
func (p *Pages) look(ctx context.Context, g graph.Graph, groups []queue.SkillGroup) inspection {
	w := nodes.Within(p.World(ctx), g)
	seen := inspection{
		Faces:  make(map[graph.NodeID]face, len(g.Nodes)),
		Issues: say(ctx, p.Flows.Check(ctx, g)),
		Groups: make([]group, 0, len(groups)),
	}
	for _, n := range g.Nodes {
		if k, ok := p.Kinds[n.Kind]; ok {
			seen.Faces[n.ID] = faceOf(ctx, k, n, w)
		}
	}
	for _, g := range groups {
		seen.Groups = append(seen.Groups, group{g.ID, g.Name})
	}
	return seen
}

func faceOf(ctx context.Context, k nodes.Kind, n graph.Node, w nodes.World) face {
	f := face{Ports: []port{}, Summary: words(ctx, k.Summary(n, w))}
	for _, s := range k.Ports(n.Config) {
		f.Ports = append(f.Ports, port{s.ID, words(ctx, s.Label), s.Optional, s.Error, s.Quiet})
	}
	return f
}

// kinds lists the kinds by category, in the reader's language.
func (p *Pages) kinds(ctx context.Context) []kind {
	list := make([]kind, 0, len(p.Kinds))
	for _, name := range p.Kinds.Names() {
		k := p.Kinds[name]
		s := k.Spec()
		key := "node." + s.Name
		fresh := graph.Node{Kind: s.Name, Config: json.RawMessage(s.Default)}
		one := kind{
			Name: s.Name, Label: text.T(ctx, key), About: text.T(ctx, key+".about"), Icon: s.Icon, Tone: s.Category,
			Category: s.Category, Single: s.Single, NoInput: s.NoInput, Config: fresh.Config,
			Face: faceOf(ctx, k, fresh, nodes.Within(p.World(ctx), graph.Graph{})), fields: s.Fields,
		}
		if s.NoInput {
			one.Tone = "start"
		}
		list = append(list, one)
	}
	order := []string{"flow", "data", "human", "end"}
	slices.SortStableFunc(list, func(a, b kind) int {
		return cmp.Compare(slices.Index(order, a.Category), slices.Index(order, b.Category))
	})
	return list
}

// words says a text of a node kind in the reader's language.
func words(ctx context.Context, t nodes.Text) string {
	if t.Key == "" {
		return t.Literal
	}
	return text.Fill(ctx, t.Key, t.Args)
}

// counted says how many: one thing has words of its own.
func counted(ctx context.Context, key string, n int) string {
	if n == 1 {
		key += ".one"
	}
	return text.T(ctx, key, "n", n)
}

// say puts issues into sentences. Exits of one node that all lead nowhere become one sentence: six lines that say
// the same hide the one that matters.
func say(ctx context.Context, issues []graph.Issue) []issue {
	said := make([]issue, 0, len(issues))
	for _, same := range together(issues) {
		i := same[0]
		args := make(map[string]string, len(i.Args))
		for name, value := range i.Args {
			args[name] = value
		}
		if len(same) > 1 {
			labels := make([]string, len(same))
			for n, other := range same {
				labels[n] = text.Said(ctx, other.Args["port"])
			}
			args["port"] = strings.Join(labels, text.T(ctx, "canvas.list.exits"))
		}
		said = append(said, issue{i.Node, i.Edge, i.Var, i.Port, i.Field, i.Level, text.Fill(ctx, "issue."+i.Code, args)})
	}
	return said
}

// together groups the issues of one node that are alike but for the port.
func together(issues []graph.Issue) [][]graph.Issue {
	type key struct {
		node graph.NodeID
		code string
	}
	var groups [][]graph.Issue
	at := map[key]int{}
	for _, i := range issues {
		k := key{i.Node, i.Code}
		n, met := at[k]
		if alike := i.Node != "" && i.Port != "" && i.Field == ""; alike && met {
			groups[n] = append(groups[n], i)
			continue
		} else if alike {
			at[k] = len(groups)
		}
		groups = append(groups, []graph.Issue{i})
	}
	return groups
}
