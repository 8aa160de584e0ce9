package main

import (
	"regexp"
	"strings"
)

// workplaces match what belongs to one machine: home directories, and the hosts of module proxies and package registries,
// which everybody chooses for themselves.
//
//nolint:gochecknoglobals // compiled once, never changed
var workplaces = regexp.MustCompile(
	`(?:^|[\s"'=(\x60:])(/(?:root|home/\w+|Users/\w+|work)/)|\b(?:(?:proxy|sum|index)\.golang\.org|goproxy\.\w+|(?:registry\.npmjs|pypi|deb\.debian)\.org)\b`)

// checkWorkplace wants files that mean the same on every machine.
func checkWorkplace(name, text string) []finding {
	if strings.HasSuffix(name, "go.sum") {
		return nil // hashes only, and long
	}
	var all []finding
	number := 0
	for line := range strings.Lines(text) {
		number++
		if match := workplaces.FindString(line); match != "" {
			all = append(all, finding{name, number, "names a place of one machine: " + strings.TrimSpace(match)})
		}
	}
	return all
}
