package graph

// Type is the type of a value that a flow works with.
type Type string

// The types of values.
const (
	TextType   Type = "text"
	NumberType Type = "number" // a 64-bit floating-point number
	FlagType   Type = "flag"   // true or false
	DateType   Type = "date"   // a day, as text in the form 2026-01-31
)

// Types lists them in the order in which a form offers them.
func Types() []Type { return []Type{TextType, NumberType, FlagType, DateType} }

// Variable is a value that a flow keeps while it walks with a caller. Its name is what expressions use.
type Variable struct {
	Name    string `json:"name"` // a letter, then letters, digits and "_"; unique in the flow
	Type    Type   `json:"type"`
	Default string `json:"default,omitempty"` // what a walk begins with, written as text: "3", "true", "2026-01-31"; empty: "", 0, false, no day
	Secret  bool   `json:"secret,omitempty"`  // masked in traces and records
	About   string `json:"about,omitempty"`   // the admin's own note
}
