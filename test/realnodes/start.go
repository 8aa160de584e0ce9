//go:build linux

package realnodes

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	planebuild "github.com/kubectl-localpv/kubectl-localpv/test/controlplane/build"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/build"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/machine"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/needs"
)

// Play has to be the first that a program does which starts a cluster: the keeper, the lab and the nodes are that program, run again. It
// reports false if this is not such a run; else everything is over, and code is the exit code.
func Play() (code int, played bool) { return machine.Play() }

// Start builds what is missing and returns a cluster whose nodes are Ready. The caller must call Close. Ending ctx ends Start, not
// the cluster.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	o = o.withDefaults()
	if missing := needs.Missing(); missing != "" {
		return nil, errors.New(missing)
	}
	run, unlock, err := prepare(ctx, o)
	if err != nil {
		return nil, err
	}
	defer unlock()
	begin := time.Now()
	leash, err := machine.Begin(ctx, run)
	if err != nil {
		return nil, err
	}
	powered := time.Since(begin)
	c, err := open(run.Dir)
	if err == nil {
		err = c.waitReady(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, leash.Drop())
	}
	fmt.Fprintf(o.Log, "%d real nodes are Ready after %.1fs, %.1fs of them for the control plane and until they had power; %.1fs of CPU\n",
		o.Nodes, time.Since(begin).Seconds(), powered.Seconds(), c.run.CPU().Seconds())
	if run.Stay {
		return c, leash.Leave()
	}
	c.leash = leash
	return c, nil
}

// prepare clears away what others have left, and lays out the directory of a run. Until unlock is called no other run begins.
func prepare(ctx context.Context, o Options) (machine.Run, func(), error) {
	fail := func(err error) (machine.Run, func(), error) { return machine.Run{}, nil, err }
	plane, err := planebuild.Binaries(ctx, o.Log)
	if err != nil {
		return fail(err)
	}
	bin, err := build.Binaries(ctx, o.Log)
	if err != nil {
		return fail(err)
	}
	parent, err := runsDir()
	if err != nil {
		return fail(err)
	}
	run := machine.Run{
		ID: o.Name, Nodes: o.Nodes, Stay: o.Name != "", NodeBin: bin, PlaneBin: plane,
		GracePeriod: o.GracePeriod, Toleration: o.UnreachableToleration,
	}
	if run.ID == "" {
		run.ID = "run-" + strings.ToLower(rand.Text()[:8])
	}
	if !regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`).MatchString(run.ID) {
		return fail(fmt.Errorf("the name %q: use lower case letters, digits and dashes", run.ID))
	}
	run.Dir = filepath.Join(parent, run.ID)
	unlock, err := lock(parent)
	if err != nil {
		return fail(err)
	}
	err = layOut(ctx, run, parent, o)
	if err != nil {
		unlock()
		return fail(err)
	}
	return run, unlock, nil
}

func layOut(ctx context.Context, run machine.Run, parent string, o Options) error {
	if err := machine.Sweep(ctx, parent); err != nil {
		return fmt.Errorf("clear away what an earlier run has left: %w", err)
	}
	if err := os.Mkdir(run.Dir, 0o700); err != nil {
		return fmt.Errorf("make the directory of run %s, which may be running already: %w", run.ID, err)
	}
	if err := build.Programs(ctx, run.Programs(), o.Log); err != nil {
		return errors.Join(err, os.RemoveAll(run.Dir))
	}
	return nil
}

// runsDir is where the runs of this user are.
func runsDir() (string, error) {
	cache, err := planebuild.CacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "nodes")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make a directory for runs of real nodes: %w", err)
	}
	return dir, nil
}

// lock lets one run begin at a time.
func lock(parent string) (unlock func(), err error) {
	file, err := os.Create(filepath.Join(parent, "lock"))
	if err != nil {
		return nil, fmt.Errorf("wait for the start of another run: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("wait for the start of another run: %w", err), file.Close())
	}
	return func() { file.Close() }, nil
}

// Connect returns the cluster of a name.
func Connect(name string) (*Cluster, error) {
	parent, err := runsDir()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(parent, name)
	keeper, err := machine.Keeper(dir)
	if err != nil {
		return nil, err
	}
	if keeper == nil {
		return nil, fmt.Errorf("real nodes %s are not running: start them with `make nodes` or `go run ./hack/nodes up --name %s`", name, name)
	}
	return open(dir)
}

// Close ends the cluster of a name, and reports whether there was one. It returns when nothing of it is left.
func Close(ctx context.Context, name string) (was bool, err error) {
	parent, err := runsDir()
	if err != nil {
		return false, err
	}
	keeper, err := machine.Keeper(filepath.Join(parent, name))
	if err != nil {
		return false, err
	}
	if keeper != nil {
		if err := keeper.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return true, fmt.Errorf("end real nodes %s: %w", name, err)
		}
		if err := machine.WaitKept(ctx, filepath.Join(parent, name)); err != nil {
			return true, err
		}
	}
	unlock, err := lock(parent)
	if err != nil {
		return keeper != nil, err
	}
	defer unlock()
	return keeper != nil, machine.Sweep(ctx, parent)
}

// open reaches the run of a directory.
func open(dir string) (*Cluster, error) {
	run, err := machine.Load(dir)
	if err != nil {
		return nil, err
	}
	cluster, err := controlplane.Connect(run.Kubeconfig())
	if err != nil {
		return nil, err
	}
	return &Cluster{Cluster: cluster, run: run}, nil
}

// waitReady waits until all nodes are Ready.
func (c *Cluster) waitReady(ctx context.Context) error {
	var group errgroup.Group
	for n := 1; n <= c.run.Nodes; n++ {
		group.Go(func() error { return c.WaitReady(ctx, n) })
	}
	return group.Wait()
}
