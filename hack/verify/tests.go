package main

import (
	"cmp"
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

func (s *session) goTest(ctx context.Context, env []string, args ...string) error {
	if err := s.command(ctx, env, "go", goTest(args...)...); err != nil {
		return errors.New("go test failed, see above")
	}
	return nil
}

// byLength are the packages whose tests start a control plane, the longest first, as they were measured.
func byLength() []string {
	return []string{
		"test/e2e", "test/recover", "test/handback", "test/drain", "test/docs", "hack/demo", "test/controlplane", "test/prompt", "hack/cluster",
	}
}

// longestFirst sorts packages, so that no long one is left alone at the end. One that was not measured may be the longest of
// all, so it comes before the others.
func longestFirst(paths []string) []string {
	return slices.SortedStableFunc(slices.Values(paths), func(a, b string) int {
		return cmp.Compare(slices.Index(byLength(), strings.TrimPrefix(a, ours)), slices.Index(byLength(), strings.TrimPrefix(b, ours)))
	})
}

// seldomCollected makes Go's runtime collect garbage less often in these tests, which are short and have memory to spare.
const seldomCollected = "GOGC=400"

// clusterTests runs two packages at a time: each waits for its controllers some of the time, and a control plane costs
// something even then. Each is a command of its own, so that it is known what it takes.
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
	var (
		group   errgroup.Group
		telling sync.Mutex
	)
	group.SetLimit(2)
	for _, path := range longestFirst(paths) {
		group.Go(func() error {
			cmd := s.prepare(ctx, []string{chosen.String(), seldomCollected}, "go", goTest(slices.Concat(race, []string{"-timeout=60m", path})...)...)
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
		})
	}
	return group.Wait()
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
