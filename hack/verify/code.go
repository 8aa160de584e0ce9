package main

import (
	"bytes"
	"fmt"
	"go/format"
	"path"
	"regexp"
	"strings"
)

// maxLines is how long a Go file may be: what is longer holds two topics.
const maxLines = 450

// checkFormat wants gofmt's format.
func checkFormat(name, text string) []finding {
	formatted, err := format.Source([]byte(text))
	if err != nil {
		return []finding{{name, 0, "does not parse: " + err.Error()}}
	}
	if !bytes.Equal(formatted, []byte(text)) {
		return []finding{{name, 0, "is not formatted: gofmt -w " + name}}
	}
	return nil
}

// checkLength wants files that can be read at once. Generated ones are for machines.
func checkLength(name, text string) []finding {
	lines := strings.Count(text, "\n")
	if lines <= maxLines || generated.MatchString(text) {
		return nil
	}
	return []finding{{name, 0, fmt.Sprintf("has %d lines, more than %d: divide it by topic", lines, maxLines)}}
}

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// checkPackageName wants packages that are called after what they provide.
func checkPackageName(name string) []finding {
	switch dir := path.Base(path.Dir(name)); dir {
	case "util", "utils", "common", "helper", "helpers", "misc", "shared", "base", "lib":
		return []finding{{name, 0, fmt.Sprintf("a package %q says nothing: name it after what it provides", dir)}}
	default:
		return nil
	}
}
