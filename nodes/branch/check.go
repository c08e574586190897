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
		m.add(graph.Issue{Field: "options", Code: "branch.optionCount", Args: map[string]string{"max": strconv.Itoa(maxOptions)}})
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

func (m *menuCheck) add(i graph.Issue) {
	i.Node = m.node
	if i.Level == "" {
		i.Level = graph.Error
	}
	m.issues = append(m.issues, i)
}

func (m *menuCheck) option(i int, o Option) {
	at := func(field, code string, args ...string) graph.Issue {
		issue := graph.Issue{Port: o.ID, Field: fmt.Sprintf("options.%d.%s", i, field), Code: code, Args: map[string]string{"n": strconv.Itoa(i + 1)}}
		for k := 0; k+1 < len(args); k += 2 {
			issue.Args[args[k]] = args[k+1]
		}
		return issue
	}
	if !graph.ValidName(string(o.ID)) || m.ids[o.ID] {
		m.add(at("id", "branch.optionID", "id", string(o.ID)))
	}
	m.ids[o.ID] = true
	if len(o.Keywords) == 0 {
		m.add(at("keywords", "branch.keywordBlank"))
	}
	if len(o.Keywords) > maxKeywords {
		m.add(at("keywords", "branch.keywordMany", "max", strconv.Itoa(maxKeywords)))
	}
	for _, word := range o.Keywords {
		switch folded := fold(word); {
		case folded == "":
			m.add(at("keywords", "branch.keywordBlank"))
		case utf8.RuneCountInString(strings.TrimSpace(word)) > maxRunes:
			m.add(at("keywords", "branch.keywordLong", "keyword", word, "max", strconv.Itoa(maxRunes)))
		case m.words[folded]:
			m.add(at("keywords", "branch.keywordTwice", "keyword", strings.TrimSpace(word)))
		default:
			m.words[folded] = true
		}
	}
	if utf8.RuneCountInString(strings.TrimSpace(o.Label)) > maxRunes {
		m.add(at("label", "branch.labelLong", "max", strconv.Itoa(maxRunes)))
	}
	if label := fold(o.name()); label != "" {
		if m.labels[label] && o.Label != "" {
			twice := at("label", "branch.labelTwice", "label", o.name())
			twice.Level = graph.Warning
			m.add(twice)
		}
		m.labels[label] = true
	}
}
