package expression

import (
	"errors"
	"fmt"
	"math"
)

// The limits of what a running expression may make and do.
const (
	MaxText = 64 << 10 // bytes of a text
	MaxList = 1000     // lines of a list
	// maxCost is the number of steps: one for each part of a predicate each time it runs, two for each line of a list,
	// one for every few bytes of a text that is read or made. It is a number and not a time, so that a walk goes the
	// same way when it is played again; the most costly steps spend it in well under 50 ms.
	maxCost = 400_000
)

// ErrCostly is given by Eval for an expression that takes too long or too much memory.
var ErrCostly = errors.New("the expression takes too long")

var (
	errNumber = errors.New("the expression gives no finite number")
	errWhole  = errors.New("the expression needs a whole number")
	errDate   = errors.New("the expression needs a date in the form 2026-01-31")
)

// result is what a part gives; its kind tells which member counts.
type result struct {
	text string
	num  float64
	flag bool
	list []result
}

// eval is a compiled part. After a failure of the run its value means nothing.
type eval func(*run) result

// run is one evaluation of a program.
type run struct {
	values Values
	left   int // of maxCost
	err    error
	locals []result
	scopes *[maxDepth]scope
}

// scope is where a predicate stands in its list.
type scope struct {
	item, acc result
	index     int
}

func newRun(v Values) *run { return &run{values: v, left: maxCost} }

// fail stops the run. The first reason counts.
func (r *run) fail(err error) result {
	if r.err == nil {
		r.err = err
	}
	return result{}
}

// spend takes steps from what is left, and tells whether the run goes on.
func (r *run) spend(steps int) bool {
	r.left -= steps
	if r.left < 0 {
		r.fail(ErrCostly)
	}
	return r.err == nil
}

// read takes the steps for reading or making texts of so many bytes.
func (r *run) read(bytes int) bool { return r.spend(1 + bytes/8) }

// makes tells whether a text of so many bytes may be made, and takes the steps for it.
func (r *run) makes(bytes int) bool {
	if bytes > MaxText {
		r.fail(ErrCostly)
	}
	return r.read(bytes)
}

// lists is makes for the lines of a list.
func (r *run) lists(lines int) bool {
	if lines > MaxList {
		r.fail(ErrCostly)
	}
	return r.spend(2 * lines)
}

// number is a result that must be finite.
func (r *run) number(x float64) result {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return r.fail(errNumber)
	}
	return result{num: x}
}

// whole reads a number that counts something.
func (r *run) whole(x float64) int {
	if x != math.Trunc(x) || math.Abs(x) > 1<<53 {
		r.fail(errWhole)
		return 0
	}
	return int(x)
}

// load reads a name.
func (r *run) load(n Name, k kind) result {
	switch x := r.values.Value(n.Path).(type) {
	case nil:
		return result{}
	case string:
		if k.words() && len(x) <= MaxText {
			return result{text: x}
		}
		if k.words() {
			return r.fail(ErrCostly)
		}
		return r.fail(fmt.Errorf("%s is a text", n.Path))
	case float64:
		if k == numberKind {
			return r.number(x)
		}
		return r.fail(fmt.Errorf("%s is a number", n.Path))
	case bool:
		if k == flagKind {
			return result{flag: x}
		}
		return r.fail(fmt.Errorf("%s is a flag", n.Path))
	default:
		return r.fail(fmt.Errorf("%s is a %T", n.Path, x))
	}
}
