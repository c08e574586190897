package split

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/expression"
)

// Compile prepares the node for running.
func (k Kind) Compile(n graph.Node, _ expression.Env) (nodes.Step, error) {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return nil, err
	}
	if len(c.Arms) == 0 {
		return nil, errors.New("a split without arms")
	}
	return step{node: n.ID, arms: c.Arms}, nil
}

// step is a compiled split.
type step struct {
	node graph.NodeID
	arms []Arm
}

// Visit leaves through the caller's arm.
func (s step) Visit(v nodes.Visit) (nodes.Outcome, error) {
	if v.In != nil {
		return nil, fmt.Errorf("a split is not answered by %q", v.In.Kind)
	}
	return nodes.Leave{Port: s.arms[pick(v.Caller, s.node, s.arms)].ID}, nil
}

// pick chooses the arm of a caller, and is never to be changed: the caller would go another way than the last time.
// The first eight bytes of SHA-256(caller + NUL + node), big-endian and read as a fraction of 2^64, are the caller's
// place on a line from 0 to 1. The arms lie on that line one after another, each as long as its share. So a caller
// keeps their way while the weights stay, and most keep it when they change: a first arm that grows loses nobody.
func pick(caller string, node graph.NodeID, arms []Arm) int {
	sum := 0
	for _, a := range arms {
		sum += a.weight()
	}
	hash := sha256.Sum256([]byte(caller + "\x00" + string(node)))
	place, _ := bits.Mul64(binary.BigEndian.Uint64(hash[:8]), uint64(sum)) // a whole number below sum
	for i, a := range arms {
		if place < uint64(a.weight()) {
			return i
		}
		place -= uint64(a.weight())
	}
	return len(arms) - 1
}
