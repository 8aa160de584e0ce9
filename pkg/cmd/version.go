package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// version is set by the release build: -ldflags "-X github.com/kubectl-localpv/kubectl-localpv/pkg/cmd.version=v1.2.3".
var version string

// versionReport is what -o json and -o yaml show.
type versionReport struct {
	ClientVersion    string `json:"clientVersion"`
	SchedulerVersion string `json:"schedulerVersion"`
	ServerVersion    string `json:"serverVersion,omitempty"`
}

func newVersionCommand(a *cli.App) *cobra.Command {
	var clientOnly bool
	var format string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the versions of this plugin, its scheduler and the cluster",
		Long: `Print the version of this plugin, the version of the Kubernetes scheduler that
it simulates, and the version of the cluster's API server.

Use it to see whether the simulation and the cluster are of the same version.
Not for the versions of nodes: kubectl get nodes has them. Without a cluster, or
with --client, only the first two are printed.`,
		Example: `# All versions, those of the cluster in the current context included
kubectl localpv version

# Without asking a cluster
kubectl localpv version --client

# For a script
kubectl localpv version --client -o json`,
		Annotations:       cli.WithPermissions(cli.ExitCodes(), "to get /version: by default everybody may"),
		Args:              noArgs,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printVersion(cmd.Context(), a, clientOnly, format)
		},
	}
	cmd.Flags().BoolVar(&clientOnly, "client", false, "Print only what needs no cluster.")
	cmd.Flags().StringVarP(&format, "output", "o", "", "Output format: json or yaml.")
	complete.Flags(cmd, map[string]complete.Func{"output": complete.Formats("json", "yaml")})
	return cmd
}

func printVersion(ctx context.Context, a *cli.App, clientOnly bool, format string) error {
	if format != "" && format != "json" && format != "yaml" {
		return cli.Usagef("unknown output format %q: version knows json and yaml", format)
	}
	report := versionReport{ClientVersion: pluginVersion(), SchedulerVersion: cli.SchedulerVersion}
	var serverErr error
	if !clientOnly {
		report.ServerVersion, serverErr = serverVersion(ctx, a)
	}
	if err := writeVersion(a, report, format); err != nil {
		return err
	}
	if report.ServerVersion != "" && !cli.SimulatedMinor(report.ServerVersion) {
		a.Note("warning: the cluster runs %s and the simulated scheduler is of %s: they may decide differently",
			report.ServerVersion, cli.SchedulerVersion)
	}
	return serverErr
}

func writeVersion(a *cli.App, report versionReport, format string) error {
	if format != "" {
		m, err := output.NewMachine(format, false)
		if err != nil {
			return err
		}
		return m.Print(a.Streams, output.Document{Value: report, Phrase: a.Phrase})
	}
	text := fmt.Sprintf("Client Version: %s\nSimulated Scheduler Version: %s\n", report.ClientVersion, report.SchedulerVersion)
	if report.ServerVersion != "" {
		text += fmt.Sprintf("Server Version: %s\n", output.Clean(report.ServerVersion))
	}
	_, err := io.WriteString(a.Streams.Out, text)
	return err
}

// serverVersion asks the cluster, if one is configured; having none is no error.
func serverVersion(ctx context.Context, a *cli.App) (string, error) {
	client, err := a.Client()
	if _, none := errors.AsType[*cli.NoClusterError](err); none {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return cli.ServerVersion(ctx, client)
}

// pluginVersion is the release's version, or what Go recorded at build time.
func pluginVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
