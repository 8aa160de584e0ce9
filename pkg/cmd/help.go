package cmd

import (
	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
)

func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "help [COMMAND]",
		Short:             "Help about any command",
		Long:              "Print the help of a command.",
		Example:           "# What ls can do\nkubectl localpv help ls",
		Annotations:       cli.ExitCodes(),
		ValidArgsFunction: complete.One(commandNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return cli.UnknownCommand(cmd.Root(), args[0])
			}
			return target.Help()
		},
	}
}

// commandNames completes the commands.
func commandNames(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	var choice []string
	for _, sub := range c.Root().Commands() {
		if sub.IsAvailableCommand() {
			choice = append(choice, sub.Name()+"\t"+sub.Short)
		}
	}
	return complete.Beginning(choice, typed), cobra.ShellCompDirectiveNoFileComp
}

func newOptionsCommand() *cobra.Command {
	return &cobra.Command{
		Use:               cli.OptionsName,
		Short:             "List the options that all commands take",
		Long:              "The options that all commands take. Those that say how to reach a cluster are\nkubectl's own.",
		Annotations:       cli.ExitCodes(),
		Args:              noArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
}

// noArgs refuses arguments.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return cli.Usagef("%s takes no arguments, and was given %q; see %s --help", cmd.CommandPath(), args[0], cmd.CommandPath())
	}
	return nil
}
