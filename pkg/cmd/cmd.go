// Package cmd holds the commands: one file per subcommand takes flags as typed, turns them into options, and runs.
package cmd

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// programName is what people type.
const programName = "kubectl localpv"

// app is what all commands share.
type app struct {
	streams output.Streams
	now     func() time.Time
	// newClient makes a client; a test puts a fake in its place.
	newClient func(config *rest.Config) (kubernetes.Interface, error)
	// assumeInteractive says that somebody can be asked although no terminal is seen. It is for tests.
	assumeInteractive bool
	// clock is that of a run, which waits.
	clock clock.Clock

	// phrase writes sentences and command lines. setUp puts the connection as typed into it.
	phrase *phrase.Phraser
	// missing are the kinds that the server is known not to serve.
	missing []string

	cluster   *genericclioptions.ConfigFlags
	color     string
	verbosity int
}

func newApp(streams output.Streams) *app {
	return &app{
		streams: streams,
		now:     time.Now,
		newClient: func(config *rest.Config) (kubernetes.Interface, error) {
			return collect.Client(config, pluginVersion())
		},
		clock:   clock.RealClock{},
		phrase:  phrase.New(phrase.Connection{}),
		cluster: newClusterFlags(),
	}
}

// Main runs the command line and returns the exit code. An error is one line on streams.ErrOut.
func Main(ctx context.Context, args []string, streams output.Streams) int {
	return newApp(streams).main(ctx, args)
}

func (a *app) main(ctx context.Context, args []string) int {
	root := newRootCommand(a)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if !silent(ctx, err) {
		_, _ = fmt.Fprintln(a.streams.ErrOut, "error: "+oneLine(a.explain(err)))
	}
	return ExitCode(ctx, err)
}

// setUp runs after the flags are parsed and before any command.
func (a *app) setUp(cmd *cobra.Command) error {
	a.phrase = phrase.New(newConnection(cmd))
	switch mode := output.ColorMode(a.color); mode {
	case output.ColorAuto, output.ColorAlways, output.ColorNever:
		a.streams = a.streams.WithColor(mode)
	default:
		return usagef("--color=%s is not known: use auto, always or never", a.color)
	}
	quietLibraries(a.verbosity, a.streams.ErrOut)
	return nil
}

// quietLibraries keeps what the Kubernetes libraries log off the terminal unless --v asks for it: what matters of
// it comes back as an error.
func quietLibraries(verbosity int, w io.Writer) {
	klog.LogToStderr(false)
	if verbosity <= 0 {
		klog.SetOutput(io.Discard)
		return
	}
	klog.SetOutput(w)
	var level klog.Level
	_ = level.Set(fmt.Sprint(verbosity)) // a number always parses
}

// QuietErrors keeps what the libraries call an error from going to the terminal besides. A process calls it once, before
// anything else: klog does not guard it.
func QuietErrors() {
	var flags flag.FlagSet
	klog.InitFlags(&flags)
	_ = flags.Set("stderrthreshold", "FATAL") // a severity that klog has
}

// note prints one line that is not the result.
func (a *app) note(format string, args ...any) {
	_, _ = fmt.Fprintln(a.streams.ErrOut, output.Clean(fmt.Sprintf(format, args...)))
}

// noArgs refuses arguments.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no arguments, and was given %q; see %s --help", cmd.CommandPath(), args[0], cmd.CommandPath())
	}
	return nil
}

// oneLine joins the lines of a message and makes it safe to show.
func oneLine(message string) string {
	return output.Clean(strings.Join(strings.FieldsFunc(message, func(r rune) bool { return r == '\n' }), "; "))
}
