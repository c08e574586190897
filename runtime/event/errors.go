package event

import "errors"

// Errors of the ledger, whichever database is behind it.
var (
	ErrNotOwner    = errors.New("another process decides for this instance now")
	ErrClosed      = errors.New("the ledger is closed")
	ErrUnavailable = errors.New("the database cannot take the decision now")
	ErrOutside     = errors.New("written outside of a decision")
	ErrDuplicate   = errors.New("what may exist only once was written twice") // the database's second wall
	ErrTooLarge    = errors.New("an event carries too much data")
)
