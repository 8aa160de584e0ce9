package cli

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The groups of commands in the help of the program.
const (
	GroupLook     = "look"
	GroupHandBack = "hand-back"
	GroupRescue   = "rescue"
)

// NewRoot returns the root of the commands, without any. What is below it has from it the streams and the global flags of the App, its
// help, and what is said of a wrong command line.
func NewRoot(a *App) *cobra.Command {
	root := &cobra.Command{
		Use:               "kubectl-localpv",
		Annotations:       map[string]string{cobra.CommandDisplayNameAnnotation: ProgramName},
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              cobra.ArbitraryArgs,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.setUp(cmd) },
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return UnknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	root.SetIn(a.Streams.In)
	root.SetOut(a.Streams.Out)
	root.SetErr(a.Streams.ErrOut)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { _ = printHelp(cmd) })
	root.SetUsageFunc(printHelp)
	root.AddGroup(
		&cobra.Group{ID: GroupLook, Title: "Look:"},
		&cobra.Group{ID: GroupHandBack, Title: "Release and reuse:"},
		&cobra.Group{ID: GroupRescue, Title: "Rescue:"},
	)
	a.addFlags(root.PersistentFlags())
	return root
}

// UnknownCommand refuses the name of a command that does not exist, and says which may have been meant.
func UnknownCommand(parent *cobra.Command, name string) error {
	var known []string
	for _, c := range parent.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	return Usagef("unknown command %q%s; see %s --help", name, DidYouMean(name, known), parent.CommandPath())
}

// flagError turns what pflag says about a flag into one line that says what to do.
func flagError(cmd *cobra.Command, err error) error {
	if args := cmd.Flags().Args(); !cmd.HasParent() && len(args) > 0 {
		return UnknownCommand(cmd, args[0])
	}
	hint := ""
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) && invalid.GetFlag().Value.Type() == "bool" {
		return noValue(invalid.GetFlag())
	}
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "" {
		hint = DidYouMean("--"+unknown.GetSpecifiedName(), flagNames(cmd))
	}
	return Usagef("%v%s; see %s --help", err, hint, cmd.CommandPath())
}

// noValue refuses a value behind a flag that is a switch. --dry-run has one in kubectl, which asks the server.
func noValue(f *pflag.Flag) error {
	aside := ""
	if f.Name == "dry-run" {
		aside = " here (nothing is sent to the server)"
	}
	return Usagef("--%[1]s takes no value%[2]s: write --%[1]s", f.Name, aside)
}

func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, "--"+f.Name)
		}
	})
	return names
}
