package phrase

import (
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// Line is a command line, complete: with the connection in each of its commands, quoted for a POSIX shell. Several commands
// are run one after the other, as long as they succeed.
func (p *Phraser) Line(commands ...fact.Command) string {
	var lines []string
	for _, c := range commands {
		lines = append(lines, p.one(c))
	}
	return strings.Join(lines, " && ")
}

func (p *Phraser) one(c fact.Command) string {
	words := []string{"kubectl", c.Verb}
	for _, arg := range c.Args {
		words = append(words, Quoted(arg))
	}
	if c.Namespace != "" {
		words = append(words, "-n", Quoted(c.Namespace))
	}
	for _, flag := range c.Flags {
		words = append(words, Quoted(flag))
	}
	// The connection comes last: kubectl takes no flags before the name of a plugin.
	line := strings.Join(slices.Concat(words, p.carried(c)), " ")
	if c.Pipe != nil {
		line += " | " + p.one(*c.Pipe)
	}
	if c.File != "" {
		line += " > " + Quoted(c.File)
	}
	return line
}

// carried is what a command has to carry of the connection.
func (p *Phraser) carried(c fact.Command) []string {
	if readsFiles(c) {
		return slices.Concat(p.connection.Flags, p.connection.From)
	}
	return p.connection.Flags
}

// readsFiles reports whether a command takes files for a cluster: those that change nothing do.
func readsFiles(c fact.Command) bool {
	switch c.Verb {
	case "localpv why-pending", "localpv ls":
		return true
	case "localpv recover":
		return len(c.Args) == 0 || slices.Contains(c.Flags, dryRun)
	case "localpv drain", "localpv release", "localpv reclaim", "localpv reattach":
		return slices.Contains(c.Flags, dryRun)
	}
	return false
}

const dryRun = "--dry-run"

// Quoted is a word as a POSIX shell reads it back.
func Quoted(word string) string {
	if word != "" && strings.IndexFunc(word, special) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// special reports whether a shell may read more into a character than that.
func special(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@%+,=", r))
}
