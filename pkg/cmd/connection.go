package cmd

import (
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// carried are the flags that choose a cluster and an identity there. The namespace is not one of them: the commands name it
// already. Nor is a token: what is printed ends in logs.
func carried() []string {
	return slices.DeleteFunc(clusterOnly(), func(name string) bool {
		return name == "token" || name == "request-timeout" || name == "disable-compression"
	})
}

// newConnection is the connection as typed.
func newConnection(cmd *cobra.Command) phrase.Connection {
	var c phrase.Connection
	cmd.Flags().Visit(func(f *pflag.Flag) {
		switch {
		case slices.Contains(carried(), f.Name):
			c.Flags = append(c.Flags, flagWords(f)...)
		case f.Name == "from":
			c.From = append(c.From, flagWords(f)...)
		}
	})
	return c
}

// flagWords are a flag and its values as a shell wants them.
func flagWords(f *pflag.Flag) []string {
	if f.Value.Type() == "bool" {
		return []string{"--" + f.Name + "=" + f.Value.String()}
	}
	values := []string{f.Value.String()}
	if many, ok := f.Value.(pflag.SliceValue); ok {
		values = many.GetSlice()
	}
	var words []string
	for _, value := range values {
		if f.Name == "server" {
			value = withoutPassword(value)
		}
		words = append(words, "--"+f.Name, phrase.Quoted(value))
	}
	return words
}

// withoutPassword hides the password that the address of a server may hold.
func withoutPassword(server string) string {
	u, err := url.Parse(server)
	if err != nil || u.User == nil {
		return server
	}
	return u.Redacted()
}

// connection is what fixes carry until they hold commands.
type connection struct{ phrase.Connection }

// line is a command line with the connection in each of its commands. It comes last in each: kubectl takes no flags
// before the name of a plugin.
func (c connection) line(command string) string {
	if len(c.Flags) == 0 && len(c.From) == 0 {
		return command
	}
	var out strings.Builder
	for rest := command; ; {
		end := endOfCommand(rest)
		one := strings.TrimRight(rest[:end], " ")
		out.WriteString(strings.Join(append([]string{one}, c.words(one)...), " "))
		out.WriteString(rest[len(one):end])
		if end == len(rest) {
			return out.String()
		}
		out.WriteByte(rest[end])
		rest = rest[end+1:]
	}
}

// words are those that a command has to carry.
func (c connection) words(command string) []string {
	switch typed := strings.TrimSpace(command); {
	case strings.HasPrefix(typed, programName+" why-pending "):
		return slices.Concat(c.Flags, c.From)
	case strings.HasPrefix(typed, "kubectl "):
		return c.Flags
	}
	return nil
}

// endOfCommand is where the first command of a command line ends: at a pipe or a redirection that is not quoted.
func endOfCommand(line string) int {
	quoted := false
	for i := range len(line) {
		switch line[i] {
		case '\'':
			quoted = !quoted
		case '|', '>':
			if !quoted {
				return i
			}
		}
	}
	return len(line)
}

// carry puts the connection into the commands of all fixes.
func (c connection) carry(reports []inspect.PodReport) {
	for _, r := range reports {
		for _, f := range r.Fixes {
			for i, command := range f.Commands {
				f.Commands[i] = c.line(command)
			}
		}
	}
}
