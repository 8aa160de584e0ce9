package phrase

import (
	"fmt"
	"strings"
)

// claim names a claim, or nothing where what is around the sentence names it.
func claim(name string) string {
	if name == "" {
		return ""
	}
	return "claim " + name
}

func ofClass(name string) string {
	if name == "" {
		return "without a storage class"
	}
	return "of class " + name
}

// fail is what volumes do that all fail at one check: "are too small".
func fail(check string, n int) string {
	switch {
	case check == "ClaimedByOther" && n == 1:
		return "belongs to another claim"
	case check == "ClaimedByOther":
		return "belong to other claims"
	case n == 1:
		return "is " + CodeWords(check)
	}
	return "are " + CodeWords(check)
}

// first writes names of which only the first are told: "a, b, c, d and 7 more".
func first(names []string, count int) string {
	switch {
	case count == 0:
		return "none"
	case count <= len(names):
		return strings.Join(names, ", ")
	}
	shown := min(len(names), maxListed-1)
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), count-shown)
}

// since is how long something has been so, as kubectl writes durations.
func since(duration string) string {
	if duration == "" {
		return "an unknown time"
	}
	return duration
}
