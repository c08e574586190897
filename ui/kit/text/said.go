package text

import (
	"context"
	"strings"
)

// Words that come from the designer and the engine carry their own mark: a text that begins with keyMark is a key of
// the catalogues, any other is what an admin wrote. Lists of names are joined by listSep.
const (
	keyMark = "key:"
	listSep = " → "
)

// Said gives the words of a text that is either a marked key or an admin's own words.
func Said(ctx context.Context, s string) string {
	if key, ok := strings.CutPrefix(s, keyMark); ok {
		return T(ctx, key)
	}
	return s
}

// Fill is T for arguments that are such texts themselves, e.g. those of a graph.Issue under "issue."+Code.
func Fill(ctx context.Context, key string, args map[string]string) string {
	pairs := make([]any, 0, 2*len(args))
	for name, value := range args {
		names := strings.Split(value, listSep)
		for i, s := range names {
			names[i] = Said(ctx, s)
		}
		pairs = append(pairs, name, strings.Join(names, listSep))
	}
	return T(ctx, key, pairs...)
}
