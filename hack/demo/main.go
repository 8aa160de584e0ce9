// Command demo shows the plugin at work: it starts a control plane of its own, lets a node die under a database, asks the
// plugin about it, and takes everything down again. Every line that it shows is the real output of the command above it.
//
//	make demo        runs it
//	make generate    runs it and draws docs/demo.svg and the examples in README.md from what it showed
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// run returns the exit code: 0 done, 1 failed, 2 misuse, 130 interrupted.
func run(ctx context.Context, args []string) int {
	o := options{out: os.Stdout, log: os.Stderr}
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.StringVar(&o.plugin, "plugin", "bin", "the directory with the kubectl-localpv to show")
	flags.StringVar(&o.examples, "examples", "examples/healthy", "the directory with the manifests to begin with")
	flags.StringVar(&o.picture, "picture", "", "draw what was shown into this SVG file")
	flags.Func("readme", "put what was shown into the marked places of this `file`; may be repeated", func(path string) error {
		o.readmes = append(o.readmes, path)
		return nil
	})
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		fmt.Fprintf(os.Stderr, "error: demo takes no arguments, and was given %q\n", flags.Arg(0))
		return 2
	}
	o.look(int(os.Stdout.Fd()))
	err := o.demonstrate(ctx)
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "\ninterrupted; everything is taken down")
		return 130
	default:
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
}
