// Command kubectl-localpv is the kubectl plugin "kubectl localpv", for Kubernetes local persistent volumes.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

func main() {
	cli.QuietErrors()
	ctx, cancel := context.WithCancel(context.Background())
	watchSignals(cancel)
	os.Exit(cmd.Main(ctx, os.Args[1:], output.System()))
}

// watchSignals ends the context at the first interrupt, so that the command can stop in good order, and the
// process at the second. SIGPIPE is taken off its default action, death, so that a closed pipe is an ordinary
// write error: a command that changes things must not die half way because its reader did.
func watchSignals(cancel context.CancelFunc) {
	interrupts := make(chan os.Signal, 2)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() {
		<-interrupts
		cancel()
		<-interrupts
		os.Exit(cli.ExitInterrupted)
	}()
}
