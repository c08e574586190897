package graph

import "slices"

// rings gives the strongly connected components of more than one node, by Tarjan's algorithm. It keeps its own
// stack instead of recursing, so that a chain of a thousand nodes costs no deep calls. Nodes stand in the order
// of ids, and rings in the order of their first node.
func rings(ids []NodeID, next func(NodeID) []NodeID) [][]NodeID {
	t := tarjan{next: next, index: map[NodeID]int{}, low: map[NodeID]int{}, on: map[NodeID]bool{}}
	for _, id := range ids {
		if _, seen := t.index[id]; !seen {
			t.visit(id)
		}
	}
	order := make(map[NodeID]int, len(ids))
	for i, id := range slices.Backward(ids) {
		order[id] = i
	}
	byOrder := func(a, b NodeID) int { return order[a] - order[b] }
	for _, ring := range t.found {
		slices.SortFunc(ring, byOrder)
	}
	slices.SortFunc(t.found, func(a, b []NodeID) int { return byOrder(a[0], b[0]) })
	return t.found
}

// tarjan holds the marks of the walk: index is the order of discovery, low the earliest node that can be come
// back to, on whether a node stands on the stack.
type tarjan struct {
	next  func(NodeID) []NodeID
	index map[NodeID]int
	low   map[NodeID]int
	on    map[NodeID]bool
	stack []NodeID
	found [][]NodeID
}

// frame is one node being walked, with the neighbours still to look at.
type frame struct {
	id   NodeID
	todo []NodeID
}

func (t *tarjan) visit(root NodeID) {
	frames := []frame{t.enter(root)}
	for len(frames) > 0 {
		top := &frames[len(frames)-1]
		if len(top.todo) == 0 {
			t.leave(top.id)
			frames = frames[:len(frames)-1]
			if len(frames) > 0 {
				above := frames[len(frames)-1].id
				t.low[above] = min(t.low[above], t.low[top.id])
			}
			continue
		}
		to := top.todo[0]
		top.todo = top.todo[1:]
		if _, seen := t.index[to]; !seen {
			frames = append(frames, t.enter(to))
		} else if t.on[to] {
			t.low[top.id] = min(t.low[top.id], t.index[to])
		}
	}
}

func (t *tarjan) enter(id NodeID) frame {
	t.index[id] = len(t.index)
	t.low[id] = t.index[id]
	t.on[id] = true
	t.stack = append(t.stack, id)
	return frame{id: id, todo: t.next(id)}
}

// leave takes a whole component off the stack once its first node is done.
func (t *tarjan) leave(id NodeID) {
	if t.low[id] != t.index[id] {
		return
	}
	cut := slices.Index(t.stack, id)
	ring := slices.Clone(t.stack[cut:])
	t.stack = t.stack[:cut]
	for _, in := range ring {
		t.on[in] = false
	}
	if len(ring) > 1 {
		t.found = append(t.found, ring)
	}
}
