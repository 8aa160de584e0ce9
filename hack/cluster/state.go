package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"github.com/kubectl-localpv/kubectl-localpv/hack/byhand"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane/build"
)

// state is the directory of one named cluster:
//
//	lock  held by the supervisor and the control plane for as long as they live, so that a crash cannot leave a lie
//	pid   of the supervisor
//	log   of the supervisor
//	run/  the directory of the control plane
type state struct {
	name string
	dir  string
}

func openState(name string) (*state, error) {
	if !regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`).MatchString(name) {
		return nil, fmt.Errorf("--name %q: use lower case letters, digits and dashes; %w", name, byhand.ErrUsage)
	}
	cache, err := build.CacheDir()
	if err != nil {
		return nil, err
	}
	return &state{name: name, dir: filepath.Join(cache, "clusters", name)}, nil
}

func (s *state) file(name string) string { return filepath.Join(s.dir, name) }

func (s *state) kubeconfig() string { return filepath.Join(s.dir, "run", "admin.kubeconfig") }

// errRunning is the answer of lock while a supervisor lives.
var errRunning = errors.New("it is running")

// lock takes the cluster for this process; errRunning if a supervisor has it. Closing the file gives it back.
func (s *state) lock() (*os.File, error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of cluster %s: %w", s.name, err)
	}
	file, err := os.OpenFile(s.file("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock of cluster %s: %w", s.name, err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = errRunning
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// waitUnlocked returns when the supervisor and the control plane are gone.
func (s *state) waitUnlocked() error {
	file, err := os.Open(s.file("lock"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX)
}

// running says whether a supervisor lives, without leaving a directory behind for a cluster that never was.
func (s *state) running() (bool, error) {
	if _, err := os.Stat(s.dir); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	file, err := s.lock()
	if errors.Is(err, errRunning) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return false, file.Close()
}

// connect returns the running cluster.
func (s *state) connect() (*controlplane.Cluster, error) {
	running, err := s.running()
	if err != nil {
		return nil, err
	}
	if !running {
		return nil, fmt.Errorf("cluster %s is not running: start it with `make cluster` or `go run ./hack/cluster up --name %s`", s.name, s.name)
	}
	return controlplane.Connect(s.kubeconfig())
}

func (s *state) supervisor() (*os.Process, error) {
	data, err := os.ReadFile(s.file("pid"))
	if err != nil {
		return nil, fmt.Errorf("find the supervisor of cluster %s: %w", s.name, err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil {
		return nil, fmt.Errorf("find the supervisor of cluster %s: %w", s.name, err)
	}
	return os.FindProcess(pid)
}

// printEnv prints what a shell has to know.
func (s *state) printEnv(binDir string) {
	fmt.Printf("export KUBECONFIG='%s'\n", s.kubeconfig())
	fmt.Printf("export PATH='%s':\"$PATH\"\n", binDir)
}
