package graph

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// upgrade rewrites a document of one spec as one of the next; the caller sets the spec number.
type upgrade func(document map[string]json.RawMessage) error

// upgrades gives the step from each spec to the next: one function per spec, kept forever, each with a golden file.
func upgrades() map[int]upgrade { return map[int]upgrade{1: fromOne} }

// fromOne has nothing to rewrite: spec 2 has variables and more kinds of nodes than spec 1, and changed none.
func fromOne(map[string]json.RawMessage) error { return nil }

// Upgrade rewrites a document of an older spec as one of SpecVersion. A document of today is returned as it is, a
// newer one is refused with ErrNewerSpec, one without a number with ErrMalformed.
func Upgrade(document []byte) ([]byte, error) { return climb(document, SpecVersion, upgrades()) }

func climb(document []byte, to int, steps map[int]upgrade) ([]byte, error) {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(document, &parts); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	var spec int
	if err := json.Unmarshal(parts["spec"], &spec); err != nil || spec < 1 {
		return nil, fmt.Errorf("%w: no spec number", ErrMalformed)
	}
	switch {
	case spec > to:
		return nil, fmt.Errorf("%w: spec %d, this one reads up to %d", ErrNewerSpec, spec, to)
	case spec == to:
		return document, nil
	}
	for ; spec < to; spec++ {
		step, ok := steps[spec]
		if !ok {
			return nil, fmt.Errorf("%w: no way up from spec %d", ErrMalformed, spec)
		}
		if err := step(parts); err != nil {
			return nil, fmt.Errorf("%w: spec %d: %w", ErrMalformed, spec, err)
		}
	}
	parts["spec"] = json.RawMessage(strconv.Itoa(to))
	return json.Marshal(parts)
}
