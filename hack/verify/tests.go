package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/kubectl-localpv/kubectl-localpv/test/live/sample"
	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/needs"
)

// goTest is a command line of go test. Vet is a phase of its own, and without paths in them, what has been compiled serves
// every checkout. Nobody debugs these binaries, and without what a debugger needs they are linked in half the time.
func goTest(args ...string) []string {
	return append([]string{"test", "-vet=off", "-trimpath", "-ldflags=-w"}, args...)
}

// unitTimeout lets the tests of a package pass on a machine that has other things to do as well.
const unitTimeout = "-timeout=30m"

// unitTests are run all day, so they do without the race detector, under which they take several times as long.
func unitTests(ctx context.Context, s *session) error {
	return s.withoutRace(ctx, goPackage.isUnit)
}

// raceTests are the unit tests under the race detector; those that do less under it once more without it, and all without it where
// it cannot be built.
func raceTests(ctx context.Context, s *session) error {
	race, err := s.race(ctx)
	if err != nil {
		return err
	}
	if race == nil {
		return unitTests(ctx, s)
	}
	paths, err := s.tested(ctx, goPackage.isUnit)
	if err != nil {
		return err
	}
	if err := s.goTest(ctx, []string{seldomCollected}, slices.Concat(race, []string{unitTimeout}, paths)...); err != nil {
		return err
	}
	return s.withoutRace(ctx, func(p goPackage) bool { return p.isUnit() && p.lessUnderRace() })
}

// withoutRace runs the tests of packages with the settings of vet, lint and build.
func (s *session) withoutRace(ctx context.Context, chosen func(goPackage) bool) error {
	paths, err := s.tested(ctx, chosen)
	if err != nil {
		return err
	}
	return s.goTest(ctx, append(sharedEnv(), seldomCollected), slices.Concat([]string{unitTimeout}, paths)...)
}

// packaging needs neither a cluster nor the race detector, because what it tests are programs that it builds. Go's cache of
// test results does not know what they are built from, hence the count.
func packaging(ctx context.Context, s *session) error {
	return s.goTest(ctx, nil, "-count=1", "-timeout=20m", krewTests)
}

// realNodes runs what needs real nodes.
func realNodes(ctx context.Context, s *session) error {
	return s.onNodes(ctx, "-timeout=60m", nodeTests)
}

// oneStory is what a run can afford of them, once it is no longer left out.
func oneStory(ctx context.Context, s *session) error {
	return s.onNodes(ctx, "-timeout=5m", "-run=^TestStory$", nodeTests)
}

// onNodes runs tests with real nodes, or says what this machine lacks for them.
func (s *session) onNodes(ctx context.Context, args ...string) error {
	if missing := needs.Missing(); missing != "" {
		return notRunError(missing)
	}
	if err := s.command(ctx, nil, "go", "run", "./hack/nodes", "build"); err != nil {
		return err
	}
	return s.goTest(ctx, sharedEnv(), slices.Concat([]string{"-count=1", "-v"}, args)...)
}

func (s *session) goTest(ctx context.Context, env []string, args ...string) error {
	if err := s.command(ctx, env, "go", goTest(args...)...); err != nil {
		return errors.New("go test failed, see above")
	}
	return nil
}

// lane is packages whose tests start a control plane, the longest first, as they were measured, and how many of them run at a time.
type lane struct {
	width    int
	packages []string
}

// lanes run side by side. Those of the first keep two processors busy; three of them at a time take longer in all. Those of the
// second mostly wait: for a lease that runs out, or for one example after the other.
func lanes() []lane {
	return []lane{
		{2, []string{"test/e2e", "test/recover", "test/handback", "test/drain", "test/prompt"}},
		{1, []string{"test/docs", "hack/demo", "test/controlplane", "hack/cluster"}},
	}
}

// of returns those of some packages that are in the lane, so that no long one is left alone at the end.
func (l lane) of(paths []string) []string {
	var out []string
	for _, name := range l.packages {
		if slices.Contains(paths, ours+name) {
			out = append(out, ours+name)
		}
	}
	return out
}

// inLanes puts packages into the lanes. One that is in none may be the longest of all, so it is the first of the first.
func inLanes(paths []string) []lane {
	var all []lane
	unknown := slices.Clone(paths)
	for _, l := range lanes() {
		known := l.of(paths)
		unknown = slices.DeleteFunc(unknown, func(path string) bool { return slices.Contains(known, path) })
		all = append(all, lane{l.width, known})
	}
	all[0].packages = slices.Concat(unknown, all[0].packages)
	return all
}

// seldomCollected makes Go's runtime collect garbage less often in these tests, which are short and have memory to spare.
const seldomCollected = "GOGC=400"

// clusterTests runs a command for each package, so that it is known what it takes.
func clusterTests(ctx context.Context, s *session) error {
	paths, err := s.tested(ctx, goPackage.startsClusters)
	if err != nil {
		return err
	}
	race, err := s.race(ctx)
	if err != nil {
		return err
	}
	chosen, err := sample.Current(ctx)
	if err != nil {
		return err
	}
	s.say("of what is too much for one run: %s", chosen)
	args := goTest(slices.Concat(race, []string{"-timeout=60m"})...)
	var (
		running errgroup.Group
		telling sync.Mutex
	)
	for _, l := range inLanes(paths) {
		var group errgroup.Group
		group.SetLimit(l.width)
		running.Go(func() error {
			for _, path := range l.packages {
				group.Go(func() error {
					return s.clusterTest(&telling, path, s.prepare(ctx, []string{chosen.String(), seldomCollected}, "go", slices.Concat(args, []string{path})...))
				})
			}
			return group.Wait()
		})
	}
	return running.Wait()
}

// clusterTest runs the tests of a package, and tells what they say and what they took when nobody else is telling.
func (s *session) clusterTest(telling *sync.Mutex, path string, cmd *exec.Cmd) error {
	begin := time.Now()
	out, err := cmd.CombinedOutput()
	telling.Lock()
	defer telling.Unlock()
	s.parts = append(s.parts, cost{strings.TrimPrefix(path, ours), time.Since(begin), usedBy(cmd), notMeasured(path)})
	s.say("%s", strings.TrimSpace(string(out)))
	if err != nil {
		return fmt.Errorf("go test %s: %w", path, err)
	}
	return nil
}

// notMeasured says what the CPU time of a package's tests leaves out.
func notMeasured(path string) string {
	if path == ours+"hack/cluster" {
		return "without its cluster, which outlives who starts it"
	}
	return ""
}

// race returns the flags for the race detector, or none where it cannot be built: it needs cgo, and cgo a C compiler.
func (s *session) race(ctx context.Context) ([]string, error) {
	env, err := s.output(ctx, "go", "env", "CGO_ENABLED", "CC")
	if err != nil {
		return nil, err
	}
	enabled, compiler, _ := strings.Cut(strings.TrimSpace(env), "\n")
	if enabled == "1" {
		if _, err := exec.LookPath(strings.Fields(compiler)[0]); err == nil {
			return []string{"-race"}, nil
		}
	}
	s.say("no C compiler, so without the race detector, which needs one")
	return nil, nil
}
