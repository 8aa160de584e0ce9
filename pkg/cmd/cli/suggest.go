package cli

import (
	"cmp"
	"slices"
	"strings"
)

// MaxSuggestions keeps an error message on one line that can be read.
const MaxSuggestions = 3

// nearNames returns the known names that a mistyped one may have meant, nearest first: at most a third of its
// letters differ, or it is the beginning of the name. Equal distances are sorted by name.
func nearNames(typed string, known []string) []string {
	type candidate struct {
		name     string
		distance int
	}
	typed = strings.ToLower(typed)
	limit := max(1, len(typed)/3)
	var near []candidate
	for _, name := range known {
		lower := strings.ToLower(name)
		if d := editDistance(typed, lower, limit); d <= limit {
			near = append(near, candidate{name, d})
		} else if len(typed) >= 3 && strings.HasPrefix(lower, typed) {
			near = append(near, candidate{name, limit + 1})
		}
	}
	slices.SortFunc(near, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	var names []string
	for _, c := range near {
		if !slices.Contains(names, c.name) {
			names = append(names, c.name)
		}
	}
	return names[:min(len(names), MaxSuggestions)]
}

// DidYouMean is a question in brackets to put behind the mistyped name, with a space before it; empty if nothing
// is near.
func DidYouMean(typed string, known []string) string {
	near := nearNames(typed, known)
	if len(near) == 0 {
		return ""
	}
	return " (did you mean " + strings.Join(near, " or ") + "?)"
}

// editDistance counts the bytes to insert, delete, replace or swap with their neighbour to make b of a. It gives
// up early, with limit+1, when that is certain to be exceeded.
func editDistance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			d := previous[j-1]
			if a[i-1] != b[j-1] {
				d = 1 + min(d, previous[j], current[j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			current[j] = d
			best = min(best, d)
		}
		if best > limit {
			return limit + 1
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}
