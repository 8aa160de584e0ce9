package e2e

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// result is what a run of the plugin left behind.
type result struct {
	out, err string
	exit     int
}

// runPlugin runs the plugin as a process, as it is shipped, with the administrator's kubeconfig and not on a terminal.
func runPlugin(t *testing.T, args ...string) result {
	t.Helper()
	binary, err := pluginBinary()
	if err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	run := exec.CommandContext(within(t), binary, append(args, "--kubeconfig", cluster.Kubeconfig())...)
	run.Env, run.Stdout, run.Stderr = []string{"HOME=" + t.TempDir()}, &out, &errOut
	if err := run.Run(); run.ProcessState == nil {
		t.Fatal(err)
	}
	return result{out: out.String(), err: errOut.String(), exit: run.ProcessState.ExitCode()}
}

// runPluginFromFiles runs the plugin on files, with no cluster to fall back on.
func runPluginFromFiles(t *testing.T, file string, args ...string) result {
	t.Helper()
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	return runPluginWith(t, output.Streams{}, append(args, "--from", file)...)
}

// runPluginWith runs the plugin in this process, under the race detector if the test is, on a terminal or whatever else the
// streams say; where it writes to is filled in.
func runPluginWith(t *testing.T, streams output.Streams, args ...string) result {
	t.Helper()
	var out, errOut bytes.Buffer
	streams.In, streams.Out, streams.ErrOut = strings.NewReader(""), &out, &errOut
	exit := cmd.Main(within(t), args, streams)
	return result{out: out.String(), err: errOut.String(), exit: exit}
}

// whyPending asks about a Pod, or TYPE/NAME, that there is one answer for.
func whyPending(t *testing.T, namespace, what string) (pending.PodReport, result) {
	t.Helper()
	r := runPlugin(t, "why-pending", what, "-n", namespace, "-o", "json")
	var report pending.Report
	if err := json.Unmarshal([]byte(r.out), &report); err != nil {
		t.Fatalf("why-pending %s: %v\nexit %d, stderr: %s\nstdout: %s", what, err, r.exit, r.err, r.out)
	}
	if report.APIVersion != inspect.APIVersion || report.Kind != "PendingReport" || len(report.Items) != 1 {
		t.Fatalf("why-pending %s: %s %s with %d items, want one item of a PendingReport\nstderr: %s",
			what, report.APIVersion, report.Kind, len(report.Items), r.err)
	}
	return answersOf(report)[0], r
}

// answersOf are the answers of a report, one for each Pod.
func answersOf(report pending.Report) []pending.PodReport {
	var all []pending.PodReport
	for _, item := range report.Items {
		for _, pod := range item.Pods {
			r := item.PodReport
			r.Pod = pod
			all = append(all, r)
		}
	}
	return all
}
