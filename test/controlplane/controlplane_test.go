package controlplane_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// start returns a control plane that lives as long as the test.
func start(t *testing.T, o controlplane.Options) *controlplane.ControlPlane {
	t.Helper()
	o.Log = t.Output()
	cp, err := controlplane.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cp.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return cp
}

// patience bounds every wait. It is never reached unless something is broken.
const patience = 5 * time.Minute

// within is a context for waits that a busy machine must not break.
func within(t *testing.T, limit time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}

// TestStopLeavesNothing stops a control plane while somebody watches.
func TestStopLeavesNothing(t *testing.T) {
	t.Parallel()
	cp, err := controlplane.Start(t.Context(), controlplane.Options{Nodes: controlplane.NewNodes("node", 2), Log: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	pids := processes(t, cp.Dir())
	if len(pids) != 5 {
		t.Errorf("processes %v, want five", pids)
	}
	for name, pid := range pids {
		if !alive(pid) {
			t.Errorf("%s does not run", name)
		}
	}
	watch, err := cp.Client().CoreV1().Nodes().Watch(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Stop()
	if err := cp.Stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	for name, pid := range pids {
		if alive(pid) {
			t.Errorf("%s still runs with process id %d", name, pid)
		}
	}
	if _, err := os.Stat(cp.Dir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the directory %s is still there: %v", cp.Dir(), err)
	}
}

func TestSideBySide(t *testing.T) {
	t.Parallel()
	one, two := start(t, controlplane.Options{}), start(t, controlplane.Options{})
	if err := one.CreateNamespace(t.Context(), "only-here"); err != nil {
		t.Fatal(err)
	}
	_, err := two.Client().CoreV1().Namespaces().Get(t.Context(), "only-here", metav1.GetOptions{})
	if !apierrors.IsNotFound(err) {
		t.Errorf("the other control plane knows the namespace: %v", err)
	}
}

// A control plane whose owner is killed has to go by itself: nobody is left to call Stop.
func TestKilledOwnerLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	owner := startOwner(t, dir)
	pids := processes(t, dir)
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait() // it was killed

	ctx := within(t, patience)
	ticker := time.NewTicker(100 * time.Millisecond) // there is nothing to watch: the reaper reports to nobody
	defer ticker.Stop()
	for {
		var left []string
		for name, pid := range pids {
			if alive(pid) {
				left = append(left, name)
			}
		}
		if _, err := os.Stat(dir); err == nil {
			left = append(left, dir)
		}
		if len(left) == 0 {
			return
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			t.Fatalf("a minute after its owner was killed, there still is %s", strings.Join(left, ", "))
		}
	}
}

func TestDirInUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	precious := filepath.Join(dir, "precious")
	if err := os.WriteFile(precious, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := controlplane.Start(t.Context(), controlplane.Options{Dir: dir, BinDir: dir})
	if err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("error %v, want one that names %s", err, dir)
	}
	if _, err := os.Stat(precious); err != nil {
		t.Errorf("what was there is gone: %v", err)
	}
}

func TestFailedStartLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	cp, err := controlplane.Start(t.Context(), controlplane.Options{
		Dir:       dir,
		ExtraArgs: map[string][]string{"kube-apiserver": {"--no-such-flag=true"}},
	})
	if err == nil {
		_ = cp.Stop()
		t.Fatal("it started with a flag that does not exist")
	}
	if !strings.Contains(err.Error(), "no-such-flag") {
		t.Errorf("the error does not tell the flag: %v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the directory %s is still there: %v", dir, err)
	}
}

func TestUsersAndComponents(t *testing.T) {
	t.Parallel()
	cp := start(t, controlplane.Options{})
	config, err := cp.RestConfigFor("eve", "visitors")
	if err != nil {
		t.Fatal(err)
	}
	_, err = kubernetes.NewForConfigOrDie(config).CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), `"eve"`) {
		t.Errorf("eve lists nodes: %v, want forbidden", err)
	}
	config, err = cp.ServiceAccountConfig(t.Context(), metav1.NamespaceDefault, "default")
	if err != nil {
		t.Fatal(err)
	}
	_, err = kubernetes.NewForConfigOrDie(config).CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "system:serviceaccount:default:default") {
		t.Errorf("the ServiceAccount lists nodes: %v, want forbidden", err)
	}

	if err := cp.StopComponent(controlplane.Scheduler); err != nil {
		t.Fatal(err)
	}
	if err := cp.StopComponent(controlplane.Scheduler); err == nil {
		t.Error("a stopped scheduler could be stopped")
	}
	if err := cp.AddNodes(t.Context(), controlplane.NewNode("late")); err != nil {
		t.Fatal(err)
	}
	if err := cp.Apply(t.Context(), bare("waits")); err != nil {
		t.Fatal(err)
	}
	if err := cp.StartComponent(t.Context(), controlplane.Scheduler); err != nil {
		t.Fatal(err)
	}
	pods := cp.Client().CoreV1().Pods(metav1.NamespaceDefault)
	if _, err := controlplane.WaitFor(within(t, patience), pods, "waits", controlplane.PodReady); err != nil {
		t.Error(err)
	}
}

func bare(name string) string {
	return `{apiVersion: v1, kind: Pod, metadata: {name: ` + name + `}, spec: {containers: [{name: c, image: i}]}}`
}

// processes reads what the launchers wrote down.
func processes(t *testing.T, dir string) map[string]int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "pids", "*"))
	if err != nil {
		t.Fatal(err)
	}
	pids := map[string]int{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(data)))
		if err != nil {
			t.Fatal(err)
		}
		pids[filepath.Base(file)] = pid
	}
	return pids
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func conditionStatus(pod *corev1.Pod, kind corev1.PodConditionType) corev1.ConditionStatus {
	for _, c := range pod.Status.Conditions {
		if c.Type == kind {
			return c.Status
		}
	}
	return ""
}
