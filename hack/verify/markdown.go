package main

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode"
)

var (
	link     = regexp.MustCompile(`\]\(([^)\s]+)[^)]*\)|\b(?:src|href)="([^"]+)"`)
	heading  = regexp.MustCompile(`^#{1,6} +(.*?) *#*$`)
	makeCall = regexp.MustCompile(`\bmake ([a-z][a-z-]*)`)
	goRun    = regexp.MustCompile(`\bgo run \./([a-z/-]+)`)
	target   = regexp.MustCompile(`(?m)^([a-z][a-z-]*):`)
)

// checkLinks wants links that lead to a file of the tree and, if they name one, a heading there. Links to elsewhere are
// not followed: tests do not depend on other people's servers.
func checkLinks(t tree, name, text string) []finding {
	var all []finding
	for number, line := range prose(text) {
		for _, match := range link.FindAllStringSubmatch(line, -1) {
			to := match[1] + match[2]
			if strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
				continue
			}
			if problem := t.follow(name, to); problem != "" {
				all = append(all, finding{name, number, fmt.Sprintf("the link %s leads nowhere: %s", to, problem)})
			}
		}
	}
	return all
}

// follow returns why a link in the file leads nowhere, or nothing.
func (t tree) follow(from, link string) string {
	file, anchor, _ := strings.Cut(link, "#")
	to := from
	if file != "" {
		to = path.Join(path.Dir(from), file)
	}
	text, ok := t[to]
	switch {
	case !ok && t.isDir(to):
		return ""
	case !ok:
		return "there is no " + to
	case anchor != "" && !hasHeading(text, anchor):
		return fmt.Sprintf("%s has no heading for #%s", to, anchor)
	default:
		return ""
	}
}

func (t tree) isDir(name string) bool {
	for file := range t {
		if strings.HasPrefix(file, strings.TrimSuffix(name, "/")+"/") {
			return true
		}
	}
	return false
}

func hasHeading(text, anchor string) bool {
	for _, line := range prose(text) {
		if match := heading.FindStringSubmatch(line); len(match) > 1 && slug(match[1]) == anchor {
			return true
		}
	}
	return false
}

// slug is the anchor that code hosts give a heading: lower case, punctuation gone, spaces as dashes.
func slug(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(heading) {
		switch {
		case r == ' ':
			b.WriteRune('-')
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// prose yields the lines outside of code blocks, with their numbers.
func prose(text string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		number, inCode := 0, false
		for line := range strings.Lines(text) {
			number++
			line = strings.TrimRight(line, "\n")
			if strings.HasPrefix(strings.TrimSpace(line), "```") {
				inCode = !inCode
				continue
			}
			if !inCode && !yield(number, line) {
				return
			}
		}
	}
}

// checkCommands wants every `make target` and `go run ./dir` of the documentation to exist. Prose that means something
// else by "make" is told by its lack of a code mark, or stands in a block that is marked as text.
func checkCommands(t tree, name, text string) []finding {
	targets := map[string]bool{}
	for _, match := range target.FindAllStringSubmatch(t["Makefile"], -1) {
		targets[match[1]] = true
	}
	var all []finding
	number, isText := 0, false
	for line := range strings.Lines(text) {
		number++
		if fence, ok := strings.CutPrefix(line, "```"); ok {
			isText = strings.TrimSpace(fence) == "text"
		}
		if isText {
			continue
		}
		for _, match := range makeCall.FindAllStringSubmatch(codeOf(line), -1) {
			if !targets[match[1]] {
				all = append(all, finding{name, number, fmt.Sprintf("the Makefile has no target %q", match[1])})
			}
		}
		for _, match := range goRun.FindAllStringSubmatch(line, -1) {
			if !t.isDir(match[1]) {
				all = append(all, finding{name, number, "there is no directory " + match[1]})
			}
		}
	}
	return all
}

// codeOf is what of a line is code: all of it if it is indented or begins with the command, else what is between backquotes.
func codeOf(line string) string {
	if strings.HasPrefix(line, "    ") || strings.HasPrefix(line, "make ") || strings.HasPrefix(line, "$ ") {
		return line
	}
	var code []string
	for i, part := range strings.Split(line, "`") {
		if i%2 == 1 {
			code = append(code, part)
		}
	}
	return strings.Join(code, "\n")
}
