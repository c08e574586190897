package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/runtime/engine"
	"foyer/ui/kit/text"
	"foyer/ui/trace"
)

// obey does what was typed: a command that begins with "/", or an answer.
func (p *player) obey(line string) {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch word {
	case "":
	case "/help":
		p.say("cli.play.help")
	case "/vars":
		p.showVars()
	case "/trace":
		p.tell(0)
	case "/back":
		p.back()
	case "/timeout":
		p.timeout()
	case "/done":
		p.give(&nodes.Input{Kind: nodes.Exit, Port: nodes.Done, Staff: rest})
	case "/exit":
		p.exit(rest)
	case "/reply":
		p.reply(rest)
	default:
		if strings.HasPrefix(word, "/") {
			p.say("cli.play.unknown", "word", word)
			return
		}
		p.give(p.answer(line))
	}
}

// give is advance for an input that may not fit what the walk waits for.
func (p *player) give(in *nodes.Input) {
	if err := p.advance(in); err != nil {
		p.say("cli.play.unfit." + p.prompt())
	}
}

// answer reads what a caller typed. The number of a line on the menu chooses it, unless the flow itself understands
// the number.
func (p *player) answer(line string) *nodes.Input {
	typed := &nodes.Input{Kind: nodes.Choice, Text: line}
	menu := p.waiting().Menu
	if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(menu) && !p.fits(typed) {
		return &nodes.Input{Kind: nodes.Choice, Option: menu[n-1].ID}
	}
	return typed
}

// fits tells whether the flow understands an answer.
func (p *player) fits(in *nodes.Input) bool {
	m := p.moment
	m.Now = p.at.now
	_, events, err := engine.Advance(p.program, p.at.state, in, m)
	return err == nil && !slices.ContainsFunc(events, func(e engine.Event) bool {
		return e.Kind == engine.Asked && e.Wrong || e.Kind == engine.Went && e.Port == nodes.Wrong || e.Kind == engine.Finished && e.Port == nodes.Wrong
	})
}

// timeout lets the present wait's time go by.
func (p *player) timeout() {
	was := p.at.now
	if e := p.waiting(); !e.Deadline.IsZero() {
		p.at.now = e.Deadline.In(was.Location())
	}
	if p.at.state.Rest == engine.Away {
		p.give(&nodes.Input{Kind: nodes.Exit, Port: nodes.TimedOut})
		return
	}
	if err := p.advance(&nodes.Input{Kind: nodes.Timeout}); err != nil {
		p.at.now = was
		p.say("cli.play.unfit." + p.prompt())
		return
	}
	p.past[len(p.past)-1].now = was
}

// exit lets the queue give the caller back through a port.
func (p *player) exit(port string) {
	ports := []string{string(nodes.Done), string(nodes.TimedOut), string(nodes.Full), string(nodes.Closed), string(nodes.NoAgent), string(nodes.Failed)}
	for _, known := range ports {
		if strings.EqualFold(port, known) {
			p.give(&nodes.Input{Kind: nodes.Exit, Port: graph.Port(known)})
			return
		}
	}
	p.say("cli.play.ports", "ports", strings.Join(ports, " "))
}

// reply answers for a web service: a status with a JSON body, or the word for why there is no answer.
func (p *player) reply(rest string) {
	first, body, _ := strings.Cut(rest, " ")
	body = strings.TrimSpace(body)
	r := &nodes.Reply{}
	if n, err := strconv.Atoi(first); err == nil && n >= 100 && n <= 599 {
		r.Status = n
	} else if first != "" {
		r.Fault = first
	}
	if first == "" || body != "" && !json.Valid([]byte(body)) || r.Fault != "" && !slices.Contains(noReplies(), r.Fault) {
		p.say("cli.play.replies", "faults", strings.Join(noReplies(), " "))
		return
	}
	if body != "" {
		r.Body = json.RawMessage(body)
	}
	p.give(&nodes.Input{Kind: nodes.Replied, Reply: r})
}

// back undoes the last input.
func (p *player) back() {
	if len(p.past) == 0 {
		p.say("cli.play.first")
		return
	}
	last := len(p.past) - 1
	p.at, p.past = p.past[last], p.past[:last]
	p.say("cli.play.back", "steps", len(p.past))
	p.tell(len(p.at.events) - 1)
}

// showVars prints the variables; what is secret is masked.
func (p *player) showVars() {
	for _, v := range p.vars {
		value := p.at.state.Vars[v.Name]
		if value == nil {
			value, _ = nodes.ReadValue(v.Type, v.Default)
		}
		if v.Secret {
			value = engine.Masked
		}
		fmt.Fprintf(p.out, "  %s = %s\n", v.Name, trace.Value(value))
	}
	for _, name := range slices.Sorted(maps.Keys(p.at.state.Vars)) {
		if !p.declared(name) {
			fmt.Fprintf(p.out, "  %s %s\n", name, text.T(p.ctx, "cli.play.inner"))
		}
	}
	if len(p.vars)+len(p.at.state.Vars) == 0 {
		p.say("cli.play.noVars")
	}
}

func (p *player) declared(name string) bool {
	return slices.ContainsFunc(p.vars, func(v graph.Variable) bool { return v.Name == name })
}

// noReplies are the words for why a web service gave no usable answer.
func noReplies() []string { return []string{"refused", "timeout", "network", "large", "json"} }
