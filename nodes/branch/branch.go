// Package branch asks the caller to choose from a menu and leaves through the port of the chosen option.
package branch

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"foyer/designer/graph"
	"foyer/nodes"
)

// Kind is the branch node.
type Kind struct{}

var _ nodes.Kind = Kind{}

// Config is what the admin fills in. The order of the options is the order of the menu.
type Config struct {
	Prompt  string   `json:"prompt"`          // 提示语
	Wrong   string   `json:"wrong,omitempty"` // 输入错误时的提示
	Options []Option `json:"options"`
	Retries int      `json:"retries"` // wrong answers until the walk leaves through nodes.Wrong
	Timeout int      `json:"timeout"` // seconds until the walk leaves through nodes.TimedOut
}

// Option is one line of the menu and one way out.
type Option struct {
	ID       graph.Port `json:"id"`              // stable; the port's name
	Keywords []string   `json:"keywords"`        // 匹配关键词: what a caller may type; the first is shown
	Label    string     `json:"label,omitempty"` // 分支名称; empty shows the first keyword
}

// Spec describes the kind.
func (Kind) Spec() nodes.Spec {
	return nodes.Spec{
		Name: "branch", Icon: "split", Category: "flow", Wait: true, Fixed: true,
		Default: `{"prompt":"","options":[{"id":"a","keywords":[""]},{"id":"b","keywords":[""]}],"retries":3,"timeout":120}`,
		Fields: []nodes.Field{
			{Name: "prompt", Type: nodes.TextField, Required: true, MaxRunes: 500, Holes: true},
			{Name: "options", Type: nodes.OptionsField, Required: true, MaxRunes: maxRunes, Min: 1, Max: maxOptions},
			{Name: "wrong", Type: nodes.TextField, MaxRunes: 500, Holes: true},
			{Name: "retries", Type: nodes.NumberField, Min: 1, Max: 10, Unit: "unit.times", Advanced: true},
			{Name: "timeout", Type: nodes.NumberField, Min: 10, Max: 600, Unit: "unit.seconds", Advanced: true},
		},
	}
}

// Ports lists one way out for each option, then the two for callers who do not choose.
func (k Kind) Ports(config json.RawMessage) []nodes.PortSpec {
	c, err := nodes.Read[Config](k.Spec(), config)
	if err != nil {
		c, _ = nodes.Read[Config](k.Spec(), nil)
	}
	ports := make([]nodes.PortSpec, 0, len(c.Options)+2)
	for _, o := range c.Options {
		ports = append(ports, nodes.PortSpec{ID: o.ID, Label: o.text(len(ports) + 1)})
	}
	for _, p := range []graph.Port{nodes.Wrong, nodes.TimedOut} {
		label := nodes.Text{Key: "node.branch.port." + string(p)}
		ports = append(ports, nodes.PortSpec{ID: p, Label: label, Optional: true, Error: true})
	}
	return ports
}

// text is what the canvas writes beside the option's port; n counts from 1.
func (o Option) text(n int) nodes.Text {
	if name := o.name(); name != "" {
		return nodes.Text{Literal: name}
	}
	return nodes.Text{Literal: strconv.Itoa(n)}
}

// keyword is what a caller may type, and name is what a caller reads.
func (o Option) keyword() string {
	if len(o.Keywords) == 0 {
		return ""
	}
	return strings.TrimSpace(o.Keywords[0])
}

func (o Option) name() string {
	if label := strings.TrimSpace(o.Label); label != "" {
		return label
	}
	return o.keyword()
}

// Summary lists the options.
func (k Kind) Summary(n graph.Node, _ nodes.World) nodes.Text {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return nodes.Text{Key: "node.branch.summaryNone"}
	}
	var names []string
	for _, o := range c.Options {
		names = append(names, o.name())
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	if len(names) == 0 {
		return nodes.Text{Key: "node.branch.summaryNone"}
	}
	return nodes.Text{Key: "node.branch.summary", Args: map[string]string{"options": strings.Join(names, " / ")}}
}
