package branch

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"foyer/designer/graph"
	"foyer/nodes"
)

// The limits of a menu.
const (
	maxOptions  = 20
	maxKeywords = 20 // of one option
	maxRunes    = 20 // of a keyword and of a label
)

// Check reports what is wrong with the options; the other fields are checked from the Spec.
func (k Kind) Check(n graph.Node, _ nodes.World) []graph.Issue {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return []graph.Issue{nodes.Unreadable(n)}
	}
	m := menuCheck{node: n.ID, ids: map[graph.Port]bool{nodes.TimedOut: true, nodes.Wrong: true}, words: map[string]bool{}, labels: map[string]bool{}}
	if len(c.Options) < 1 || len(c.Options) > maxOptions {
		m.issues = append(m.issues, graph.Issue{Node: n.ID, Field: "options", Code: "branch.optionCount", Level: graph.Error,
			Args: map[string]string{"max": strconv.Itoa(maxOptions)}})
	}
	for i, o := range c.Options {
		m.option(i, o)
	}
	return m.issues
}

// menuCheck remembers what earlier options of the menu have taken.
type menuCheck struct {
	node   graph.NodeID
	ids    map[graph.Port]bool
	words  map[string]bool
	labels map[string]bool
	issues []graph.Issue
}

// add reports a fault of option i; args are pairs of name and value.
func (m *menuCheck) add(i int, o Option, field, code string, level graph.Level, args ...string) {
	issue := graph.Issue{
		Node: m.node, Port: o.ID, Field: fmt.Sprintf("options.%d.%s", i, field), Code: code, Level: level,
		Args: map[string]string{"n": strconv.Itoa(i + 1)},
	}
	for k := 0; k+1 < len(args); k += 2 {
		issue.Args[args[k]] = args[k+1]
	}
	m.issues = append(m.issues, issue)
}

func (m *menuCheck) option(i int, o Option) {
	if !graph.ValidName(string(o.ID)) || m.ids[o.ID] {
		m.add(i, o, "id", "branch.optionID", graph.Error, "id", string(o.ID))
	}
	m.ids[o.ID] = true
	m.keywords(i, o)
	m.label(i, o)
}

func (m *menuCheck) keywords(i int, o Option) {
	if len(o.Keywords) == 0 {
		m.add(i, o, "keywords", "branch.keywordBlank", graph.Error)
	}
	if len(o.Keywords) > maxKeywords {
		m.add(i, o, "keywords", "branch.keywordMany", graph.Error, "max", strconv.Itoa(maxKeywords))
	}
	for _, word := range o.Keywords {
		switch folded := nodes.Fold(word); {
		case folded == "":
			m.add(i, o, "keywords", "branch.keywordBlank", graph.Error)
		case utf8.RuneCountInString(strings.TrimSpace(word)) > maxRunes:
			m.add(i, o, "keywords", "branch.keywordLong", graph.Error, "keyword", word, "max", strconv.Itoa(maxRunes))
		case m.words[folded]:
			m.add(i, o, "keywords", "branch.keywordTwice", graph.Error, "keyword", strings.TrimSpace(word))
		default:
			m.words[folded] = true
		}
	}
}

// label warns of two lines that read alike; the menu works all the same.
func (m *menuCheck) label(i int, o Option) {
	if utf8.RuneCountInString(strings.TrimSpace(o.Label)) > maxRunes {
		m.add(i, o, "label", "branch.labelLong", graph.Error, "max", strconv.Itoa(maxRunes))
	}
	label := nodes.Fold(o.name())
	if label == "" {
		return
	}
	if m.labels[label] && o.Label != "" {
		m.add(i, o, "label", "branch.labelTwice", graph.Warning, "label", o.name())
	}
	m.labels[label] = true
}
