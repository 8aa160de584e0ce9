package cmd

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// completeGlobalFlags says what the shell offers for the flags that all commands take. Most of them are kubectl's, and nothing can be
// offered for those that are not named here.
func completeGlobalFlags(a *cli.App, root *cobra.Command) {
	names := complete.New(a)
	flags := map[string]complete.Func{
		"color":     complete.Words(string(output.ColorAuto), string(output.ColorAlways), string(output.ColorNever)),
		"context":   names.Contexts,
		"cluster":   names.Clusters,
		"user":      names.Users,
		"namespace": names.Namespaces(),
	}
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) {
		if flags[f.Name] == nil && !complete.ByShell(f) {
			flags[f.Name] = cobra.NoFileCompletions
		}
	})
	complete.Flags(root, flags)
}
