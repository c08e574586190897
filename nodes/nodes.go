package nodes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"foyer/designer/graph"
)

// Kind is one kind of box. It is a value without state; everything it knows of one node is in the node's config.
type Kind interface {
	// Spec describes the kind: palette entry, form, ports that never change.
	Spec() Spec
	// Ports lists the ways out of one node, in the order in which the canvas draws them.
	// A config that does not decode has the kind's default ports.
	Ports(config json.RawMessage) []PortSpec
	// Check reports every fault of one node at once. It is called as the admin draws, so it must be cheap.
	Check(n graph.Node, w World) []graph.Issue
	// Compile decodes and prepares one node for running. It fails only where Check reports an error.
	Compile(n graph.Node) (Step, error)
	// Summary says in one line what the node will do, for the canvas: a catalogue key and its arguments.
	Summary(n graph.Node, w World) Text
}

// World is what a check may ask about the instance around the flow.
type World interface {
	// Group gives the name of a skill group and whether it exists.
	Group(id string) (name string, ok bool)
}

// Step is a compiled node.
type Step interface {
	// Visit is called with v.In == nil when the walk arrives, and with the input when a wait is answered.
	Visit(v Visit) (Outcome, error)
}

// Ender is a Step that says how a conversation leading to it is ended (the end kind).
type Ender interface {
	EndPolicy() EndPolicy
}

// EndPolicy rules how a conversation between caller and agent comes to its end.
type EndPolicy struct {
	IdleSeconds   int    `json:"idleSeconds,omitempty"`   // caller silent so long after the agent's last message ends the session; 0 = never
	IdleText      string `json:"idleText,omitempty"`      // said to the caller when that happens
	AgentEndsText string `json:"agentEndsText,omitempty"` // said to the caller when the agent ends the session
}

// Visit is one call of a step.
type Visit struct {
	Node graph.Node
	In   *Input            // nil on arrival
	Now  time.Time         // the only clock
	Vars map[string]string // flow variables; a step must not write to it
	Try  int               // how many times this wait was answered wrongly before
}

// Input answers a wait.
type Input struct {
	Kind   InputKind  `json:"kind"`
	Option string     `json:"option,omitempty"` // id of the chosen option, for Choice
	Text   string     `json:"text,omitempty"`   // what the caller typed, for Choice by keyword
	Port   graph.Port `json:"port,omitempty"`   // for Exit: the port of the transfer through which the queue let the caller go
}

// InputKind says where an input comes from.
type InputKind string

// The kinds of input.
const (
	Choice  InputKind = "choice"  // the caller picked an option or typed a text
	Timeout InputKind = "timeout" // the wait's deadline passed
	Exit    InputKind = "exit"    // a handed-off caller comes back from the queue or the talk
)

// Option is one line of a menu.
type Option struct {
	ID      string `json:"id"`      // stable; equals the port's name
	Keyword string `json:"keyword"` // the first keyword, what a caller may type
	Label   string `json:"label"`   // what a caller reads
}

// Outcome is what a step wants next: exactly one of Leave, Wait, Handoff, Finish.
type Outcome interface{ outcome() }

// Leave goes on through a port. Say, when not empty, is sent to the caller first.
type Leave struct {
	Port   graph.Port
	Say    string
	Choice *Option // the option that was taken, for the path shown to the agent
}

// Wait asks the caller and stops here until an input or the deadline comes.
type Wait struct {
	Prompt  string
	Menu    []Option
	Say     string        // sent before the prompt, e.g. "that is not on the menu"
	Wrong   bool          // this wait repeats because the input did not fit
	Timeout time.Duration // 0 = the engine's default; a wait without a deadline does not exist
}

// Handoff gives the caller to a skill group and stops here until an Exit comes back. Whoever carries it out says
// Connecting, Queueing and Success, with the holes filled by Fill; Failed is said by the step itself as it leaves.
type Handoff struct {
	Group        string        `json:"group"`                  // skill group id
	QueueTimeout time.Duration `json:"queueTimeout,omitempty"` // 0 = the group's own limit
	Connecting   string        `json:"connecting,omitempty"`   // 转人工提示语
	Queueing     string        `json:"queueing,omitempty"`     // 转人工排队提示消息, may hold ${WaitNo}
	Failed       string        `json:"failed,omitempty"`       // 转人工失败提示消息
	Success      string        `json:"success,omitempty"`      // 转人工成功提示消息, may hold ${StaffNo}
}

// Finish ends the session.
type Finish struct{ Say string }

func (Leave) outcome()   {}
func (Wait) outcome()    {}
func (Handoff) outcome() {}
func (Finish) outcome()  {}

// The ways out of a Handoff, which every kind that hands callers off uses as its ports.
const (
	Done     graph.Port = "done"    // after the talk
	TimedOut graph.Port = "timeout" // waited longer than allowed
	Full     graph.Port = "full"    // the queue takes no more
	Closed   graph.Port = "closed"  // outside business hours
	NoAgent  graph.Port = "noAgent" // nobody of the group is online
	Failed   graph.Port = "failed"  // the group is gone or the call could not be set up
)

// Wrong is the way out of a Wait for a caller who answered wrongly too often; one who did not answer leaves through
// TimedOut.
const Wrong graph.Port = "wrong"

// Decode reads a node's config strictly: an unknown field is an error, not a surprise at run time.
func Decode[C any](raw json.RawMessage) (C, error) {
	var c C
	if len(bytes.TrimSpace(raw)) == 0 {
		return c, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("config: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return c, fmt.Errorf("config: more than one value")
	}
	return c, nil
}

// Set is a closed list of kinds. There is no global registry, so a test can run with three kinds.
type Set map[string]Kind

// NewSet makes a set of the given kinds; two kinds of one name are a programming error and panic.
func NewSet(kinds ...Kind) Set {
	s := make(Set, len(kinds))
	for _, k := range kinds {
		name := k.Spec().Name
		if _, twice := s[name]; twice {
			panic("nodes: two kinds are called " + name)
		}
		s[name] = k
	}
	return s
}

// Names lists the kinds in alphabetical order.
func (s Set) Names() []string {
	names := make([]string, 0, len(s))
	for name := range s {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
