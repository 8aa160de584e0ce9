package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

func downCommand(open func() (*state, error)) *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: "Stop a cluster and leave nothing behind",
		Args:  usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := open()
			if err != nil {
				return err
			}
			return s.down(cmd.Context())
		},
	}
}

func (s *state) down(ctx context.Context) error {
	running, err := s.running()
	if err != nil {
		return err
	}
	if !running {
		if err := s.clearAway(ctx); err != nil {
			return fmt.Errorf("clear away cluster %s: %w", s.name, err)
		}
		fmt.Fprintf(os.Stderr, "cluster %s is not running\n", s.name)
		return nil
	}
	supervisor, err := s.supervisor()
	if err != nil {
		return err
	}
	if err := supervisor.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop cluster %s: %w", s.name, err)
	}
	if err := s.waitUnlocked(); err != nil {
		return fmt.Errorf("wait for cluster %s to stop: %w", s.name, err)
	}
	fmt.Fprintf(os.Stderr, "cluster %s is stopped\n", s.name)
	return nil
}

// clearAway removes what a supervisor that was killed has left. The control plane ends with it, in a moment: until then its
// processes may still write.
func (s *state) clearAway(ctx context.Context) error {
	const tries, pause = 100, 100 * time.Millisecond
	err := os.RemoveAll(s.dir)
	for range tries {
		if !errors.Is(err, syscall.ENOTEMPTY) {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		err = os.RemoveAll(s.dir)
	}
	return err
}
