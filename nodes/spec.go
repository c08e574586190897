package nodes

import "foyer/designer/graph"

// Spec describes a kind. The palette, the properties form, the defaults and the JSON schema come from it.
// Every word is a key of the message catalogues: "node.<Name>" and "node.<Name>.about" for the kind,
// "node.<Name>.<field>" (label), "….help" and "….placeholder" for each field.
type Spec struct {
	Name     string  // of the kind, lower camel case
	Icon     string  // name in the icon set
	Category string  // "flow", "human" or "end": the palette's sections
	Single   bool    // placed automatically, cannot be added or deleted by hand (start)
	NoInput  bool    // takes no incoming edge (start)
	Wait     bool    // a walk may rest here, so a cycle through it is allowed
	Fields   []Field // in the order of the form
	Default  string  // JSON of a new node's config
}

// FieldType says how a field is edited.
type FieldType string

// The types of a field.
const (
	LineField    FieldType = "line"    // one line of text
	TextField    FieldType = "text"    // several lines, may hold ${variables} when Field.Vars is set
	NumberField  FieldType = "number"  // a whole number from Min to Max
	GroupField   FieldType = "group"   // a skill group, by id
	OptionsField FieldType = "options" // the branch's list of options
)

// Field is one line of the properties form; Name is the JSON name in the config.
type Field struct {
	Name     string
	Type     FieldType
	Required bool
	MaxRunes int      // for texts
	Min, Max int      // for numbers
	Unit     string   // catalogue key, e.g. "unit.seconds"
	Vars     []string // names that ${…} may hold here
	Advanced bool     // folded away until asked for
}

// PortSpec is one way out of one node, as the canvas draws it.
type PortSpec struct {
	ID       graph.Port
	Label    Text // catalogue key, or literal text such as an option's label
	Optional bool // left unwired it falls to the default handling: a warning, not an error
	Error    bool // drawn quieter, below the others
}

// Text is either words as the admin wrote them or a catalogue key with its arguments.
type Text struct {
	Literal string            `json:"literal,omitempty"`
	Key     string            `json:"key,omitempty"`
	Args    map[string]string `json:"args,omitempty"`
}
