package docs

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// step is one thing that a page makes happen.
type step struct {
	// line is where it stands, from 1.
	line int
	// setup are lines that the reader is not shown. The other fields are empty then.
	setup []string
	// command is what is typed, answer what the page says that it prints, and exit the code it ends with.
	command, answer string
	exit            int
	// begin and end are the bytes of the answer in the page.
	begin, end int
}

var exitMark = regexp.MustCompile(`^<!-- exit: ([0-9]+) -->$`)

// readPage returns the steps of a page in order.
func readPage(text string) ([]step, error) {
	r := pageReader{}
	for line := range strings.SplitAfterSeq(text, "\n") {
		r.number++
		if err := r.take(strings.TrimRight(line, "\n")); err != nil {
			return nil, fmt.Errorf("line %d: %w", r.number, err)
		}
		r.offset += len(line)
	}
	if r.in != prose {
		return nil, fmt.Errorf("a %s does not end", r.in)
	}
	return r.steps, nil
}

// part is what a line of a page belongs to.
type part string

const (
	prose   part = ""
	setup   part = "setup"
	console part = "console block"
	code    part = "code block"
)

type pageReader struct {
	steps  []step
	in     part
	exit   int
	number int
	offset int
}

func (r *pageReader) take(line string) error {
	switch {
	case r.in == prose && line == "<!-- setup":
		r.in, r.steps = setup, append(r.steps, step{line: r.number})
	case r.in == setup && line == "-->":
		r.in = prose
	case r.in == setup:
		last := &r.steps[len(r.steps)-1]
		last.setup = append(last.setup, line)
	case r.in == prose && exitMark.MatchString(line):
		code, err := strconv.Atoi(exitMark.FindStringSubmatch(line)[1])
		if err != nil {
			return err
		}
		r.exit = code
	case r.in == prose && line == "```console":
		r.in = console
	case r.in == prose && strings.HasPrefix(line, "```"):
		r.in = code
	case r.in == console && line == "```":
		return r.endConsole()
	case r.in == code && line == "```":
		r.in = prose
	case r.in == console:
		return r.takeConsole(line)
	}
	return nil
}

func (r *pageReader) takeConsole(line string) error {
	if command, ok := strings.CutPrefix(line, "$ "); ok {
		begin := r.offset + len(line) + 1
		r.steps = append(r.steps, step{line: r.number, command: command, begin: begin, end: begin})
		return nil
	}
	if len(r.steps) == 0 || r.steps[len(r.steps)-1].command == "" {
		return fmt.Errorf("%q stands before the first command of its block", line)
	}
	last := &r.steps[len(r.steps)-1]
	last.answer += line + "\n"
	last.end = r.offset + len(line) + 1
	return nil
}

func (r *pageReader) endConsole() error {
	if len(r.steps) == 0 || r.steps[len(r.steps)-1].command == "" {
		return fmt.Errorf("a console block has no command: they begin with a dollar and a space")
	}
	r.steps[len(r.steps)-1].exit, r.exit, r.in = r.exit, 0, prose
	return nil
}
