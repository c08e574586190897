package graph

import (
	"encoding/json"
	"errors"
	"testing"
)

// A planted ladder of two specs is climbed one by one, and each step sees what the one before has made.
func TestClimb(t *testing.T) {
	steps := map[int]upgrade{
		1: func(d map[string]json.RawMessage) error {
			d["boxes"] = d["nodes"]
			delete(d, "nodes")
			return nil
		},
		2: func(d map[string]json.RawMessage) error {
			if d["boxes"] == nil {
				return errors.New("no boxes")
			}
			d["colour"] = json.RawMessage(`"teal"`)
			return nil
		},
	}
	got, err := climb([]byte(`{"spec":1,"nodes":[1]}`), 3, steps)
	if want := `{"boxes":[1],"colour":"teal","spec":3}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := climb([]byte(`{"spec":2}`), 3, steps); !errors.Is(err, ErrMalformed) {
		t.Errorf("a step that fails: %v", err)
	}
	if _, err := climb([]byte(`{"spec":4}`), 3, steps); !errors.Is(err, ErrNewerSpec) {
		t.Errorf("a newer document: %v", err)
	}
	delete(steps, 2)
	if _, err := climb([]byte(`{"spec":1}`), 3, steps); !errors.Is(err, ErrMalformed) {
		t.Errorf("a rung is missing: %v", err)
	}
}

// Every spec before today's has its step.
func TestUpgradesAreComplete(t *testing.T) {
	for spec := 1; spec < SpecVersion; spec++ {
		if upgrades()[spec] == nil {
			t.Errorf("no way up from spec %d", spec)
		}
	}
	if len(upgrades()) != SpecVersion-1 {
		t.Errorf("%d upgrades for spec %d", len(upgrades()), SpecVersion)
	}
}
