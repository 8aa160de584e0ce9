package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/plugin"
)

// TestFixesAreHonest runs what the plugin prints under FIXES, each fix on a copy of its example that nothing else
// was done to, and sees the Pod placed on one of the Nodes that the fix named.
func TestFixesAreHonest(t *testing.T) {
	// The first copy of each example tells how many fixes there are; it is the one on which the first is tried.
	ctx := within(t)
	var fixable []scenario
	first := map[string]example{}
	for _, s := range scenarios() {
		if s.without == "" && s.until != nil && s.want.cause != pending.CauseGated {
			fixable = append(fixable, s)
			first[s.file] = readExample(t, s.file, "-fix0")
		}
	}
	stageAll(ctx, t, fixable, first)
	var trials []trial
	for _, s := range fixable {
		report := s.report(t, first[s.file])
		for i, fix := range report.Fixes {
			if len(fix.Commands) == 0 {
				continue
			}
			e := first[s.file]
			if i > 0 {
				e = readExample(t, s.file, fmt.Sprintf("-fix%d", i))
			}
			trials = append(trials, trial{scenario: s, example: e, fix: i})
		}
	}
	var more []scenario
	copies := map[string]example{}
	for _, tr := range trials {
		if tr.fix > 0 {
			s := tr.scenario
			s.file = tr.example.name // the key of its copy
			more, copies[s.file] = append(more, s), tr.example
		}
	}
	stageAll(within(t), t, more, copies)
	// A volume without a class goes to whichever claim without one the volume controller comes to first. So these copies are tried
	// one after the other, and the fix that is such a volume last, when no other of the claims waits any more.
	for _, tr := range slices.Backward(trials) {
		if tr.classless() {
			t.Run(tr.name(), tr.try)
		}
	}
	for _, tr := range trials {
		if !tr.classless() {
			t.Run(tr.name(), func(t *testing.T) {
				t.Parallel()
				tr.try(t)
			})
		}
	}
}

// trial is one fix, tried on one copy of an example.
type trial struct {
	scenario scenario
	example  example
	fix      int // its place among the fixes
}

func (tr trial) name() string { return fmt.Sprintf("%s/%d", tr.scenario.file, tr.fix) }

// classless reports whether the claim of the example has the empty class, as those of its copies have.
func (tr trial) classless() bool { return tr.scenario.file == "claims/no-class" }

func (tr trial) try(t *testing.T) {
	t.Helper()
	fixes := tr.scenario.report(t, tr.example).Fixes
	if len(fixes) <= tr.fix {
		t.Fatalf("this copy has %d fixes", len(fixes))
	}
	fix := fixes[tr.fix]
	dir := t.TempDir()
	for _, c := range fix.Commands {
		command := c.Text
		if printing, _, piped := strings.Cut(command, " | kubectl "); piped {
			if out, err := shell(t, dir, printing).Output(); err != nil || string(out) != fix.Manifest {
				t.Fatalf("%s: %v; it prints\n%s\nand the fix is\n%s", printing, err, out, fix.Manifest)
			}
		}
		command = tr.said(command)
		if out, err := shell(t, dir, command).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	node, err := tr.chosenNode(within(t))
	if err != nil {
		t.Fatalf("%s: %v\n%v", fix.ID, err, fix.Commands)
	}
	if !slices.Contains(fix.Nodes, node) {
		t.Errorf("%s: the scheduler chose %s, and the fix named %v", fix.ID, node, fix.Nodes)
	}
}

// said is a command with what its user has to say when it asks.
func (tr trial) said(command string) string {
	switch {
	case strings.HasPrefix(command, "kubectl localpv recover "):
		for _, c := range tr.scenario.want.claims {
			command += " --accept-data-loss=" + tr.example.namespace + "/" + c.name
		}
		return command + " --fenced --unreachable-for=1s --yes"
	case strings.HasPrefix(command, "kubectl localpv release "), strings.HasPrefix(command, "kubectl localpv reattach "), strings.HasPrefix(command, "kubectl localpv reclaim "):
		return command + " --yes"
	}
	return command
}

// chosenNode waits for the scheduler's choice. Where a volume has to be provisioned, it stands on the claim: the Pod waits
// for a provisioner, which nobody runs here.
func (tr trial) chosenNode(ctx context.Context) (string, error) {
	client := cluster.Client().CoreV1()
	if strings.HasPrefix(tr.scenario.file, "csi/") {
		claim, err := controlplane.WaitFor(ctx, client.PersistentVolumeClaims(tr.example.namespace), "data", nodeSelected)
		if err != nil {
			return "", err
		}
		return claim.Annotations[selectedNode], nil
	}
	pod, err := controlplane.WaitFor(ctx, client.Pods(tr.example.namespace), tr.scenario.podName(), scheduled)
	if err != nil {
		return "", err
	}
	return pod.Spec.NodeName, nil
}

// report waits until the Pod is as the scenario wants it, and asks the plugin.
func (s scenario) report(t *testing.T, e example) pending.PodReport {
	t.Helper()
	waitPod(t, e, s.podName(), s.until)
	report, _ := whyPending(t, e.namespace, s.podName())
	return report
}

// scheduled is met by a Pod that the scheduler has placed.
func scheduled(pod *corev1.Pod) (bool, string) {
	if pod == nil {
		return false, "it does not exist"
	}
	message, _ := schedulerMessage(pod)
	return pod.Spec.NodeName != "" && len(pod.Spec.SchedulingGates) == 0, message
}

// shell is a command line in a shell that finds kubectl, the plugin and the cluster, as a reader of the plugin's output has,
// and runs in dir.
func shell(t *testing.T, dir, line string) *exec.Cmd {
	t.Helper()
	binary, err := pluginBinary()
	if err != nil {
		t.Fatal(err)
	}
	sh := exec.CommandContext(within(t), "/bin/sh", "-c", line)
	sh.Dir = dir
	sh.Env = append(os.Environ(),
		"PATH="+filepath.Dir(binary)+string(os.PathListSeparator)+cluster.BinDir()+string(os.PathListSeparator)+os.Getenv("PATH"),
		"KUBECONFIG="+cluster.Kubeconfig())
	return sh
}

// pluginBinary is the path of the plugin, built once per run, beside the control plane's own files.
var pluginBinary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(cluster.Dir(), "plugin", "kubectl-localpv")
	return path, plugin.Build(context.Background(), path)
})
