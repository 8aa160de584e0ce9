package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/hack/byhand"
)

func downCommand(open func() (*state, error)) *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: "Stop a cluster and leave nothing behind",
		Args:  byhand.Usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			s, err := open()
			if err != nil {
				return err
			}
			return s.down()
		},
	}
}

func (s *state) down() error {
	running, err := s.running()
	if err != nil {
		return err
	}
	if running {
		if err := s.stop(); err != nil {
			return err
		}
	}
	// A supervisor that was killed has left it.
	if err := os.RemoveAll(s.dir); err != nil {
		return fmt.Errorf("clear away cluster %s: %w", s.name, err)
	}
	outcome := "not running"
	if running {
		outcome = "stopped"
	}
	fmt.Fprintf(os.Stderr, "cluster %s is %s\n", s.name, outcome)
	return nil
}

func (s *state) stop() error {
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
	return nil
}
