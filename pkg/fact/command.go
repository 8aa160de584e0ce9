package fact

import "slices"

// Command is a command line that is offered to the user, without the flags that reach the cluster: those are the user's, and
// are added where it is printed.
type Command struct {
	// Verb is what follows kubectl: "uncordon", or "localpv recover" for a command of this plugin.
	Verb string `json:"verb"`
	// Args are the arguments, unquoted: "node-1".
	Args []string `json:"args,omitempty"`
	// Namespace is where the arguments are, empty if that does not matter. It is printed as -n.
	Namespace string `json:"namespace,omitempty"`
	// Flags come last, unquoted: "--keep-data", "-p", "{...}".
	Flags []string `json:"flags,omitempty"`
	// Pipe is the command that reads what this one prints.
	Pipe *Command `json:"pipe,omitempty"`
	// File is where the output goes, if it is to be kept.
	File string `json:"file,omitempty"`
	// Text is the command line as it is typed. It is empty until the Command is printed, and no part of what is decided.
	Text string `json:"text,omitempty"`
}

// plugin is the word behind kubectl that leads to this program.
const plugin = "localpv"

// Plugin returns a command of this plugin: Plugin("recover", "node-1").
func Plugin(verb string, args ...string) Command {
	return Command{Verb: plugin + " " + verb, Args: args}
}

// Kubectl returns a command of kubectl's own: Kubectl("uncordon", "node-1").
func Kubectl(verb string, args ...string) Command { return Command{Verb: verb, Args: args} }

// In returns the command for a namespace.
func (c Command) In(namespace string) Command {
	c.Namespace = namespace
	return c
}

// With returns the command with more flags, each word by itself.
func (c Command) With(flags ...string) Command {
	c.Flags = append(slices.Clone(c.Flags), flags...)
	return c
}

// To returns the command with its output read by another.
func (c Command) To(next Command) Command {
	c.Pipe = &next
	return c
}

// Into returns the command with its output in a file.
func (c Command) Into(file string) Command {
	c.File = file
	return c
}

// IsZero reports whether there is no command.
func (c Command) IsZero() bool { return c.Verb == "" }

// Equal reports whether both do the same. How they are typed does not count.
func (c Command) Equal(other Command) bool {
	if (c.Pipe == nil) != (other.Pipe == nil) || c.Pipe != nil && !c.Pipe.Equal(*other.Pipe) {
		return false
	}
	return c.Verb == other.Verb && c.Namespace == other.Namespace && c.File == other.File && slices.Equal(c.Args, other.Args) && slices.Equal(c.Flags, other.Flags)
}
