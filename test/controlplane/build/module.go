package build

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// rootModule is the module whose checkout holds the build modules.
const rootModule = "github.com/kubectl-localpv/kubectl-localpv"

// Module is one go.mod and the commands that are built from it.
type Module struct {
	// Name is for messages.
	Name string
	// Dir is the directory of its go.mod, from the root of the checkout.
	Dir string
	// LDFlags and Tags are those of go build.
	LDFlags, Tags string
	// Cgo is for what needs a C compiler.
	Cgo bool
	// Binaries are the packages of the commands, by the name of the file.
	Binaries map[string]string
}

func modules() []Module {
	const dir = "test/controlplane/build/"
	return []Module{
		{Name: "etcd", Dir: dir + "etcd", LDFlags: "-s -w", Binaries: map[string]string{
			"etcd": "go.etcd.io/etcd/server/v3",
		}},
		{Name: "kwok", Dir: dir + "kwok", LDFlags: "-s -w", Binaries: map[string]string{
			"kwok": "sigs.k8s.io/kwok/cmd/kwok",
		}},
		{Name: "kubernetes", Dir: dir + "kubernetes", LDFlags: KubernetesLDFlags, Binaries: map[string]string{
			"kube-apiserver":          "k8s.io/kubernetes/cmd/kube-apiserver",
			"kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
			"kube-scheduler":          "k8s.io/kubernetes/cmd/kube-scheduler",
			"kubectl":                 "k8s.io/kubernetes/cmd/kubectl",
		}},
	}
}

// KubernetesVersion is what the built components call themselves. It follows build/kubernetes/go.mod.
const KubernetesVersion = "v1.36.3"

// KubernetesLDFlags are those of Kubernetes' components. Without them every one reports v0.0.0-master (k8s.io/component-base/version/base.go). The commit is
// left out because a module zip does not know it.
const KubernetesLDFlags = "-s -w" +
	" -X k8s.io/component-base/version.gitVersion=" + KubernetesVersion +
	" -X k8s.io/component-base/version.gitMajor=1" +
	" -X k8s.io/component-base/version.gitMinor=36" +
	" -X k8s.io/component-base/version.gitTreeState=archive" +
	" -X k8s.io/component-base/version.gitCommit=unknown"

// build compiles the module's binaries into dir, and returns the CPU time that it took.
func (m Module) build(ctx context.Context, root, dir string, log io.Writer) (time.Duration, error) {
	single := len(m.Binaries) == 1
	args := []string{
		"build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", m.LDFlags, "-tags", m.Tags, "-o", dir + string(filepath.Separator),
	}
	for name, pkg := range m.Binaries {
		if single { // etcd's package is called v3, its binary should not be
			args[len(args)-1] = filepath.Join(dir, name)
		}
		args = append(args, pkg)
	}
	stop := heartbeat(log, m.Name)
	defer stop()
	cmd := goCommand(ctx, filepath.Join(root, filepath.FromSlash(m.Dir)), args...)
	if m.Cgo {
		cmd.Env = append(cmd.Env, "CGO_ENABLED=1")
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("build %s in %s: %w", m.Name, m.Dir, err)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

// heartbeat says every half minute that a silent build is still going.
func heartbeat(log io.Writer, name string) (stop func()) {
	begin := time.Now()
	fmt.Fprintf(log, "building %s\n", name)
	ticker, done := time.NewTicker(30*time.Second), make(chan struct{})
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		for {
			select {
			case <-ticker.C:
				fmt.Fprintf(log, "building %s: %s so far\n", name, time.Since(begin).Round(time.Second))
			case <-done:
				return
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(done)
		<-finished // the log belongs to the caller again
	}
}

// goCommand runs Go the same way whatever the caller's environment asks for: for this machine, without cgo,
// and without a workspace or flags (-race, -mod=vendor) meant for another module.
func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(),
		"CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	return cmd
}

// output runs Go and returns what it printed, trimmed.
func output(ctx context.Context, dir string, args ...string) (string, error) {
	var stderr strings.Builder
	cmd := goCommand(ctx, dir, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(string(out)), nil
}
