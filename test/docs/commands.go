package docs

import (
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd"
)

// commandsIn are the commands that a page shows without what they print: the lines of code blocks that are indented or
// marked as sh.
func commandsIn(page string) []string {
	var commands []string
	fence := ""
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, "\n")
		if mark, ok := strings.CutPrefix(line, "```"); ok {
			if mark == "" && fence == "" {
				mark = "unmarked"
			}
			fence = mark // the end of a block has none
			continue
		}
		text, indented := strings.CutPrefix(line, "    ")
		switch {
		case fence == "sh":
			commands = append(commands, line)
		case fence == "" && indented:
			commands = append(commands, text)
		}
	}
	return typeable(commands)
}

// typeable leaves out lines that are no commands: comments, empty lines, output.
func typeable(lines []string) []string {
	var commands []string
	for _, line := range lines {
		line = strings.TrimSpace(line)
		first, _, _ := strings.Cut(line, " ")
		if slices.Contains([]string{"kubectl", "source"}, first) {
			commands = append(commands, line)
		}
	}
	return commands
}

// elsewhere reports whether a command is tried by other tests, and is not for this one: installing by krew (test/krew), and
// watching, which does not end (test/e2e).
func elsewhere(command string) bool {
	return strings.HasPrefix(command, "kubectl krew ") || strings.Contains(command, "--watch")
}

// harmless makes a command one that changes nothing, with names that exist where it has a placeholder.
func harmless(command string) string {
	command, _, _ = strings.Cut(command, " #")
	command = strings.ReplaceAll(strings.TrimSpace(command), "NAME", "local-pv-1-0")
	words := strings.Fields(command)
	changes := map[string]string{
		"taint": " --dry-run=server", "delete": " --dry-run=server", "apply": " --dry-run=server", "uncordon": " --dry-run=server", "create": " --dry-run=server",
	}
	for _, page := range cmd.Manual() {
		if strings.Contains(page.Options, "--dry-run") {
			changes[page.Name] = " --dry-run"
		}
	}
	for _, word := range words[1:min(len(words), 3)] {
		if flag := changes[word]; flag != "" && !strings.Contains(command, "--dry-run") {
			command += flag
			break
		}
	}
	return command
}
