package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/hack/byhand"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// ready is what the supervisor writes to readyFile, the first file that it inherits from up besides the standard
// three, when the cluster can be used.
const (
	ready     = "ready"
	readyFile = 3
)

// startTimeout is generous: a busy machine is slow, a broken start ends by itself earlier.
const startTimeout = 5 * time.Minute

func superviseCommand(open func() (*state, error)) *cobra.Command {
	var (
		nodes  int
		binDir string
	)
	cmd := &cobra.Command{
		Use:    "supervise",
		Short:  "Run a cluster until told to stop (started by up)",
		Hidden: true,
		Args:   byhand.Usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := open()
			if err != nil {
				return err
			}
			return s.supervise(cmd.Context(), binDir, nodes)
		},
	}
	cmd.Flags().IntVar(&nodes, "nodes", 4, "how many nodes")
	cmd.Flags().StringVar(&binDir, "bin-dir", "", "where the binaries are")
	return cmd
}

// supervise holds the lock from before the first process until after the last file and the last process.
func (s *state) supervise(ctx context.Context, binDir string, nodes int) error {
	// The components must not inherit it: up would wait for them, too, if this process were killed.
	syscall.CloseOnExec(readyFile)
	lock, err := s.lock()
	if err != nil {
		return fmt.Errorf("supervise cluster %s: %w", s.name, err)
	}
	defer lock.Close()
	// All processes of the control plane inherit this copy, so that the lock is held until the last of them is gone.
	if _, err := syscall.Dup(int(lock.Fd())); err != nil {
		return fmt.Errorf("hand on the lock of cluster %s: %w", s.name, err)
	}
	if err := os.WriteFile(s.file("pid"), []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		return fmt.Errorf("say who supervises cluster %s: %w", s.name, err)
	}
	startCtx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	cp, err := controlplane.Start(startCtx, controlplane.Options{
		Name:   "localpv-" + s.name,
		Dir:    s.file("run"),
		Nodes:  controlplane.NewNodes("node", nodes),
		Log:    os.Stderr,
		BinDir: binDir,
	})
	if err != nil {
		return err
	}
	if err := sayReady(); err != nil {
		return errors.Join(err, cp.Stop())
	}
	<-ctx.Done()
	return errors.Join(cp.Stop(), os.RemoveAll(s.dir))
}

func sayReady() error {
	tell := os.NewFile(readyFile, "up")
	if _, err := tell.WriteString(ready); err != nil {
		return errors.Join(fmt.Errorf("tell up that the cluster is ready: %w", err), tell.Close())
	}
	return tell.Close()
}
