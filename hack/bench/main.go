// Command bench measures the plugin as whole processes against a real API server, beside kubectl and beside a
// program that only lists the same objects, and prints ratios: absolute times say more about the machine.
//
// It is also that program: "bench list" and "bench load" are what the plugin is compared with.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to be undone but the signal handler
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "list":
			return list(ctx)
		case "load":
			return load(ctx)
		}
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	o := options{}
	flags.IntVar(&o.nodes, "nodes", 1000, "nodes of the cluster")
	flags.IntVar(&o.volumes, "volumes", 20, "local volumes per node")
	flags.IntVar(&o.runs, "runs", 5, "counted runs of each command, after one that is not counted")
	dead := flags.Bool("rescue", false, "measure recover instead, on a cluster of its own in which nodes die")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dead {
		return rescue(ctx)
	}
	return measure(ctx, o)
}
