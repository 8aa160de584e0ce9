package cmd

import (
	"github.com/spf13/cobra"
)

func newCompletionCommand(a *app) *cobra.Command {
	shells := map[string]func(root *cobra.Command) error{
		"bash":       func(root *cobra.Command) error { return root.GenBashCompletionV2(a.streams.Out, true) },
		"zsh":        func(root *cobra.Command) error { return root.GenZshCompletion(a.streams.Out) },
		"fish":       func(root *cobra.Command) error { return root.GenFishCompletion(a.streams.Out, true) },
		"powershell": func(root *cobra.Command) error { return root.GenPowerShellCompletionWithDesc(a.streams.Out) },
	}
	names := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print shell completion for bash, zsh, fish or powershell",
		Long: `Print the code that completes the commands and options of kubectl-localpv in a
shell: bash, zsh, fish or powershell.

To have "kubectl localpv <TAB>" completed by kubectl's own completion, put an
executable file named kubectl_complete-localpv on the PATH, with these lines:

    #!/bin/sh
    exec kubectl localpv __complete "$@"`,
		Example: `# Complete in this bash
source <(kubectl localpv completion bash)

# Complete in every zsh from now on
kubectl localpv completion zsh > "${fpath[1]}/_kubectl-localpv"

# Complete in this fish
kubectl localpv completion fish | source`,
		Annotations: exitCodes(),
		ValidArgs:   names,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("completion needs the name of one shell: bash, zsh, fish or powershell")
			}
			generate, ok := shells[args[0]]
			if !ok {
				return usagef("unknown shell %q%s: completion knows bash, zsh, fish and powershell", args[0], didYouMean(args[0], names))
			}
			return generate(cmd.Root())
		},
	}
}
