package engine

import (
	"foyer/designer/graph"
	"foyer/nodes"
)

// Sentence is something that the engine says by itself, in words of the message catalogues. An Event.Text that
// begins with graph.KeyPrefix is a catalogue key to be said in the caller's language; any other is the admin's words.
type Sentence string

// The sentences of the engine. Each is a key of the catalogues.
const (
	SayNotOnMenu Sentence = "engine.notOnMenu"    // an answer did not fit, and the admin left no words for it
	SayWrong     Sentence = "engine.exit.wrong"   // too many wrong answers
	SaySilent    Sentence = "engine.exit.silent"  // no answer to a menu in time
	SayTimeout   Sentence = "engine.exit.timeout" // nobody took the caller in time
	SayFull      Sentence = "engine.exit.full"    // the queue takes no more
	SayClosed    Sentence = "engine.exit.closed"  // outside business hours
	SayNoAgent   Sentence = "engine.exit.noAgent" // nobody of the group is online
	SayFailed    Sentence = "engine.exit.failed"  // the hand-off could not be made
	SayGoodbye   Sentence = "engine.exit.other"   // any other way out that leads nowhere
	SayTripped   Sentence = "engine.exit.tripped" // the flow is at fault
	SayFallback  Sentence = "engine.fallback"     // the flow is at fault, and the instance's own group takes the caller
)

// Sentences lists them all.
func Sentences() []Sentence {
	return []Sentence{SayNotOnMenu, SayWrong, SaySilent, SayTimeout, SayFull, SayClosed, SayNoAgent, SayFailed, SayGoodbye, SayTripped, SayFallback}
}

// Text is the sentence as the Text of an event.
func (s Sentence) Text() string { return graph.KeyPrefix + string(s) }

// farewell is what a caller hears who leaves through a port that leads nowhere.
func farewell(in nodes.InputKind, port graph.Port) Sentence {
	if in != nodes.Exit {
		switch port {
		case nodes.Wrong:
			return SayWrong
		case nodes.TimedOut:
			return SaySilent
		}
		return SayGoodbye
	}
	switch port {
	case nodes.TimedOut:
		return SayTimeout
	case nodes.Full:
		return SayFull
	case nodes.Closed:
		return SayClosed
	case nodes.NoAgent:
		return SayNoAgent
	case nodes.Failed:
		return SayFailed
	}
	return SayGoodbye
}
