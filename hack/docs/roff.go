package main

import (
	"fmt"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd"
)

// roff is the man page of a command, in the macros of man(7). It has no date, so that it changes only when a command does.
func roff(p cmd.ManualPage, manual []cmd.ManualPage) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".\\\" %s\n", notice)
	fmt.Fprintf(&b, ".TH \"%s\" 1 \"\" \"kubectl localpv\" \"kubectl plugins\"\n", strings.ToUpper(fileName(p)))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", escape(fileName(p)), escape(strings.TrimSuffix(p.Short, ".")))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", escape(p.Usage))
	b.WriteString(".SH DESCRIPTION\n")
	for i, paragraph := range strings.Split(p.Long, "\n\n") {
		switch {
		case indented(paragraph):
			b.WriteString(verbatim(paragraph))
		case i > 0:
			fmt.Fprintf(&b, ".PP\n%s\n", escape(paragraph))
		default:
			fmt.Fprintf(&b, "%s\n", escape(paragraph))
		}
	}
	for _, section := range []struct{ title, text string }{
		{"EXAMPLES", p.Example}, {"OPTIONS", p.Options}, {"PERMISSIONS", p.Permissions}, {"EXIT STATUS", p.ExitCodes},
	} {
		if section.text != "" {
			fmt.Fprintf(&b, ".SH %s\n%s", section.title, verbatim(section.text))
		}
	}
	var others []string
	for _, other := range manual {
		if other.Command != p.Command {
			others = append(others, escape(fileName(other))+"(1)")
		}
	}
	fmt.Fprintf(&b, ".SH SEE ALSO\n%s\n", strings.Join(others, ",\n"))
	return b.String()
}

// verbatim keeps lines as they are.
func verbatim(text string) string { return ".PP\n.nf\n" + escape(text) + "\n.fi\n" }

// escape keeps roff from reading text as requests: backslashes, hyphens that are to be copied, and dots and quotes at the
// beginning of a line.
func escape(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
