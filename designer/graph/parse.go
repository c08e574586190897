package graph

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// Errors of reading a document.
var (
	ErrMalformed = errors.New("the flow document cannot be read")
	ErrNewerSpec = errors.New("the flow was made by a newer Foyer")
)

// The limits of a document, beyond which it is not even looked at.
const (
	MaxDocument = 4 << 20   // bytes
	maxPlace    = 1_000_000 // pixels from the origin of the canvas
)

var validName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// ValidName tells whether s may name a node, an edge or a port: 1–64 letters, digits, "-" and "_" of ASCII.
func ValidName(s string) bool { return validName.MatchString(s) }

// Parse reads a flow document, of an older spec too, and refuses what it does not know: ErrMalformed, ErrNewerSpec.
func Parse(document []byte) (Graph, error) {
	if len(document) > MaxDocument {
		return Graph{}, fmt.Errorf("%w: more than %d MB", ErrMalformed, MaxDocument>>20)
	}
	var g Graph
	if err := g.UnmarshalJSON(document); err != nil {
		return Graph{}, err
	}
	return g, g.Valid()
}

// UnmarshalJSON reads a document of today's spec or of an older one, which it upgrades; so whatever is stored reads
// as if it had been written today. It refuses members it does not know: ErrMalformed, ErrNewerSpec.
func (g *Graph) UnmarshalJSON(document []byte) error {
	document, err := Upgrade(document)
	if err != nil {
		return err
	}
	type plain Graph // without this method
	var read plain
	d := json.NewDecoder(bytes.NewReader(document))
	d.DisallowUnknownFields()
	if err := d.Decode(&read); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%w: more than one value", ErrMalformed)
	}
	if err := exact(document, reflect.TypeFor[plain]()); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	*g = Graph(read)
	return nil
}

// exact refuses members whose names are those of t but for upper and lower case, which encoding/json takes for them.
// part has been decoded as a t before.
func exact(part json.RawMessage, t reflect.Type) error {
	switch {
	case t == reflect.TypeFor[json.RawMessage](): // not ours to know
	case t.Kind() == reflect.Slice:
		var lines []json.RawMessage
		if err := json.Unmarshal(part, &lines); err != nil {
			return err
		}
		for _, line := range lines {
			if err := exact(line, t.Elem()); err != nil {
				return err
			}
		}
	case t.Kind() == reflect.Struct:
		var members map[string]json.RawMessage
		if err := json.Unmarshal(part, &members); err != nil {
			return err
		}
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			if member, ok := members[name]; ok {
				if err := exact(member, t.Field(i).Type); err != nil {
					return err
				}
				delete(members, name)
			}
		}
		for name := range members {
			return fmt.Errorf("unknown member %q", name)
		}
	}
	return nil
}

// Valid refuses a graph that no canvas could have drawn: names that are none, places off the canvas, configs that
// are not objects. Whether the flow makes sense is for Check to say. The error is ErrMalformed.
func (g Graph) Valid() error {
	if g.Spec != SpecVersion {
		return fmt.Errorf("%w: spec %d", ErrMalformed, g.Spec)
	}
	for _, n := range g.Nodes {
		switch {
		case !ValidName(string(n.ID)) || !ValidName(n.Kind):
			return fmt.Errorf("%w: node %q of kind %q", ErrMalformed, n.ID, n.Kind)
		case min(n.X, n.Y) < -maxPlace || max(n.X, n.Y) > maxPlace:
			return fmt.Errorf("%w: node %q stands off the canvas", ErrMalformed, n.ID)
		case len(n.Config) > 0 && (n.Config[0] != '{' || !json.Valid(n.Config)):
			return fmt.Errorf("%w: config of node %q", ErrMalformed, n.ID)
		}
	}
	for _, e := range g.Edges {
		for _, name := range []string{string(e.ID), string(e.From), string(e.Port), string(e.To)} {
			if !ValidName(name) {
				return fmt.Errorf("%w: edge %q", ErrMalformed, e.ID)
			}
		}
	}
	return nil
}

// Marshal writes a graph in its one canonical form: variables by name, nodes and edges by id, the members of configs by name, no
// spaces. Two graphs that differ only in order have the same bytes.
func Marshal(g Graph) ([]byte, error) {
	g.Nodes = slices.Clone(g.Nodes)
	for i, n := range g.Nodes {
		config, err := canonical(n.Config)
		if err != nil {
			return nil, fmt.Errorf("config of node %s: %w", n.ID, err)
		}
		g.Nodes[i].Config = config
	}
	g.Edges = slices.Clone(g.Edges)
	if g.Nodes == nil {
		g.Nodes = []Node{}
	}
	if g.Edges == nil {
		g.Edges = []Edge{}
	}
	g.Vars = slices.Clone(g.Vars)
	slices.SortStableFunc(g.Vars, func(a, b Variable) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(g.Nodes, func(a, b Node) int { return strings.Compare(string(a.ID), string(b.ID)) })
	slices.SortStableFunc(g.Edges, func(a, b Edge) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return compact(g)
}

// Equal tells whether two graphs are the same document, whatever the order of their parts.
func Equal(a, b Graph) bool {
	one, errOne := Marshal(a)
	two, errTwo := Marshal(b)
	return errOne == nil && errTwo == nil && bytes.Equal(one, two)
}

// canonical sorts the members of a config. Numbers keep the digits they were written with.
func canonical(config json.RawMessage) (json.RawMessage, error) {
	if len(config) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(config))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	return compact(v)
}

// compact is JSON as people write it, with < and & as they are.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
