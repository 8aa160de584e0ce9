package cli

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// HelpWidth is what every help text fits.
const HelpWidth = 80

// OptionsName is the name of the command whose help describes the flags that all commands take.
const OptionsName = "options"

// The annotations of a command that hold lines of its help.
const (
	exitCodesAnnotation   = "localpv.dev/exit-codes"
	permissionsAnnotation = "localpv.dev/permissions"
)

// ExitCodes is the annotation for a command that ends with the usual codes and, if more is not empty, further ones.
func ExitCodes(more ...string) map[string]string {
	lines := append([]string{"0    done, or nothing is wrong"}, "1    failed", "2    invalid command line or input file")
	lines = append(lines, more...)
	return map[string]string{exitCodesAnnotation: strings.Join(append(lines, "130  interrupted"), "\n")}
}

// WithPermissions adds to the annotations of a command what it needs to be allowed. A command that has a group needs its ClusterRole,
// and does not say it.
func WithPermissions(annotations map[string]string, text string) map[string]string {
	annotations[permissionsAnnotation] = text
	return annotations
}

// Help is the help of a command in parts: plain texts with lines of HelpWidth columns at most, or empty.
type Help struct{ Long, Example, Options, Permissions, ExitCodes, Usage string }

// HelpOf is the help of a command.
func HelpOf(cmd *cobra.Command) Help {
	return Help{
		Long: strings.TrimSpace(cmp.Or(cmd.Long, cmd.Short)), Example: strings.TrimSpace(cmd.Example), Options: strings.TrimRight(optionsOf(cmd), "\n"),
		Permissions: permissionsOf(cmd), ExitCodes: cmd.Annotations[exitCodesAnnotation], Usage: UsageLine(cmd),
	}
}

// printHelp prints a command's help: what it does, examples, commands or flags, exit codes, usage.
func printHelp(cmd *cobra.Command) error {
	var b strings.Builder
	section := func(title, body string) {
		if body = strings.Trim(body, "\n"); body != "" {
			fmt.Fprintf(&b, "\n%s\n%s\n", title, body)
		}
	}
	help := HelpOf(cmd)
	b.WriteString(help.Long + "\n")
	section("Examples:", indent(help.Example))
	printCommands(cmd, section)
	section("Options:", help.Options)
	section("Permissions:", indent(help.Permissions))
	section("Exit codes:", indent(help.ExitCodes))
	section("Usage:", indent(help.Usage))
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
	if cmd.Name() == OptionsName {
		flags = cmd.InheritedFlags()
	}
	shown := pflag.NewFlagSet("", pflag.ContinueOnError)
	shown.SortFlags = flags.SortFlags
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" && cmd.HasParent() {
			shown.AddFlag(f)
		}
	})
	return shown.FlagUsagesWrapped(HelpWidth)
}

// permissionsOf says what a command needs to be allowed.
func permissionsOf(cmd *cobra.Command) string {
	if cmd.GroupID == "" {
		return cmd.Annotations[permissionsAnnotation]
	}
	return fmt.Sprintf("those of the ClusterRole localpv-%[1]s, deploy/rbac/%[1]s.yaml;\n\"%[2]s auth %[1]s\" says which of them you have", cmd.Name(), ProgramName)
}

// UsageLine is how a command is typed.
func UsageLine(cmd *cobra.Command) string {
	if !cmd.HasParent() {
		return cmd.CommandPath() + " COMMAND [options]"
	}
	return strings.Replace(cmd.UseLine(), "[flags]", "[options]", 1)
}

func seeAlso(cmd *cobra.Command) string {
	if cmd.Name() == OptionsName {
		return ""
	}
	text := fmt.Sprintf("\n\"%s %s\" lists the options that all commands take.\n", ProgramName, OptionsName)
	if !cmd.HasParent() {
		text = fmt.Sprintf("\n\"%s COMMAND --help\" says more about a command.", ProgramName) + text
	}
	return text
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
