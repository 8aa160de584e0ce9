package phrase

import (
	"fmt"
	"strings"
	"text/template"
)

// maxListed is how many names a sentence lists before it counts the rest.
const maxListed = 5

// functions are what sentences use besides values.
func functions() template.FuncMap {
	return template.FuncMap{
		"count": Count, "allOf": allOf, "list": List, "all": func(names []string) string { return strings.Join(names, ", ") },
		"and": func(names []string) string { return strings.Join(names, " and ") },
		"plural": func(n int, one, many string) string {
			if n == 1 {
				return one
			}
			return many
		},
		"capacity": capacity, "class": class, "attributesClass": attributesClass, "phase": phase, "modes": modes, "labels": Labels, "codeWords": CodeWords,
		"failing": failing,
		"claim":   claim, "ofClass": ofClass, "fail": fail, "first": first, "condition": condition,
		"goesOn": func(sentence string) string { return strings.TrimSuffix(sentence, ".") }, "since": since, "resource": resource, "join": strings.Join,
	}
}

// condition is the Ready condition of a Node: one that is Unknown is that of a node which is unreachable.
func condition(name string) string {
	if name == "Unknown" {
		return "unreachable"
	}
	return name
}

// Count writes a number with its noun: "1 volume", "5 volumes".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// allOf writes that all of so many are meant: "the only volume", "both volumes", "all 3 volumes".
func allOf(n int, noun string) string {
	switch n {
	case 1:
		return "the only " + noun
	case 2:
		return "both " + noun + "s"
	}
	return "all " + Count(n, noun)
}

// List writes names for a sentence: "a, b and 7 more", "none".
func List(names []string) string {
	switch {
	case len(names) == 0:
		return "none"
	case len(names) <= maxListed:
		return strings.Join(names, ", ")
	default:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxListed-1], ", "), len(names)-maxListed+1)
	}
}
