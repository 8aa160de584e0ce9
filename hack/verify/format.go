package main

import "go/format"

// checkFormat wants a Go file as gofmt leaves it. The linter sees only the files that are built for the platform it runs on.
func checkFormat(name, text string) []finding {
	formatted, err := format.Source([]byte(text))
	switch {
	case err != nil:
		return []finding{{name, 0, "does not parse: " + err.Error()}}
	case string(formatted) != text:
		return []finding{{name, 0, "is not formatted: gofmt -w " + name}}
	default:
		return nil
	}
}
