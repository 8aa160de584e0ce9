package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/hack/byhand"
)

// TestMain lets the test binary be the supervisor that up starts from its own executable.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "supervise" {
		main()
	}
	os.Exit(m.Run())
}

func TestCluster(t *testing.T) {
	t.Parallel()
	name := fmt.Sprintf("test-%d", os.Getpid())
	s, err := openState(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.down(); err != nil {
			t.Error(err)
		}
	})
	steps := []struct {
		args []string
		code int
	}{
		{[]string{"status"}, 1},
		{[]string{"kill", "node-0"}, 1},
		{[]string{"up", "--nodes", "2"}, 0},
		{[]string{"up"}, 1},
		{[]string{"status"}, 0},
		{[]string{"kill", "node-7"}, 1},
		{[]string{"kill", "node-1"}, 0},
		{[]string{"revive", "node-1"}, 0},
		{[]string{"delete", "node-1"}, 0},
		{[]string{"add", "node-1", "node-2"}, 0},
		{[]string{"down"}, 0},
		{[]string{"status"}, 1},
		{[]string{"down"}, 0},
	}
	for _, step := range steps {
		if code := byhand.Run(t.Context(), newCommand(), append(step.args, "--name", name)); code != step.code {
			t.Fatalf("%q: exit code %d, want %d", step.args, code, step.code)
		}
	}
	if _, err := os.Stat(s.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is still there: %v", s.dir, err)
	}
}

func TestKilledSupervisor(t *testing.T) {
	t.Parallel()
	s, err := openState(fmt.Sprintf("test-killed-%d", os.Getpid()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	if err := s.up(ctx, 0); err != nil {
		t.Fatal(err)
	}
	supervisor, err := s.supervisor()
	if err != nil {
		t.Fatal(err)
	}
	if err := supervisor.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := s.waitUnlocked(); err != nil {
		t.Fatal(err)
	}
	if running, err := s.running(); running || err != nil {
		t.Errorf("running: %t, %v", running, err)
	}
	if err := s.down(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is still there: %v", s.dir, err)
	}
}

func TestMisuse(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"up", "now"}, {"up", "--nodes", "-1"}, {"up", "--nodes", "many"}, {"kill"}, {"status", "--name", "../x"}, {"dance"}} {
		if code := byhand.Run(t.Context(), newCommand(), args); code != 2 {
			t.Errorf("%q: exit code %d, want 2", args, code)
		}
	}
}
