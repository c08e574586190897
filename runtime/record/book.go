package record

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrFilter is a filter that cannot be meant.
var ErrFilter = errors.New("the filter of records is not valid")

// Limits of a filter.
const (
	LimitMax     = 100
	limitDefault = 50
	SearchMax    = 64 // characters
)

// Statuses lists them all, in the order in which they are offered as a filter.
func Statuses() []Status {
	return []Status{Open, Normal, IdleTimeout, NoAgent, LeftQueue, LeftFlow, QueueLimit, Broken}
}

// Book is the records, to be read.
type Book struct {
	Records Records
}

// List gives a page of records, newest first. ErrFilter names what is wrong with the filter.
func (b *Book) List(ctx context.Context, f Filter) ([]Row, error) {
	f, err := f.checked()
	if err != nil {
		return nil, err
	}
	rows, err := b.Records.Rows(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("listing records: %w", err)
	}
	return rows, nil
}

// Get gives one session whole. session.ErrNotFound.
func (b *Book) Get(ctx context.Context, sessionID string) (Detail, error) {
	d, err := b.Records.Detail(ctx, sessionID)
	if err != nil {
		return Detail{}, fmt.Errorf("record of session %s: %w", sessionID, err)
	}
	return d, nil
}

// checked gives the filter with its defaults.
func (f Filter) checked() (Filter, error) {
	f.Search = strings.TrimSpace(f.Search)
	if f.Limit == 0 {
		f.Limit = limitDefault
	}
	switch {
	case f.Limit < 1 || f.Limit > LimitMax:
		return f, fmt.Errorf("%w: limit %d is not from 1 to %d", ErrFilter, f.Limit, LimitMax)
	case f.Status != "" && !slices.Contains(Statuses(), f.Status):
		return f, fmt.Errorf("%w: no status %q", ErrFilter, f.Status)
	case utf8.RuneCountInString(f.Search) > SearchMax:
		return f, fmt.Errorf("%w: a search has at most %d characters", ErrFilter, SearchMax)
	case !isText(f.Search) || !isText(f.AgentID) || !isText(f.GroupID) || !isText(f.FlowID) || !isText(f.Before):
		return f, fmt.Errorf("%w: it holds what is no text", ErrFilter)
	case !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From):
		return f, fmt.Errorf("%w: it ends before it begins", ErrFilter)
	}
	return f, nil
}

// isText tells whether a database takes s as a text.
func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl) }
