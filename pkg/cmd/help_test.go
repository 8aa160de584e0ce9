package cmd

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

func allCommands() []*cobra.Command {
	root := newRootCommand(cli.New(output.Streams{}, "test"))
	root.InitDefaultHelpCmd()
	return append([]*cobra.Command{root}, root.Commands()...)
}

// Every command says what it does, shows it, and says what its exit codes mean, on 80 columns.
func TestHelpIsComplete(t *testing.T) {
	for _, c := range allCommands() {
		args := strings.Fields(strings.TrimPrefix(c.CommandPath(), cli.ProgramName))
		for _, form := range [][]string{append(args, "--help"), append([]string{"help"}, args...)} {
			got := runner(cmdtest.Runner{}).Run(t, form...)
			if got.Code != 0 || got.Stderr != "" {
				t.Errorf("%v: exit code %d, stderr %q", form, got.Code, got.Stderr)
			}
			for line := range strings.Lines(got.Stdout) {
				if len(strings.TrimRight(line, "\n")) > cli.HelpWidth {
					t.Errorf("%v: longer than %d columns: %s", form, cli.HelpWidth, line)
				}
			}
			if !strings.Contains(got.Stdout, "Usage:\n  kubectl localpv") {
				t.Errorf("%v says no usage:\n%s", form, got.Stdout)
			}
			if c.HasParent() && !strings.Contains(got.Stdout, "Exit codes:\n  0    ") {
				t.Errorf("%v says no exit codes:\n%s", form, got.Stdout)
			}
		}
		if indent := len("  why-pending  "); c.HasParent() && (c.Short == "" || indent+len(c.Short) > cli.HelpWidth) {
			t.Errorf("%s has no short description that fits a line: %q", c.CommandPath(), c.Short)
		}
	}
}

func TestCommandsHaveThreeExamples(t *testing.T) {
	for _, c := range allCommands() {
		if !c.HasParent() || c.Name() == "help" || c.Name() == cli.OptionsName {
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
		if c.GroupID == "" && c.Name() != "auth" && c.Name() != "version" {
			continue
		}
		got := runner(cmdtest.Runner{}).Run(t, c.Name(), "--help").Stdout
		for _, words := range []string{"Use it", "Not for", "Permissions:"} {
			if !strings.Contains(strings.Join(strings.Fields(got), " "), words) {
				t.Errorf("the help of %s does not say %q", c.Name(), words)
			}
		}
	}
}

func TestHelpGolden(t *testing.T) {
	golden(t, "help-ls.txt", runner(cmdtest.Runner{}).Run(t, "ls", "--help").Stdout)
	golden(t, "help.txt", runner(cmdtest.Runner{}).Run(t, []string{}...).Stdout) // not nil, for which cobra takes the arguments of the test
}
