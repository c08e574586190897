package nodes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"foyer/designer/graph"
	"foyer/nodes/expression"
)

// Kind is one kind of box. It is a value without state; everything it knows of one node is in the node's config.
type Kind interface {
	// Spec describes the kind: palette entry, form, defaults.
	Spec() Spec
	// Ports lists the ways out of one node, in the order in which the canvas draws them.
	// A config that does not decode has the kind's default ports.
	Ports(config json.RawMessage) []PortSpec
	// Check reports the faults of one node that its Spec does not tell, all at once. It is called as the admin draws,
	// so it must be cheap.
	Check(n graph.Node, w World) []graph.Issue
	// Compile decodes and prepares one node for running; its expressions are compiled in env. It fails only where
	// CheckNode reports an error.
	Compile(n graph.Node, env expression.Env) (Step, error)
	// Summary says in one line what the node will do, for the canvas: a catalogue key and its arguments.
	Summary(n graph.Node, w World) Text
}

// World is what a check may ask about the instance and the flow around a node.
type World interface {
	// Group gives the name of a skill group and whether it exists.
	Group(id string) (name string, ok bool)
	// Flow tells of another flow that may be walked from within this one.
	Flow(id string) (f Flow, ok bool)
	// Vars are the variables that the flow declares.
	Vars() []graph.Variable
}

// Flow is another flow as a check sees it.
type Flow struct {
	Name string
	Live bool             // it has a published version
	Vars []graph.Variable // of that version and of all that it enters; one name may stand there more than once
}

// Step is a compiled node.
type Step interface {
	// Visit is called with v.In == nil when the walk arrives, and with the input when a wait is answered.
	Visit(v Visit) (Outcome, error)
}

// Ender is a Step that says how a conversation leading to it is ended (the end kind).
type Ender interface {
	// EndPolicy is asked as the caller is handed off; its texts may still hold ${StaffNo}.
	EndPolicy(v expression.Values) EndPolicy
}

// EndPolicy rules how a conversation between caller and agent comes to its end.
type EndPolicy struct {
	IdleSeconds   int    `json:"idleSeconds,omitempty"`   // caller silent so long after the agent's last message ends the session; 0 = never
	IdleText      string `json:"idleText,omitempty"`      // said to the caller when that happens
	AgentEndsText string `json:"agentEndsText,omitempty"` // said to the caller when the agent ends the session
}

// Visit is one call of a step.
type Visit struct {
	Node   graph.Node
	In     *Input            // nil on arrival
	Now    time.Time         // the only clock, in the instance's time zone
	Caller string            // the caller's id, the same in all their sessions
	Values expression.Values // what the names of the flow's environment are now
	Try    int               // how many times this wait was answered wrongly before
}

// Input answers a wait.
type Input struct {
	Kind   InputKind  `json:"kind"`
	Option string     `json:"option,omitempty"` // id of the chosen option, for Choice
	Text   string     `json:"text,omitempty"`   // what the caller typed, for Choice
	Port   graph.Port `json:"port,omitempty"`   // for Exit: the port of the transfer through which the queue let the caller go
	Staff  string     `json:"staff,omitempty"`  // for Exit after a talk: the agent's work number
	Reply  *Reply     `json:"reply,omitempty"`  // for Replied
}

// InputKind says where an input comes from.
type InputKind string

// The kinds of input.
const (
	Choice   InputKind = "choice"   // the caller picked an option or typed a text
	Timeout  InputKind = "timeout"  // the wait's deadline passed
	Exit     InputKind = "exit"     // a handed-off caller comes back from the queue or the talk
	Replied  InputKind = "replied"  // a web service answered, or did not
	Returned InputKind = "returned" // the flow that was entered has ended
	Broke    InputKind = "broke"    // the flow that was entered came to grief
)

// Reply is what a web service answered.
type Reply struct {
	Status int             `json:"status,omitempty"` // 0: there was no answer
	Body   json.RawMessage `json:"body,omitempty"`   // when it is JSON
	Fault  string          `json:"fault,omitempty"`  // why there is no usable answer: "refused", "timeout", "network", "large", "json"
}

// Option is one line of a menu.
type Option struct {
	ID      string `json:"id"`      // stable; equals the port's name
	Keyword string `json:"keyword"` // the first keyword, what a caller may type
	Label   string `json:"label"`   // what a caller reads
}

// Outcome is what a step wants next: exactly one of Leave, Wait, Handoff, Fetch, Enter, Finish.
type Outcome interface{ outcome() }

// Leave goes on through a port. Say, when not empty, is sent to the caller first.
type Leave struct {
	Port   graph.Port     `json:"port"`
	Say    string         `json:"say,omitempty"`
	Choice *Option        `json:"choice,omitempty"` // the option that was taken, for the path shown to the agent
	Set    map[string]any `json:"set,omitempty"`    // variables by name; string, float64 or bool as their type says
	Note   *Note          `json:"note,omitempty"`
}

