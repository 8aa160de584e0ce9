package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	controlplane "github.com/kubectl-localpv/kubectl-localpv/test/controlplane/build"
)

// The modules that pin golangci-lint and actionlint.
const (
	linter         = "hack/tools/golangci-lint/go.mod"
	workflowLinter = "hack/tools/actionlint/go.mod"
)

// promtool is Prometheus' own, in the version that hack/tools/promtool pins.
const promtool = "github.com/prometheus/prometheus/cmd/promtool"

// phases are all parts of `make test`, the fast ones first.
func phases() []phase {
	return []phase{
		{"files", "format, length, links and words of the files", checkFiles},
		{"modules", "every go.mod is tidy", tidyModules},
		{"vet", "everything compiles, tests included", vet},
		{"build", "make build", build},
		{"lint", "golangci-lint, and actionlint for the workflows", lint},
		{"unit", "tests that need no cluster", unitTests},
		{"oracle", "every generated case of volume matching, which the race detector would slow down tenfold", oracle},
		{"controlplane", "the binaries of the local control plane (minutes the first time, then cached)", buildControlPlane},
		{"monitoring", "promtool tests the alerts; every metric and label in rules and dashboard exists", monitoring},
		{"packaging", "krew installs, upgrades and uninstalls the plugin; two builds give the same bytes", packaging},
		{"e2e", "tests against real control planes, two packages at a time", clusterTests},
	}
}

func checkFiles(ctx context.Context, s *session) error {
	t, err := s.tree(ctx)
	if err != nil {
		return err
	}
	findings := t.check()
	for _, f := range findings {
		s.say("%s", f)
	}
	if len(findings) > 0 {
		return fmt.Errorf("%d findings", len(findings))
	}
	return nil
}

func tidyModules(ctx context.Context, s *session) error {
	t, err := s.tree(ctx)
	if err != nil {
		return err
	}
	var all []error
	for _, name := range t.names() {
		if path.Base(name) == "go.mod" {
			all = append(all, s.command(ctx, []string{"GOFLAGS="}, "go", "-C", path.Dir(name), "mod", "tidy", "-diff"))
		}
	}
	return errors.Join(all...)
}

// sharedEnv makes vet, lint and build compile the dependencies with the same settings as the control plane's binaries,
// so that the Go cache serves all of them: compiling Kubernetes takes minutes.
func sharedEnv() []string {
	return []string{"CGO_ENABLED=0", "GOFLAGS=" + strings.TrimSpace(os.Getenv("GOFLAGS")+" -trimpath")}
}

func vet(ctx context.Context, s *session) error {
	return s.command(ctx, sharedEnv(), "go", "vet", "./...")
}

func build(ctx context.Context, s *session) error {
	return s.command(ctx, nil, "make", "build")
}

func lint(ctx context.Context, s *session) error {
	cache, err := controlplane.CacheDir()
	if err != nil {
		return err
	}
	// It looks for .github/workflows by itself. What it would hand to shellcheck and pyflakes does not depend on the machine.
	workflows := []string{"tool", "-modfile=" + workflowLinter, "actionlint", "-shellcheck=", "-pyflakes="}
	if err := s.command(ctx, sharedEnv(), "go", workflows...); err != nil {
		return err
	}
	env := append(sharedEnv(), "GOLANGCI_LINT_CACHE="+filepath.Join(cache, "golangci-lint"))
	return s.command(ctx, env, "go", "tool", "-modfile="+linter, "golangci-lint", "run", "./...")
}

func buildControlPlane(ctx context.Context, s *session) error {
	return s.command(ctx, nil, "go", "run", "./hack/cluster", "build")
}

func unitTests(ctx context.Context, s *session) error {
	return s.test(ctx, func(pkg string) bool { return !startsClusters(pkg) }, "-timeout=30m")
}

// oracle runs the generated cases of matching in full: under the race detector the unit tests run a tenth of them.
func oracle(ctx context.Context, s *session) error {
	return s.command(ctx, sharedEnv(), "go", "test", "-vet=off", "-run", "Oracle", "./pkg/inspect/match")
}

// monitoring runs in the module that pins Prometheus. The tag leaves out what promtool needs to discover targets in clouds.
func monitoring(ctx context.Context, s *session) error {
	const files = "../../../deploy/monitoring/"
	commands := [][]string{
		{"test", "./..."},
		{"run", "./check", files},
		{"run", promtool, "check", "rules", "--lint=all", "--lint-fatal", files + "rules.yaml"},
		{"run", promtool, "test", "rules", files + "rules_test.yaml", files + "rules_long_test.yaml", files + "rules_recorded_test.yaml"},
	}
	for _, c := range commands {
		args := append([]string{"-C", "hack/tools/promtool", c[0], "-trimpath", "-tags=remove_all_sd"}, c[1:]...)
		if err := s.command(ctx, []string{"CGO_ENABLED=0", "GOFLAGS="}, "go", args...); err != nil {
			return err
		}
	}
	return nil
}

// packaging needs neither a cluster nor the race detector, because what it tests are programs that it builds. Go's cache of
// test results does not know what they are built from, hence the count.
func packaging(ctx context.Context, s *session) error {
	return s.command(ctx, nil, "go", "test", "-vet=off", "-count=1", "-timeout=20m", "./"+krewTests)
}

// clusterTests runs two packages at a time, the longest first: each waits for its controllers some of the time, and a control
// plane costs something even then.
func clusterTests(ctx context.Context, s *session) error {
	chosen := func(pkg string) bool { return startsClusters(pkg) && !strings.HasSuffix(pkg, "/"+krewTests) }
	return s.test(ctx, chosen, "-p=2", "-timeout=60m")
}

// krewTests have a phase of their own.
const krewTests = "test/krew"

// startsClusters reports whether the tests of a package may start control planes.
func startsClusters(pkg string) bool {
	return strings.Contains(pkg, "/test/") || strings.Contains(pkg, "/hack/")
}

// test runs the tests of the packages that are chosen, with the race detector where it can be built.
func (s *session) test(ctx context.Context, chosen func(pkg string) bool, flags ...string) error {
	list, err := s.output(ctx, "go", "list", "./...")
	if err != nil {
		return err
	}
	// Vet is a phase of its own. Without paths in them, what has been compiled serves every checkout.
	args := append([]string{"test", "-vet=off", "-trimpath"}, flags...)
	race, err := s.canRace(ctx)
	if err != nil {
		return err
	}
	if race {
		args = append(args, "-race")
	} else {
		s.say("no C compiler, so without the race detector, which needs one")
	}
	for _, pkg := range slices.Backward(strings.Fields(list)) {
		if chosen(pkg) {
			args = append(args, pkg)
		}
	}
	if err := s.command(ctx, nil, "go", args...); err != nil {
		return errors.New("go test failed, see above")
	}
	return nil
}

// canRace reports whether Go can build with the race detector: it needs cgo, and cgo a C compiler.
func (s *session) canRace(ctx context.Context) (bool, error) {
	env, err := s.output(ctx, "go", "env", "CGO_ENABLED", "CC")
	if err != nil {
		return false, err
	}
	enabled, compiler, _ := strings.Cut(strings.TrimSpace(env), "\n")
	if enabled != "1" {
		return false, nil
	}
	_, err = exec.LookPath(strings.Fields(compiler)[0])
	return err == nil, nil
}
