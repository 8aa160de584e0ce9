package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

type options struct{ nodes, volumes, runs int }

// usage is what one process took.
type usage struct {
	wall, cpu time.Duration
	peak      int64 // bytes of resident memory
}

// command is something to measure.
type command struct {
	name string
	args []string
	// exit is the exit code that counts as success.
	exit int
}

func measure(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "localpv-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	plugin := filepath.Join(dir, "kubectl-localpv")
	if err := build(ctx, plugin); err != nil {
		return err
	}
	cp, err := startCluster(ctx)
	if cp != nil {
		defer func() { _ = cp.Stop() }()
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "creating %d nodes with %d volumes each\n", o.nodes, o.volumes)
	if err := fill(ctx, cp, o.nodes, o.volumes); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	env := append(os.Environ(), "KUBECONFIG="+cp.Kubeconfig(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	b := bench{env: env, runs: o.runs}
	return b.report(ctx, plugin, filepath.Join(cp.BinDir(), "kubectl"), self)
}

// build compiles the plugin as a release does, and prints how large it is.
func build(ctx context.Context, to string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", to, "./cmd/kubectl-localpv")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("building the plugin: %w", err)
	}
	info, err := os.Stat(to)
	if err != nil {
		return err
	}
	fmt.Printf("binary, stripped: %.1f MB (bar 80)\n", float64(info.Size())/1e6)
	return nil
}

type bench struct {
	env  []string
	runs int // of a command that takes a second
}

func (b bench) report(ctx context.Context, plugin, kubectl, self string) error {
	ls := command{"kubectl-localpv ls", []string{plugin, "ls"}, 0}
	get := command{"kubectl get pv", []string{kubectl, "get", "pv"}, 0}
	bare := command{"bare protobuf list", []string{self, "list"}, 0}
	why := command{"kubectl-localpv why-pending", []string{plugin, "why-pending", "asker"}, 3}
	loading := command{"loading alone", []string{self, "load"}, 0}
	version := command{"kubectl localpv version", []string{kubectl, "localpv", "version", "--client"}, 0}
	kubectlVersion := command{"kubectl version --client", []string{kubectl, "version", "--client"}, 0}

	u, err := b.inTurn(ctx, b.runs, ls, get, bare, why, loading)
	if err != nil {
		return err
	}
	// These take tens of milliseconds, so that it takes more of them for a median to mean something.
	start, err := b.inTurn(ctx, 5*b.runs, version, kubectlVersion)
	if err != nil {
		return err
	}
	ratio := func(what string, a, b float64, bar float64) { fmt.Printf("%-62s %5.2f (bar %.1f)\n", what, a/b, bar) }
	ratio("ls / kubectl get pv, wall", seconds(u[0].wall), seconds(u[1].wall), 0.2)
	ratio("ls / kubectl get pv, peak memory", float64(u[0].peak), float64(u[1].peak), 0.5)
	ratio("ls / bare protobuf list, wall", seconds(u[0].wall), seconds(u[2].wall), 2)
	fmt.Printf("%-62s %5.2f s (bar 0.5)\n", "why-pending, processor time beyond loading", seconds(u[3].cpu-u[4].cpu))
	ratio("kubectl localpv version / kubectl version --client, wall", seconds(start[0].wall), seconds(start[1].wall), 2.5)
	return nil
}

func seconds(d time.Duration) float64 { return d.Seconds() }

// inTurn runs the commands one after the other, round after round, so that a machine whose speed drifts treats all
// alike. It returns the medians; the first round does not count.
func (b bench) inTurn(ctx context.Context, runs int, commands ...command) ([]usage, error) {
	all := make([][]usage, len(commands))
	for round := range runs + 1 {
		for i, c := range commands {
			u, err := b.once(ctx, c)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				all[i] = append(all[i], u)
			}
		}
	}
	medians := make([]usage, len(commands))
	for i, us := range all {
		medians[i] = usage{
			wall: median(us, func(u usage) time.Duration { return u.wall }),
			cpu:  median(us, func(u usage) time.Duration { return u.cpu }),
			peak: int64(median(us, func(u usage) time.Duration { return time.Duration(u.peak) })),
		}
		fmt.Printf("%-28s wall %6.2f s   processor %6.2f s   peak %6.1f MB   (medians of %d)\n",
			commands[i].name, seconds(medians[i].wall), seconds(medians[i].cpu), float64(medians[i].peak)/1e6, runs)
	}
	return medians, nil
}

func median(us []usage, of func(usage) time.Duration) time.Duration {
	values := make([]time.Duration, 0, len(us))
	for _, u := range us {
		values = append(values, of(u))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// once runs a command with its output read and thrown away.
func (b bench) once(ctx context.Context, c command) (usage, error) {
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...) //nolint:gosec // the commands are this program's own
	cmd.Env = b.env
	var errOut strings.Builder
	cmd.Stdout, cmd.Stderr = discard{}, &errOut
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return usage{}, err
	}
	if code := cmd.ProcessState.ExitCode(); code != c.exit {
		return usage{}, fmt.Errorf("%s ended with %d instead of %d: %s", c.name, code, c.exit, errOut.String())
	}
	ru, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return usage{}, errors.New("this system does not tell what a process used")
	}
	return usage{wall: wall, cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), peak: ru.Maxrss * 1024}, nil
}

// discard is a writer that is not *os.File, so that output goes through a pipe as it does to a pager.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
