package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// ManualPage is the help of one command in parts, for reference pages.
type ManualPage struct {
	// Command is what is typed, as in "kubectl localpv ls"; Name its last word.
	Command, Name string
	// Group is the heading under which the help of the program lists it, empty for the program itself.
	Group string
	// Short is one line. The other texts are plain, with lines of 80 columns at most, or empty.
	Short, Usage, Long, Example, Options, Permissions, ExitCodes string
}

// Manual returns the help of the program and of every command, as the live commands give it, in the order of the help.
func Manual() []ManualPage {
	root := newRootCommand(cli.New(output.Streams{}, pluginVersion()))
	pages := []ManualPage{manualPage(root, "")}
	groups := append(root.Groups(), &cobra.Group{Title: "Other:"})
	for _, group := range groups {
		for _, c := range root.Commands() {
			if c.IsAvailableCommand() && c.GroupID == group.ID {
				pages = append(pages, manualPage(c, strings.TrimSuffix(group.Title, ":")))
			}
		}
	}
	return pages
}

func manualPage(c *cobra.Command, group string) ManualPage {
	c.InitDefaultHelpFlag()
	help := cli.HelpOf(c)
	return ManualPage{
		Command: c.CommandPath(), Name: c.Name(), Group: group,
		Short: c.Short, Usage: help.Usage, Long: help.Long, Example: help.Example,
		Options: help.Options, Permissions: help.Permissions, ExitCodes: help.ExitCodes,
	}
}
