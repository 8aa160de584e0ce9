package krew

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane/build"
)

const (
	checkout = "../.."
	module   = checkout + "/hack/tools/krew"
)

// fixture is what all tests share, because building takes long; TestMain, which has no other way to hand it on, sets it once.
var fixture struct {
	tools         string // directory with kubectl, krew as its plugin, and krew's validator
	checkout      string // a copy, so that the builds are of the same sources while somebody works on them
	server        *server
	first, second release
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	// The first run builds kubectl, and with it the whole control plane.
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "kubectl-localpv-krew-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "no directory for krew:", err)
		return 1
	}
	defer os.RemoveAll(dir)
	fixture.server = startServer()
	defer fixture.server.Close()
	if err := prepare(ctx, dir); err != nil {
		fmt.Fprintln(os.Stderr, "no krew, or nothing to install with it:", err)
		return 1
	}
	return m.Run()
}

// prepare fills the fixture.
func prepare(ctx context.Context, dir string) error {
	fixture.tools, fixture.checkout = filepath.Join(dir, "tools"), filepath.Join(dir, "checkout")
	if err := gather(ctx, fixture.tools); err != nil {
		return err
	}
	if err := copyCheckout(ctx, fixture.checkout); err != nil {
		return err
	}
	for version, r := range map[string]*release{"v0.0.1": &fixture.first, "v0.0.2": &fixture.second} {
		built, err := buildRelease(ctx, fixture.checkout, filepath.Join(dir, version), version)
		if err != nil {
			return err
		}
		*r = built
		fixture.server.add(built)
	}
	return nil
}

// gather puts kubectl and krew into a directory.
func gather(ctx context.Context, dir string) error {
	binaries, err := build.Binaries(ctx, os.Stderr)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("create a directory for kubectl and krew: %w", err)
	}
	if err := os.Symlink(filepath.Join(binaries, "kubectl"), filepath.Join(dir, "kubectl")); err != nil {
		return fmt.Errorf("take kubectl: %w", err)
	}
	for name, pkg := range map[string]string{
		"kubectl-krew":           "sigs.k8s.io/krew/cmd/krew",
		"validate-krew-manifest": "sigs.k8s.io/krew/cmd/validate-krew-manifest",
	} {
		cmd := exec.CommandContext(ctx, "go", "-C", module, "build", "-trimpath", "-o", filepath.Join(dir, name), pkg)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w: %s", pkg, err, out)
		}
	}
	return nil
}

// user is somebody with an empty home directory, kubectl, krew and an index of plugins.
type user struct {
	home, temp, krew string
	index            string // the git repository that is this user's krew-index
}

func newUser(t *testing.T) user {
	t.Helper()
	u := user{home: t.TempDir(), temp: t.TempDir(), krew: t.TempDir(), index: t.TempDir()}
	u.git(t, "init", "--quiet", "--initial-branch=main")
	return u
}

// run runs a program with kubectl, krew and what krew has installed on the PATH.
func (u user) run(t *testing.T, dir, name string, args ...string) (string, error) {
	t.Helper()
	program := filepath.Join(fixture.tools, name)
	if name == "git" {
		program = name
	}
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = dir
	path := []string{fixture.tools, filepath.Join(u.krew, "bin"), os.Getenv("PATH")}
	cmd.Env = append(os.Environ(), "PATH="+strings.Join(path, string(filepath.ListSeparator)), "HOME="+u.home,
		"TMPDIR="+u.temp, "KREW_ROOT="+u.krew, "KREW_DEFAULT_INDEX_URI=file://"+u.index,
		"KREW_NO_UPGRADE_CHECK=1", "KUBECONFIG="+filepath.Join(u.home, "none"), "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.org", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.org")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// kubectl wants success.
func (u user) kubectl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := u.run(t, u.home, "kubectl", args...)
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func (u user) git(t *testing.T, args ...string) {
	t.Helper()
	if out, err := u.run(t, u.index, "git", args...); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// publish makes a release the one in the user's index.
func (u user) publish(t *testing.T, r release) {
	t.Helper()
	writeFile(t, filepath.Join(u.index, "plugins", "localpv.yaml"), readFile(t, r.manifest))
	u.git(t, "add", ".")
	u.git(t, "commit", "--quiet", "-m", "localpv")
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
