package timer

import (
	"container/heap"
	"time"
)

// key is what is unique about an appointment.
type key struct {
	kind Kind
	ref  string
}

// item is one appointment in memory. Its row is the truth; the item only says when to look.
type item struct {
	key
	due   time.Time
	op    int64 // number of the Set that made it: a later operation's item is not undone by an earlier one's hook
	tries int   // failed firings in a row
	place int   // in the heap
}

// agenda is all appointments of an instance, the earliest first.
type agenda struct {
	queue []*item
	byKey map[key]*item
}

func newAgenda() *agenda { return &agenda{byKey: map[key]*item{}} }

// put adds an appointment or moves it, unless a later operation was here first.
func (a *agenda) put(k key, due time.Time, op int64, tries int) {
	it, ok := a.byKey[k]
	if !ok {
		it = &item{key: k, due: due, op: op, tries: tries}
		a.byKey[k] = it
		heap.Push(a, it)
		return
	}
	if op < it.op {
		return
	}
	it.due, it.op, it.tries = due, op, tries
	heap.Fix(a, it.place)
}

// drop forgets an appointment that no later operation than op has set.
func (a *agenda) drop(k key, op int64) {
	if it, ok := a.byKey[k]; ok && it.op <= op {
		heap.Remove(a, it.place)
		delete(a.byKey, k)
	}
}

// next is the time of the earliest appointment.
func (a *agenda) next() (time.Time, bool) {
	if len(a.queue) == 0 {
		return time.Time{}, false
	}
	return a.queue[0].due, true
}

// take removes the earliest appointment that is due by now.
func (a *agenda) take(now time.Time) (item, bool) {
	if due, ok := a.next(); !ok || due.After(now) {
		return item{}, false
	}
	it := heap.Pop(a).(*item)
	delete(a.byKey, it.key)
	return *it, true
}

// The methods of heap.Interface.

func (a *agenda) Len() int           { return len(a.queue) }
func (a *agenda) Less(i, j int) bool { return a.queue[i].due.Before(a.queue[j].due) }

func (a *agenda) Swap(i, j int) {
	a.queue[i], a.queue[j] = a.queue[j], a.queue[i]
	a.queue[i].place, a.queue[j].place = i, j
}

func (a *agenda) Push(x any) {
	it := x.(*item)
	it.place = len(a.queue)
	a.queue = append(a.queue, it)
}

func (a *agenda) Pop() any {
	last := len(a.queue) - 1
	it := a.queue[last]
	a.queue[last] = nil
	a.queue = a.queue[:last]
	return it
}
