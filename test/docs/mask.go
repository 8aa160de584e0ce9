package docs

import (
	"regexp"
	"strings"
)

// masks are the parts of what is printed that differ from run to run.
func masks() []struct {
	what *regexp.Regexp
	with string
} {
	return []struct {
		what *regexp.Regexp
		with string
	}{
		{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "UID"},
		{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`), "TIME"},
		{regexp.MustCompile(`\b(\d+(\.\d+)?(ms|s|m|h|d|y))+\b`), "AGE"},
		{regexp.MustCompile(`\(https://[^)\s]*\)`), "(SERVER)"},
		// What a step that is done has seen last depends on what was there first.
		{regexp.MustCompile(`(?m)^(✓ .* AGE)  .*$`), "$1"},
		{regexp.MustCompile(`-[0-9a-z]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b`), "-RANDOM"},
	}
}

// masked is a text without what differs from run to run. Lines break where a terminal ends, which depends on what was
// masked, so only the words count.
func masked(text string) []string {
	for _, m := range masks() {
		text = m.what.ReplaceAllString(text, m.with)
	}
	return strings.Fields(text)
}
