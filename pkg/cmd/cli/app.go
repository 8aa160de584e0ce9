// Package cli is what every command is given: the App with its streams, clock and connection, where objects are read from, what an
// error says and which exit code it is, and how help is laid out. It knows none of the commands.
package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// ProgramName is what people type.
const ProgramName = "kubectl localpv"

// App is what all commands share.
type App struct {
	Streams output.Streams
	Now     func() time.Time
	// NewClient makes a client; a test puts a fake in its place.
	NewClient func(config *rest.Config) (kubernetes.Interface, error)
	// AssumeInteractive says that somebody can be asked although no terminal is seen. It is for tests.
	AssumeInteractive bool
	// Clock is that of a run, which waits.
	Clock clock.Clock
	// Phrase writes sentences and command lines. The connection as typed is put into it before a command runs.
	Phrase *phrase.Phraser
	// Cluster are kubectl's flags that say how to reach a cluster, and the namespace.
	Cluster *genericclioptions.ConfigFlags

	// missing are the kinds that the server is known not to serve.
	missing   []string
	color     string
	verbosity int
}

// New returns an App of this process. Servers are told the version of the plugin.
func New(streams output.Streams, version string) *App {
	return &App{
		Streams: streams,
		Now:     time.Now,
		NewClient: func(config *rest.Config) (kubernetes.Interface, error) {
			return collect.Client(config, version)
		},
		Clock:   clock.RealClock{},
		Phrase:  phrase.New(phrase.Connection{}),
		Cluster: newClusterFlags(),
	}
}

// Run runs a command line and returns the exit code. An error is one line on standard error.
func (a *App) Run(ctx context.Context, root *cobra.Command, args []string) int {
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	a.settle()
	if !silent(ctx, err) {
		_, _ = fmt.Fprintln(a.Streams.ErrOut, "error: "+OneLine(a.explain(err)))
	}
	return exitCode(ctx, err)
}

// addFlags adds the flags that all commands take.
func (a *App) addFlags(flags *pflag.FlagSet) {
	a.Cluster.AddFlags(flags)
	flags.StringVar(&a.color, "color", string(output.ColorAuto), "Color the output: auto, always or never.")
	flags.IntVarP(&a.verbosity, "v", "v", 0, "Log level of the Kubernetes client; 6 shows each request.")
	for _, name := range []string{"certificate-authority", "client-certificate", "client-key", "kubeconfig"} {
		_ = cobra.MarkFlagFilename(flags, name) // fails for flags that do not exist
	}
}

// setUp runs after the flags are parsed and before any command.
func (a *App) setUp(cmd *cobra.Command) error {
	a.Phrase = phrase.New(Connection(cmd))
	switch mode := output.ColorMode(a.color); mode {
	case output.ColorAuto, output.ColorAlways, output.ColorNever:
		a.Streams = a.Streams.WithColor(mode)
	default:
		return Usagef("--color=%s is not known: use auto, always or never", a.color)
	}
	quietLibraries(a.verbosity, a.Streams.ErrOut)
	return nil
}

// Note prints one line that is not the result.
func (a *App) Note(format string, args ...any) {
	_, _ = fmt.Fprintln(a.Streams.ErrOut, output.Clean(fmt.Sprintf(format, args...)))
}
