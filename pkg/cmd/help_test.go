package cmd

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

func allCommands() []*cobra.Command {
	root := newRootCommand(newApp(output.Streams{}))
	root.InitDefaultHelpCmd()
	return append([]*cobra.Command{root}, root.Commands()...)
}

// Every command says what it does, shows it, and says what its exit codes mean, on 80 columns.
func TestHelpIsComplete(t *testing.T) {
	for _, c := range allCommands() {
		args := strings.Fields(strings.TrimPrefix(c.CommandPath(), programName))
		for _, form := range [][]string{append(args, "--help"), append([]string{"help"}, args...)} {
			got := runner{}.run(t, form...)
			if got.code != 0 || got.stderr != "" {
				t.Errorf("%v: exit code %d, stderr %q", form, got.code, got.stderr)
			}
			for line := range strings.Lines(got.stdout) {
				if len(strings.TrimRight(line, "\n")) > helpWidth {
					t.Errorf("%v: longer than %d columns: %s", form, helpWidth, line)
				}
			}
			if !strings.Contains(got.stdout, "Usage:\n  kubectl localpv") {
				t.Errorf("%v says no usage:\n%s", form, got.stdout)
			}
			if c.HasParent() && !strings.Contains(got.stdout, "Exit codes:\n  0    ") {
				t.Errorf("%v says no exit codes:\n%s", form, got.stdout)
			}
		}
		if indent := len("  why-pending  "); c.HasParent() && (c.Short == "" || indent+len(c.Short) > helpWidth) {
			t.Errorf("%s has no short description that fits a line: %q", c.CommandPath(), c.Short)
		}
	}
}

func TestCommandsHaveThreeExamples(t *testing.T) {
	for _, c := range allCommands() {
		if !c.HasParent() || c.Name() == "help" || c.Name() == optionsName {
			continue
		}
		if n := strings.Count(c.Example, "# "); n < 3 {
			t.Errorf("%s has %d examples", c.CommandPath(), n)
		}
		for line := range strings.Lines(c.Example) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") && !strings.Contains(line, "kubectl") {
				t.Errorf("%s: an example that cannot be typed: %q", c.CommandPath(), line)
			}
		}
	}
}

// Commands that ask a server say when to use them and when not, and what they need to be allowed.
func TestHelpSaysWhen(t *testing.T) {
	for _, c := range allCommands() {
		if c.GroupID == "" && c.Name() != authName && c.Name() != "version" {
			continue
		}
		got := runner{}.run(t, c.Name(), "--help").stdout
		for _, words := range []string{"Use it", "Not for", "Permissions:"} {
			if !strings.Contains(strings.Join(strings.Fields(got), " "), words) {
				t.Errorf("the help of %s does not say %q", c.Name(), words)
			}
		}
	}
}

func TestHelpGolden(t *testing.T) {
	golden(t, "help-ls.txt", runner{}.run(t, "ls", "--help").stdout)
	golden(t, "help.txt", runner{}.run(t, []string{}...).stdout) // not nil, for which cobra takes the arguments of the test
}
