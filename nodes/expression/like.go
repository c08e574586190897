package expression

import (
	"slices"
	"strings"
)

// like finds the name that was meant by a misspelt one, or "". Of two in one group only what follows the dot counts.
func like(name string, known []string) string {
	slices.Sort(known)
	best, least := "", 0
	top, _, _ := strings.Cut(name, ".")
	for _, k := range known {
		_, below, _ := strings.Cut(k, ".")
		if strings.EqualFold(k, name) || strings.EqualFold(below, name) {
			return k
		}
		a, b := strings.ToLower(name), strings.ToLower(k)
		if strings.HasPrefix(b, strings.ToLower(top)+".") {
			a, b = strings.TrimPrefix(strings.TrimPrefix(a, strings.ToLower(top)), "."), below
		}
		limit := 1 + allowed(a)
		if d := distance(a, strings.ToLower(b), limit); d < limit && (best == "" || d < least) {
			best, least = k, d
		}
	}
	return best
}

// allowed is how many letters of a name may be wrong.
func allowed(name string) int {
	switch n := len(name); {
	case n < 3:
		return 0
	case n < 6:
		return 1
	case n < 12:
		return 2
	}
	return 3
}

// distance counts the letters to be added, left out, changed or swapped with the next; from limit on it does not
// matter how many.
func distance(a, b string, limit int) int {
	if max(len(a), len(b))-min(len(a), len(b)) >= limit {
		return limit
	}
	var before, above []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, above, row = above, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := above[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, above[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
