package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	apiversion "k8s.io/apimachinery/pkg/version"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// version is set by the release build: -ldflags "-X github.com/kubectl-localpv/kubectl-localpv/pkg/cmd.version=v1.2.3".
var version string

// schedulerVersion is the version of k8s.io/kubernetes in go.mod, whose scheduler the simulation runs.
const schedulerVersion = "v1.36.3"

// versionReport is what -o json and -o yaml show.
type versionReport struct {
	ClientVersion    string `json:"clientVersion"`
	SchedulerVersion string `json:"schedulerVersion"`
	ServerVersion    string `json:"serverVersion,omitempty"`
}

func newVersionCommand(a *app) *cobra.Command {
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
		Annotations: exitCodes(),
		Args:        noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.printVersion(cmd.Context(), clientOnly, format)
		},
	}
	cmd.Flags().BoolVar(&clientOnly, "client", false, "Print only what needs no cluster.")
	cmd.Flags().StringVarP(&format, "output", "o", "", "Output format: json or yaml.")
	return cmd
}

func (a *app) printVersion(ctx context.Context, clientOnly bool, format string) error {
	if format != "" && format != "json" && format != "yaml" {
		return usagef("unknown output format %q: version knows json and yaml", format)
	}
	report := versionReport{ClientVersion: pluginVersion(), SchedulerVersion: schedulerVersion}
	var serverErr error
	if !clientOnly {
		report.ServerVersion, serverErr = a.serverVersion(ctx)
	}
	if err := a.writeVersion(report, format); err != nil {
		return err
	}
	if report.ServerVersion != "" && minor(report.ServerVersion) != minor(schedulerVersion) {
		a.note("warning: the cluster runs %s and the simulated scheduler is of %s: they may decide differently",
			report.ServerVersion, schedulerVersion)
	}
	return serverErr
}

func (a *app) writeVersion(report versionReport, format string) error {
	if format != "" {
		m, err := output.NewMachine(format, false)
		if err != nil {
			return err
		}
		return m.Print(a.streams, output.Document{Value: report, Phrase: a.phrase})
	}
	text := fmt.Sprintf("Client Version: %s\nSimulated Scheduler Version: %s\n", report.ClientVersion, report.SchedulerVersion)
	if report.ServerVersion != "" {
		text += fmt.Sprintf("Server Version: %s\n", output.Clean(report.ServerVersion))
	}
	_, err := io.WriteString(a.streams.Out, text)
	return err
}

// serverVersion asks the cluster, if one is configured; having none is no error.
func (a *app) serverVersion(ctx context.Context) (string, error) {
	client, err := a.client()
	if _, none := errors.AsType[*noClusterError](err); none {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	body, err := client.Discovery().RESTClient().Get().AbsPath("/version").Do(ctx).Raw()
	if err != nil {
		return "", fmt.Errorf("cannot get the version of the server: %w", err)
	}
	var info apiversion.Info
	if err := json.Unmarshal(body, &info); err != nil || info.GitVersion == "" {
		return "", errors.New("the server's answer to /version is not that of a Kubernetes API server: check its address")
	}
	return info.GitVersion, nil
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

// minor is the v1.36 of v1.36.3-gke.1.
func minor(version string) string {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return version
	}
	return parts[0] + "." + parts[1]
}
