package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// phase is one part of `make test`.
type phase struct {
	name  string
	about string
	run   func(ctx context.Context, s *session) error
}

// session runs phases in the root of the checkout.
type session struct {
	dir string
	out io.Writer
	// cpu is the time that this process has used so far, and all that it has waited for.
	cpu func() time.Duration
	// parts are what the phase that runs consists of, as far as it measures them.
	parts []cost
}

// notRunError is the end of a phase that this machine cannot run, and says what is missing. It has neither passed nor failed.
type notRunError string

func (n notRunError) Error() string { return string(n) }

// run stops at the first failure, because what follows takes longer and would fail for the same reason. It reports whether
// phases passed, and none failed.
func (s *session) run(ctx context.Context, chosen []phase) bool {
	begin, used := time.Now(), s.cpu()
	var costs table
	passed, failed := 0, 0
	for _, p := range chosen {
		s.say("== %s: %s (%s since the start)", p.name, p.about, round(time.Since(begin)))
		phaseBegin, phaseUsed := time.Now(), s.cpu()
		s.parts = nil
		err := p.run(ctx, s)
		costs = append(costs, row{cost{name: p.name, wall: time.Since(phaseBegin), cpu: s.cpu() - phaseUsed}, s.parts})
		if lacks, ok := errors.AsType[notRunError](err); ok {
			s.say("== %s: %v", p.name, lacks)
			continue
		}
		if err != nil {
			s.say("== %s FAILED: %v", p.name, err)
			s.say("   alone: go run ./hack/verify %s", p.name)
			failed++
			break
		}
		passed++
	}
	s.say("== what it took\n%s", costs.with(cost{name: "in all", wall: time.Since(begin), cpu: s.cpu() - used}))
	if skipped := len(chosen) - passed - failed; skipped > 0 {
		s.say("== not run: %d of %d phases", skipped, len(chosen))
	}
	s.say("phases: %d passed, %d failed", passed, failed)
	return failed == 0 && passed > 0
}

func (s *session) say(format string, args ...any) { fmt.Fprintf(s.out, format+"\n", args...) }

// command runs a program in the root of the checkout and shows what it prints. The environment's settings are added to
// this process's.
func (s *session) command(ctx context.Context, env []string, name string, args ...string) error {
	cmd := s.prepare(ctx, env, name, args...)
	cmd.Stdout, cmd.Stderr = s.out, s.out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return nil
}

// output runs a program and returns what it printed.
func (s *session) output(ctx context.Context, name string, args ...string) (string, error) {
	var stderr strings.Builder
	cmd := s.prepare(ctx, nil, name, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return string(out), nil
}

// prepare makes a command that is asked to stop when the context ends, so that a test can take its control plane down,
// and is killed only if it takes too long over it.
func (s *session) prepare(ctx context.Context, env []string, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = 30 * time.Second
	return cmd
}
