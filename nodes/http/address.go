package http

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"foyer/nodes/expression"
)

// maxURL is the longest address that is asked, in bytes.
const maxURL = 8 << 10

// errAddress is a filled-in address that is not asked.
var errAddress = errors.New("the values do not fit into the address")

// address is a URL whose path and query may have holes. What stands in a hole never becomes more than one segment of
// the path or one value of the query.
type address struct {
	words []string // around the holes, one more than those
	query []bool   // for each hole: it stands behind the question mark
	text  expression.Text
}

// compileAddress reads an address. code says what is wrong with it: "http.url" or "http.urlHole"; expressions that are
// at fault are not its business.
func compileAddress(env expression.Env, source string) (a address, code string) {
	a.text, _ = env.CompileText(strings.TrimSpace(source))
	a.words = a.text.Words()
	for i := range a.words[1:] {
		a.query = append(a.query, strings.Contains(strings.Join(a.words[:i+1], ""), "?"))
	}
	_, rest, ok := cutScheme(a.words[0])
	host, ended := cutHost(rest)
	switch {
	case len(a.query) > 0 && (!ended || !ok && strings.TrimSpace(a.words[0]) == ""):
		return a, "http.urlHole"
	case !ok || host == "" || strings.Contains(host, "@"):
		return a, "http.url"
	}
	values := make([]any, len(a.query))
	for i := range values {
		values[i] = "x"
	}
	if _, err := a.fill(values); err != nil || strings.Contains(strings.Join(a.words, ""), "#") {
		return a, "http.url"
	}
	return a, ""
}

// cutScheme takes https:// or http:// from the front of an address.
func cutScheme(s string) (scheme, rest string, ok bool) {
	scheme, rest, ok = strings.Cut(strings.TrimSpace(s), "://")
	scheme = strings.ToLower(scheme)
	return scheme, rest, ok && (scheme == "https" || scheme == "http")
}

// cutHost takes what stands before the path or the query; ended tells that one of them follows.
func cutHost(s string) (host string, ended bool) {
	i := strings.IndexAny(s, "/?#")
	if i < 0 {
		return s, false
	}
	return s[:i], true
}

// render fills the holes. What lacks a value for its length is not asked: it would be another address.
func (a address) render(v expression.Values) (string, error) {
	values, whole := a.text.Holes(v)
	if !whole {
		return "", errAddress
	}
	return a.fill(values)
}

func (a address) fill(values []any) (string, error) {
	var b strings.Builder
	for i, words := range a.words {
		b.WriteString(words)
		switch {
		case i == len(a.query):
		case a.query[i]:
			b.WriteString(url.QueryEscape(expression.Show(values[i])))
		default:
			b.WriteString(url.PathEscape(expression.Show(values[i])))
		}
	}
	s := b.String()
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || len(s) > maxURL || strings.ContainsFunc(s, blank) || climbs(u.Path) {
		return "", errAddress
	}
	return u.String(), nil
}

// blank tells of characters that an address cannot have.
func blank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// climbs tells whether a path leads up, also for a server that takes %2F and the backslash for separators.
func climbs(path string) bool {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' })
	return slices.Contains(parts, "..") || slices.Contains(parts, ".")
}
