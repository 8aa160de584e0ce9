package cmd

import (
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// The groups of commands in the help.
const (
	groupLook     = "look"
	groupHandBack = "hand-back"
	groupRescue   = "rescue"
)

func newRootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:         "kubectl-localpv",
		Annotations: map[string]string{cobra.CommandDisplayNameAnnotation: programName},
		Short:       "List, debug and recover Kubernetes local persistent volumes.",
		Long: `List local persistent volumes, learn why a Pod cannot get one, release and reuse
them safely, and bring workloads back on other nodes when the node under the
data dies.

A volume is local if its data lives on particular nodes: spec.local, hostPath
with required node affinity, or CSI with required node affinity to one node.`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		Args:              cobra.ArbitraryArgs,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.setUp(cmd) },
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
	}
	root.SetIn(a.streams.In)
	root.SetOut(a.streams.Out)
	root.SetErr(a.streams.ErrOut)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { _ = printHelp(cmd) })
	root.SetUsageFunc(printHelp)
	root.AddGroup(
		&cobra.Group{ID: groupLook, Title: "Look:"},
		&cobra.Group{ID: groupHandBack, Title: "Release and reuse:"},
		&cobra.Group{ID: groupRescue, Title: "Rescue:"},
	)
	addGlobalFlags(a, root.PersistentFlags())
	root.SetHelpCommand(newHelpCommand())
	root.AddCommand(newLsCommand(a), newWhyPendingCommand(a))
	root.AddCommand(newReleaseCommand(a), newReclaimCommand(a), newReattachCommand(a))
	root.AddCommand(newRecoverCommand(a), newDrainCommand(a))
	root.AddCommand(newAuthCommand(a), newVersionCommand(a), newCompletionCommand(a), newOptionsCommand())
	addCompletion(a, root)
	return root
}

func addGlobalFlags(a *app, flags *pflag.FlagSet) {
	a.cluster.AddFlags(flags)
	flags.StringVar(&a.color, "color", string(output.ColorAuto), "Color the output: auto, always or never.")
	flags.IntVarP(&a.verbosity, "v", "v", 0, "Log level of the Kubernetes client; 6 shows each request.")
}

func unknownCommand(parent *cobra.Command, name string) error {
	var known []string
	for _, c := range parent.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	return usagef("unknown command %q%s; see %s --help", name, didYouMean(name, known), parent.CommandPath())
}

// flagError turns what pflag says about a flag into one line that says what to do.
func flagError(cmd *cobra.Command, err error) error {
	if args := cmd.Flags().Args(); !cmd.HasParent() && len(args) > 0 {
		return unknownCommand(cmd, args[0])
	}
	hint := ""
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) && invalid.GetFlag().Value.Type() == "bool" {
		return noValue(invalid.GetFlag())
	}
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "" {
		hint = didYouMean("--"+unknown.GetSpecifiedName(), flagNames(cmd))
	}
	return usagef("%v%s; see %s --help", err, hint, cmd.CommandPath())
}

// noValue refuses a value behind a flag that is a switch. --dry-run has one in kubectl, which asks the server.
func noValue(f *pflag.Flag) error {
	aside := ""
	if f.Name == "dry-run" {
		aside = " here (nothing is sent to the server)"
	}
	return usagef("--%[1]s takes no value%[2]s: write --%[1]s", f.Name, aside)
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
