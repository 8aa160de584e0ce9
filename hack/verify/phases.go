package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
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

// phases are all parts of `make check`, `make test` and `make test-nodes`, the fast ones first.
func phases() []phase {
	return []phase{
		{"files", "format of the Go files; links, commands and words of all", checkFiles},
		{"modules", "every go.mod is tidy", tidyModules},
		{"vet", "everything compiles, tests included", vet},
		{"platforms", "what ships compiles for the other systems of plugins.yaml", platforms},
		{"lint", "golangci-lint, and actionlint for the workflows", lint},
		{"unit", "tests that need no cluster", unitTests},
		{"race", "the same under the race detector, and without it what would take too long", raceTests},
		{"build", "make build", build},
		{"controlplane", "the binaries of the local control plane (minutes the first time, then cached)", buildControlPlane},
		{"monitoring", "promtool tests the alerts, and the queries of the dashboard", monitoring},
		{"packaging", "krew installs, upgrades and uninstalls the plugin; two builds give the same bytes", packaging},
		{"e2e", "tests against real control planes", clusterTests},
		{"story", "a power cut, recover, return and reattach on real kubelets, containers and disks, as root", oneStory},
		{"nodes", "tests with real kubelets, containers and disks, as root", realNodes},
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

// monitoring runs in the module that pins Prometheus. The tag leaves out what promtool needs to discover targets in clouds.
func monitoring(ctx context.Context, s *session) error {
	const files = "../../../deploy/monitoring/"
	commands := [][]string{
		{"run", promtool, "check", "rules", "--lint=all", "--lint-fatal", files + "rules.yaml"},
		{"run", promtool, "test", "rules", files + "rules_test.yaml", files + "rules_long_test.yaml", files + "rules_recorded_test.yaml",
			files + "dashboard_test.yaml"},
	}
	for _, c := range commands {
		args := append([]string{"-C", "hack/tools/promtool", c[0], "-trimpath", "-tags=remove_all_sd"}, c[1:]...)
		if err := s.command(ctx, []string{"CGO_ENABLED=0", "GOFLAGS="}, "go", args...); err != nil {
			return err
		}
	}
	return nil
}
