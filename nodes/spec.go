package nodes

import "foyer/designer/graph"

// Spec describes a kind. The palette, the properties form, the defaults, the JSON schema and the reference page come
// from it. Every word is a key of the message catalogues: "node.<Name>" and "node.<Name>.about" for the kind,
// "node.<Name>.<field>" (label), "….help" and "….placeholder" for each field, "node.<Name>.<field>.<member>" for the
// members of a list.
type Spec struct {
	Name     string  // of the kind, lower camel case
	Icon     string  // name in the icon set
	Category string  // "flow", "data", "human" or "end": the palette's sections
	Single   bool    // placed automatically, cannot be added or deleted by hand (start)
	NoInput  bool    // takes no incoming edge (start)
	Wait     bool    // a walk may rest here, so a cycle through it is allowed
	Fixed    bool    // goes the same way for every caller at any time, so a menu behind it can be shown before there is a session
	Fields   []Field // in the order of the form
	Default  string  // JSON of a new node's config
}

// FieldType says how a field is edited, and with it what its value is in the config.
type FieldType string

// The types of a field.
const (
	LineField    FieldType = "line"       // one line of text; a string
	TextField    FieldType = "text"       // several lines; a string, may hold ${expressions} when Field.Holes is set
	NumberField  FieldType = "number"     // a whole number from Min to Max
	FlagField    FieldType = "flag"       // a check box; a bool
	ChoiceField  FieldType = "choice"     // one of Field.Choices; a string
	GroupField   FieldType = "group"      // a skill group, by id; a string
	FlowField    FieldType = "flow"       // another flow, by id; a string
	VarField     FieldType = "variable"   // a declared variable, by name; a string. Field.VarTypes limits its type
	ExprField    FieldType = "expression" // a whole expression that gives Field.Want; a string
	DateField    FieldType = "date"       // a day; "2026-01-31"
	TimeField    FieldType = "time"       // a time of day; "09:00", "24:00" for the end of the day
	DaysField    FieldType = "days"       // days of the week; a list of numbers, 1 Monday to 7 Sunday
	ZoneField    FieldType = "zone"       // an IANA time zone; a string
	SecretField  FieldType = "secret"     // what nobody reads again; the id of a secret kept apart from the flow
	JSONField    FieldType = "json"       // a JSON text, may hold ${expressions} as values
	WordsField   FieldType = "words"      // a list of short texts, edited as chips
	ListField    FieldType = "list"       // a list of objects with the members of Field.Item
	OptionsField FieldType = "options"    // the branch's list of options, with an editor of its own
)

// Field is one line of the properties form; Name is the JSON name in the config.
type Field struct {
	Name     string
	Type     FieldType
	Required bool
	MaxRunes int          // for texts, and for each of words
	Min, Max int          // for numbers; for lists and words, how many there may be
	Unit     string       // catalogue key, e.g. "unit.seconds"
	Holes    bool         // the text may hold ${expressions}
	Late     []string     // names that ${…} may hold here besides, known only after a hand-off
	Choices  []string     // of a choice; the words are "node.<Name>.<field>.<choice>"
	Want     graph.Type   // what an expression gives; empty: any type
	VarTypes []graph.Type // of the variables offered; empty: any
	Item     []Field      // the members of a list's lines. A member "id" with type line is a port's name: filled in by itself and never shown
	When     *When        // shown and checked only then
	Advanced bool         // folded away until asked for
}

// When ties a field to the value of a choice or flag beside it.
type When struct {
	Field  string
	Values []string // "true" and "false" for a flag
}

// PortSpec is one way out of one node, as the canvas draws it.
type PortSpec struct {
	ID       graph.Port
	Label    Text // catalogue key, or literal text such as an option's label
	Optional bool // left unwired it falls to the default handling: a warning, not an error
	Error    bool // drawn quieter, below the others
	Quiet    bool // optional, and usually left unwired: nothing is said of it
}

// Text is either words as the admin wrote them or a catalogue key with its arguments.
type Text struct {
	Literal string            `json:"literal,omitempty"`
	Key     string            `json:"key,omitempty"`
	Args    map[string]string `json:"args,omitempty"`
}
