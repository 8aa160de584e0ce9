package cmd

import (
	"io"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
)

// kubectlScript is the program by which kubectl completes what stands behind "kubectl localpv". It is shipped as
// kubectl_complete-localpv, the name by which kubectl looks for it (k8s.io/kubectl/pkg/cmd/plugin, plugin_completion.go). Windows finds
// programs by the ends of their names, and knows no shell that begins with #!.
func kubectlScript(goos string) string {
	if goos == "windows" {
		return "@rem Lets kubectl complete \"kubectl localpv\": put this file on the PATH, as kubectl_complete-localpv.cmd.\r\n" +
			"@kubectl-localpv __complete %*\r\n"
	}
	return `#!/bin/sh
# Lets kubectl complete "kubectl localpv": put this file on the PATH, executable and under this name.
exec kubectl-localpv __complete "$@"
`
}

// completionTargets are what completion prints code for.
func completionTargets() []string { return []string{"kubectl", "bash", "zsh", "fish", "powershell"} }

func newCompletionCommand(a *cli.App) *cobra.Command {
	out := a.Streams.Out
	generators := map[string]func(root *cobra.Command) error{
		"kubectl": func(*cobra.Command) error {
			_, err := io.WriteString(out, kubectlScript(runtime.GOOS))
			return err
		},
		"bash":       func(root *cobra.Command) error { return root.GenBashCompletionV2(out, true) },
		"zsh":        func(root *cobra.Command) error { return root.GenZshCompletion(out) },
		"fish":       func(root *cobra.Command) error { return root.GenFishCompletion(out, true) },
		"powershell": func(root *cobra.Command) error { return root.GenPowerShellCompletionWithDesc(out) },
	}
	return &cobra.Command{
		Use:   "completion (kubectl | SHELL)",
		Short: "Print shell completion scripts",
		Long: `Print the script by which the tab key completes commands, options, and the names
of nodes, volumes, claims and Pods.

"completion kubectl" is what most people want: a program by which kubectl's own
completion, in whatever shell, knows "kubectl localpv" too. It has to be on the
PATH, executable, as kubectl_complete-localpv; the archives of releases have
it beside the plugin. The others are for a shell in which kubectl-localpv is
typed by that name: bash, zsh, fish or powershell.

Names are asked of the cluster. If it does not answer within a second, none are
offered.`,
		Example: `# Complete "kubectl localpv" wherever kubectl is completed
kubectl localpv completion kubectl > ~/.local/bin/kubectl_complete-localpv
chmod +x ~/.local/bin/kubectl_complete-localpv

# Complete kubectl-localpv in this bash
source <(kubectl localpv completion bash)

# Complete kubectl-localpv in every zsh from now on
kubectl localpv completion zsh > "${fpath[1]}/_kubectl-localpv"`,
		Annotations:       cli.ExitCodes(),
		ValidArgsFunction: complete.One(complete.Words(completionTargets()...)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return cli.Usagef("completion needs one name: kubectl, bash, zsh, fish or powershell")
			}
			generate, ok := generators[args[0]]
			if !ok {
				return cli.Usagef("unknown shell %q%s: completion knows kubectl, bash, zsh, fish and powershell", args[0], cli.DidYouMean(args[0], completionTargets()))
			}
			return generate(cmd.Root())
		},
	}
}
