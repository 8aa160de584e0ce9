package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/hack/byhand"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane/build"
)

func upCommand(open func() (*state, error)) *cobra.Command {
	var nodes int
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start a cluster that stays, and print how to reach it (eval \"$(... up)\" works)",
		Args:  byhand.Usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := open()
			if err != nil {
				return err
			}
			if nodes < 0 {
				return fmt.Errorf("--nodes %d: it cannot be negative; %w", nodes, byhand.ErrUsage)
			}
			return s.up(cmd.Context(), nodes)
		},
	}
	cmd.Flags().IntVar(&nodes, "nodes", 4, "how many nodes: node-0, node-1...")
	return cmd
}

func buildCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "build",
		Short: "Build the binaries of the control plane if the cache has none, and print where they are",
		Args:  byhand.Usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := build.Binaries(cmd.Context(), os.Stderr)
			if err != nil {
				return err
			}
			fmt.Println(dir)
			return nil
		},
	}
}

func (s *state) up(ctx context.Context, nodes int) error {
	if err := s.clear(); err != nil {
		return err
	}
	binDir, err := build.Binaries(ctx, os.Stderr)
	if err != nil {
		return err
	}
	begin := time.Now()
	if err := s.launch(ctx, binDir, nodes); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "cluster %s is ready with %d nodes in %.1fs; stop it with `make cluster-down` or `go run ./hack/cluster down --name %s`\n",
		s.name, nodes, time.Since(begin).Seconds(), s.name)
	s.printEnv(binDir)
	return nil
}

// clear removes what a supervisor left that was killed.
func (s *state) clear() error {
	lock, err := s.lock()
	if errors.Is(err, errRunning) {
		return fmt.Errorf("cluster %s is running already, with KUBECONFIG='%s': stop it first, or choose another --name", s.name, s.kubeconfig())
	}
	if err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(s.dir), lock.Close())
}

// launch starts the supervisor in a session of its own and waits for its word. The supervisor outlives this process,
// and `go run`, because its binary stays with it after the file is deleted.
func (s *state) launch(ctx context.Context, binDir string, nodes int) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("make the directory of cluster %s: %w", s.name, err)
	}
	log, err := os.Create(s.file("log"))
	if err != nil {
		return fmt.Errorf("open the log of cluster %s: %w", s.name, err)
	}
	defer log.Close()
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	answer, tell, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("make a pipe to the supervisor: %w", err)
	}
	defer answer.Close()
	cmd := exec.Command(self, "supervise", "--name", s.name, "--nodes", strconv.Itoa(nodes), "--bin-dir", binDir) //nolint:noctx // the supervisor outlives this command
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = log, log, []*os.File{tell}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return errors.Join(fmt.Errorf("start the supervisor: %w", err), tell.Close())
	}
	if err := tell.Close(); err != nil {
		return err
	}
	return s.waitReady(ctx, cmd, answer)
}

// waitReady reads until the supervisor says that it is ready or ends. Interrupted, it takes the supervisor down.
func (s *state) waitReady(ctx context.Context, supervisor *exec.Cmd, answer io.Reader) error {
	stop := context.AfterFunc(ctx, func() { _ = supervisor.Process.Signal(syscall.SIGTERM) })
	defer stop()
	word := make([]byte, len(ready))
	_, err := io.ReadFull(answer, word)
	if err == nil && string(word) == ready {
		return supervisor.Process.Release()
	}
	// It closed the pipe without the word, so it is about to end.
	ended := supervisor.Wait()
	log, logErr := os.ReadFile(s.file("log"))
	return errors.Join(ctx.Err(),
		fmt.Errorf("cluster %s did not start (%w):\n%s", s.name, errors.Join(err, ended, logErr), strings.TrimSpace(string(log))),
		os.RemoveAll(s.dir))
}
