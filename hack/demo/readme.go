package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// mark matches a place for an exchange in a Markdown file:
//
//	<!-- demo: NAME -->
//	```console
//	...
//	```
var mark = regexp.MustCompile("(?s)(<!-- demo: ([a-z-]+) -->\n```console\n).*?(```\n)")

// fillReadme puts what was shown into the marked places of a file.
func fillReadme(path string, shown []exchange) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("fill the examples: %w", err)
	}
	text, err := fill(string(data), shown)
	if err != nil {
		return fmt.Errorf("fill the examples of %s: %w", path, err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return fmt.Errorf("fill the examples: %w", err)
	}
	return nil
}

func fill(text string, shown []exchange) (string, error) {
	answers := map[string]string{}
	for _, e := range shown {
		answers[e.name] = "$ " + e.command + "\n" + plain(e.answer)
	}
	var err error
	filled := mark.ReplaceAllStringFunc(text, func(place string) string {
		parts := mark.FindStringSubmatch(place)
		answer, ok := answers[parts[2]]
		if !ok {
			err = fmt.Errorf("the demo shows nothing called %q", parts[2])
			return place
		}
		return parts[1] + strings.TrimRight(answer, "\n") + "\n" + parts[3]
	})
	return filled, err
}