// Note is something to be kept for people to find later.
type Note struct {
	Kind NoteKind          `json:"kind"`
	Data map[string]string `json:"data,omitempty"`
}

// NoteKind says what a note is about.
type NoteKind string

// The kinds of notes.
const (
	Rated    NoteKind = "rated"    // data: "score" (a whole number, higher is better), "label", "comment"
	CallBack NoteKind = "callBack" // data: "group" (id), "phone", "about"
)

// Wait asks the caller and stops here until an input or the deadline comes.
type Wait struct {
	Prompt  string        `json:"prompt"`
	Menu    []Option      `json:"menu,omitempty"`
	Ask     *Ask          `json:"ask,omitempty"`     // what may be typed, when the answer is not only from the menu
	Say     string        `json:"say,omitempty"`     // sent before the prompt, e.g. "that is not on the menu"
	Wrong   bool          `json:"wrong,omitempty"`   // this wait repeats because the input did not fit
	Timeout time.Duration `json:"timeout,omitempty"` // 0 = the engine's default; a wait without a deadline does not exist
}

// Ask says what an answer looks like, so that the caller's page can offer the right keyboard. The step checks it.
type Ask struct {
	Type     AskType `json:"type"`
	MaxRunes int     `json:"maxRunes,omitempty"`
	Min      string  `json:"min,omitempty"` // of a number or a date
	Max      string  `json:"max,omitempty"`
	Secret   bool    `json:"secret,omitempty"` // typed behind dots, kept in no record
}

// AskType is the form of an answer.
type AskType string

// The forms of answers.
const (
	AskText   AskType = "text"
	AskNumber AskType = "number"
	AskPhone  AskType = "phone"
	AskDate   AskType = "date"
	AskRating AskType = "rating" // one of the menu, drawn as a scale
)

// Handoff gives the caller to a skill group and stops here until an Exit comes back. Whoever carries it out says
// Connecting, Queueing and Success, with the late holes filled by expression.Fill; Failed is said by the step itself
// as it leaves.
type Handoff struct {
	Group        string        `json:"group"`                  // skill group id
	QueueTimeout time.Duration `json:"queueTimeout,omitempty"` // 0 = the group's own limit
	Priority     int           `json:"priority,omitempty"`     // 0 is usual, up to 9; callers with a higher one are served first
	Preferred    string        `json:"preferred,omitempty"`    // work number of the agent to be rung first, when they can be
	PreferredFor time.Duration `json:"preferredFor,omitempty"` // how long that agent is rung; 0 = as long as the group rings anybody
	Overflow     []Overflow    `json:"overflow,omitempty"`     // groups that help out, by After
	Connecting   string        `json:"connecting,omitempty"`   // 转人工提示语
	Queueing     string        `json:"queueing,omitempty"`     // 转人工排队提示消息, may hold ${WaitNo}
	Failed       string        `json:"failed,omitempty"`       // 转人工失败提示消息
	Success      string        `json:"success,omitempty"`      // 转人工成功提示消息, may hold ${StaffNo}
}

// Overflow adds a group's agents to those who may take a caller, once the caller has waited so long.
type Overflow struct {
	Group string        `json:"group"`
	After time.Duration `json:"after"`
}

// Fetch asks a web service and stops here until a Replied, or a Timeout when the process died meanwhile.
type Fetch struct {
	Method  string        `json:"method"`
	URL     string        `json:"url"`
	Headers []Header      `json:"headers,omitempty"`
	Body    string        `json:"body,omitempty"` // JSON; empty sends none
	Timeout time.Duration `json:"timeout"`        // of one try
	Tries   int           `json:"tries"`          // at least 1
}

// Whole is how long all tries may take, with the pauses between them, beyond which no answer can come any more.
func (f Fetch) Whole() time.Duration {
	const pause, slack = 2 * time.Second, 5 * time.Second // at most, before each further try; and for the way there and back
	return time.Duration(f.Tries)*f.Timeout + time.Duration(f.Tries-1)*pause + slack
}

// Header is a line of a request. Exactly one of Value and Secret is set.
type Header struct {
	Name   string `json:"name"`
	Value  string `json:"value,omitempty"`
	Secret string `json:"secret,omitempty"` // id of the secret that is sent
}

// Enter walks another flow, pinned when this one was published, and stops here until it ends: Returned or Broke.
type Enter struct {
	Flow string `json:"flow"` // its id
}

// Finish ends the flow: the session, or the way back to the flow that entered this one.
type Finish struct {
	Say string `json:"say,omitempty"`
}

func (Leave) outcome()   {}
func (Wait) outcome()    {}
func (Handoff) outcome() {}
func (Fetch) outcome()   {}
func (Enter) outcome()   {}
func (Finish) outcome()  {}

// Next is the way out of a kind that has only one, and Error that of a kind whose work can fail.
const (
	Next  graph.Port = "next"
	Error graph.Port = "error"
)

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
