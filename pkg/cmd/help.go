package cmd

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is what every help text fits.
const helpWidth = 80

// exitCodesAnnotation holds the lines of a command's help that say what its exit codes mean.
const exitCodesAnnotation = "localpv.dev/exit-codes"

// exitCodes is the annotation for a command that ends with the usual codes and, if more is not empty, further ones.
func exitCodes(more ...string) map[string]string {
	lines := append([]string{"0    done, or nothing is wrong"}, "1    failed", "2    invalid command line or input file")
	lines = append(lines, more...)
	return map[string]string{exitCodesAnnotation: strings.Join(append(lines, "130  interrupted"), "\n")}
}

// printHelp prints a command's help: what it does, examples, commands or flags, exit codes, usage.
func printHelp(cmd *cobra.Command) error {
	var b strings.Builder
	section := func(title, body string) {
		if body = strings.Trim(body, "\n"); body != "" {
			fmt.Fprintf(&b, "\n%s\n%s\n", title, body)
		}
	}
	b.WriteString(strings.TrimSpace(either(cmd.Long, cmd.Short)) + "\n")
	section("Examples:", indent(cmd.Example))
	printCommands(cmd, section)
	section("Options:", optionsOf(cmd))
	section("Permissions:", indent(permissionsOf(cmd)))
	section("Exit codes:", indent(cmd.Annotations[exitCodesAnnotation]))
	section("Usage:", indent(usageLine(cmd)))
	b.WriteString(seeAlso(cmd))
	_, err := io.WriteString(cmd.OutOrStdout(), b.String())
	return err
}

func printCommands(cmd *cobra.Command, section func(title, body string)) {
	pad := 0
	for _, c := range cmd.Commands() {
		pad = max(pad, len(c.Name()))
	}
	list := func(group string) string {
		var b strings.Builder
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() && c.GroupID == group {
				fmt.Fprintf(&b, "  %-*s  %s\n", pad, c.Name(), c.Short)
			}
		}
		return b.String()
	}
	for _, g := range cmd.Groups() {
		section(g.Title, list(g.ID))
	}
	section("Other:", list(""))
}

// optionsOf describes a command's own flags, or those of all commands where nothing else is to be said.
func optionsOf(cmd *cobra.Command) string {
	flags := cmd.NonInheritedFlags()
	if cmd.Name() == optionsName {
		flags = cmd.InheritedFlags()
	}
	shown := pflag.NewFlagSet("", pflag.ContinueOnError)
	shown.SortFlags = flags.SortFlags
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" && cmd.HasParent() {
			shown.AddFlag(f)
		}
	})
	return shown.FlagUsagesWrapped(helpWidth)
}

// permissionsOf says what a command needs to be allowed.
func permissionsOf(cmd *cobra.Command) string {
	switch {
	case cmd.GroupID != "":
		return fmt.Sprintf("those of the ClusterRole localpv-%[1]s, deploy/rbac/%[1]s.yaml;\n\"%[2]s %[3]s %[1]s\" says which of them you have", cmd.Name(), programName, authName)
	case cmd.Name() == authName:
		return "to ask which permissions you have, and who you are: by default everybody may"
	case cmd.Name() == "version":
		return "to get /version: by default everybody may"
	}
	return ""
}

func usageLine(cmd *cobra.Command) string {
	if !cmd.HasParent() {
		return cmd.CommandPath() + " COMMAND [options]"
	}
	return strings.Replace(cmd.UseLine(), "[flags]", "[options]", 1)
}

func seeAlso(cmd *cobra.Command) string {
	if cmd.Name() == optionsName {
		return ""
	}
	text := fmt.Sprintf("\n\"%s %s\" lists the options that all commands take.\n", programName, optionsName)
	if !cmd.HasParent() {
		text = fmt.Sprintf("\n\"%s COMMAND --help\" says more about a command.", programName) + text
	}
	return text
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.Trim(text, "\n")) {
		if strings.TrimSpace(line) != "" {
			b.WriteString("  ")
		}
		b.WriteString(line)
	}
	return b.String()
}

func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:         "help [COMMAND]",
		Short:       "Help about any command",
		Long:        "Print the help of a command.",
		Example:     "# What ls can do\nkubectl localpv help ls",
		Annotations: exitCodes(),
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(cmd.Root(), args[0])
			}
			return target.Help()
		},
	}
}

const optionsName = "options"

func newOptionsCommand() *cobra.Command {
	return &cobra.Command{
		Use:         optionsName,
		Short:       "List the options that all commands take",
		Long:        "The options that all commands take. Those that say how to reach a cluster are\nkubectl's own.",
		Annotations: exitCodes(),
		Args:        noArgs,
		RunE:        func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
}
