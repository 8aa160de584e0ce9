package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/simulate"
	"github.com/kubectl-localpv/kubectl-localpv/test/live/sample"
)

// Every run holds the clusters of seedsAlways against the scheduler, which are the seeds from 1 on, and one of seedParts parts of
// the seeds behind them: in so many samples that follow one another, each has its turn.
const (
	seedsAlways  = 10
	seedsPerPart = 10
	seedParts    = 5
)

// seeds are those of a sample. The sample 0 has the seeds from 1 to 20.
func seeds(of sample.Sample) []uint64 {
	var out []uint64
	for i := range seedsAlways {
		out = append(out, uint64(1+i))
	}
	for i := range seedsPerPart {
		out = append(out, uint64(1+seedsAlways+seedsPerPart*of.Part(seedParts)+i))
	}
	return out
}

// TestSeeds takes every seed once in as many samples as there are parts, and the first ones in each.
func TestSeeds(t *testing.T) {
	const first = 7 // wherever they begin
	count := map[uint64]int{}
	for n := range seedParts {
		for _, seed := range seeds(sample.Sample(first + n)) {
			count[seed]++
		}
	}
	for seed := range uint64(seedsAlways + seedsPerPart*seedParts) {
		want := 1
		if seed < seedsAlways {
			want = seedParts
		}
		if count[seed+1] != want {
			t.Errorf("%d of %d samples take seed %d, want %d", count[seed+1], seedParts, seed+1, want)
		}
	}
	if known := seeds(0); known[0] != 1 || known[len(known)-1] != 20 {
		t.Errorf("sample 0 has the seeds %v", known)
	}
}

// TestSchedulerOracleLive lets the real scheduler judge every Pod of generated clusters and asks the simulation about the
// same Pods on the same state: the outcome has to be the same, and so have the words, with their numbers of Nodes.
//
// The worlds live side by side: a Pod goes to Nodes of its own world only, but those of all others are counted in what
// the scheduler says about it.
func TestSchedulerOracleLive(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	defer cancel()
	chosen, err := sample.Current(ctx)
	if err != nil {
		t.Fatal(err)
	}
	numbers := seeds(chosen)
	t.Logf("seeds %v: %s", numbers, chosen.Note(seedParts))
	worlds := make([]*world, len(numbers))
	for i, seed := range numbers {
		worlds[i] = generate(seed)
	}
	begin := time.Now()
	if err := all(ctx, worlds, func(ctx context.Context, w *world) error { return w.build(ctx) }); err != nil {
		t.Fatal(err)
	}
	t.Log("built", time.Since(begin))
	if err := judge(ctx, worlds); err != nil {
		t.Fatal(err)
	}
	t.Log("judged", time.Since(begin))
	snapshot := takeSnapshot(t)
	simulator, err := simulate.New(ctx, snapshot)
	if err != nil {
		t.Fatal(err)
	}
	pods := map[string][]*corev1.Pod{}
	for _, pod := range snapshot.Pods {
		if pod.Spec.NodeName == "" && pod.Labels[reserve] == "" {
			pods[pod.Namespace] = append(pods[pod.Namespace], pod)
		}
	}
	reports := map[string]map[string]pending.PodReport{}
	for _, w := range worlds {
		reports[w.name] = reportsOf(t, w.name)
	}
	t.Log("asked", time.Since(begin))
	compareList(t)
	surprises := foretell(ctx, t, worlds)
	for i, w := range worlds {
		t.Run(fmt.Sprintf("seed=%d", numbers[i]), func(t *testing.T) {
			t.Logf("%d nodes, %d volumes, %d Pods, %d of them without a node; again: %s",
				len(w.nodes), len(w.volumes), len(w.running)+len(w.pods), len(pods[w.name]), chosen)
			for _, pod := range pods[w.name] {
				compareWithScheduler(t, simulator, pod)
				compareReport(t, pod, reports[w.name][pod.Name])
			}
			for _, surprise := range surprises[w.name] {
				t.Error(surprise)
			}
		})
	}
	t.Log("done", time.Since(begin))
}

// reportsOf is what the plugin says of the Pending Pods of a namespace, by name.
func reportsOf(t *testing.T, namespace string) map[string]pending.PodReport {
	t.Helper()
	run := runPlugin(t, "why-pending", "-n", namespace, "-o", "json")
	var report pending.Report
	if err := json.Unmarshal([]byte(run.out), &report); err != nil || run.exit != 3 {
		t.Fatalf("exit %d, %v: %s", run.exit, err, run.err)
	}
	byName := map[string]pending.PodReport{}
	for _, answer := range answersOf(report) {
		byName[answer.Pod.Name] = answer
	}
	return byName
}

// compareReport checks that the plugin comes to the scheduler's result, and that every fix names a Node.
func compareReport(t *testing.T, pod *corev1.Pod, report pending.PodReport) {
	t.Helper()
	if !report.Pending || report.Cause.Reason.Text == "" {
		t.Errorf("%s: pending %t, cause %q", pod.Name, report.Pending, report.Cause.Reason.Text)
	}
	for _, fix := range report.Fixes {
		if len(fix.Nodes) == 0 {
			t.Errorf("%s: %s helps nowhere", pod.Name, fix.ID)
		}
	}
	if !seenByScheduler(pod) {
		return
	}
	if report.Schedulable || report.Scheduler == nil || !report.Scheduler.Agrees || !report.Scheduler.SameWords {
		t.Errorf("%s: schedulable %t, %s; the scheduler: %+v", pod.Name, report.Schedulable, report.Cause.Reason.Text, report.Scheduler)
	}
}

// seenByScheduler reports whether the scheduler looks at a Pod at all.
func seenByScheduler(pod *corev1.Pod) bool {
	return len(pod.Spec.SchedulingGates) == 0 && pod.Spec.SchedulerName == corev1.DefaultSchedulerName
}

func takeSnapshot(t *testing.T) *inspect.Snapshot {
	t.Helper()
	snapshot, err := collect.Live(within(t), cluster.Client(), time.Now, collect.Options{Kinds: []inspect.Kind{
		inspect.Nodes, inspect.Namespaces, inspect.Pods, inspect.PersistentVolumes, inspect.PersistentVolumeClaims,
		inspect.StorageClasses, inspect.CSINodes, inspect.CSIDrivers, inspect.CSIStorageCapacities,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

// compareWithScheduler asks the simulation about a Pod that the scheduler has refused, or was not asked about.
func compareWithScheduler(t *testing.T, simulator *simulate.Simulator, pod *corev1.Pod) {
	t.Helper()
	verdict, err := simulator.Verdict(t.Context(), pod, inspect.Change{}, nil)
	if err != nil {
		t.Errorf("%s: %v", pod.Name, err)
		return
	}
	if !seenByScheduler(pod) {
		return
	}
	said, _ := schedulerMessage(pod)
	if feasible := verdict.Feasible(); len(feasible) > 0 {
		t.Errorf("%s: the simulation says that it fits %v, and the scheduler says:\n%s", pod.Name, feasible, said)
		return
	}
	if rest, same := strings.CutPrefix(said, verdict.Message); !same || !preemptionPart(rest) {
		t.Errorf("%s: the simulation says:\n%s\nand the scheduler says:\n%s", pod.Name, verdict.Message, said)
	}
	if counted := countReasons(verdict); counted != verdict.Message {
		t.Errorf("%s: the nodes of the verdict come to:\n%s\nand its message is:\n%s", pod.Name, counted, verdict.Message)
	}
}

// preemptionPart reports whether a text is what the scheduler says, behind the reasons, of its attempt to preempt.
func preemptionPart(text string) bool {
	return text == "" || text == " not found" || strings.HasPrefix(text, " no new claims to deallocate, preemption: 0/")
}

// countReasons makes the scheduler's message from the verdicts on single Nodes: every Node counts with the reasons of the
// first plugin that refuses it (sched: framework/types.go, FitError.Error).
func countReasons(verdict *inspect.Verdict) string {
	if len(verdict.PreFilter) > 0 {
		return fmt.Sprintf("0/%d nodes are available: %s.", len(verdict.Nodes), strings.Join(verdict.PreFilter[0].Reasons, ", "))
	}
	counts := map[string]int{}
	for _, node := range verdict.Nodes {
		for _, reason := range node.Refusals[0].Reasons {
			counts[reason]++
		}
	}
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[reason], reason))
	}
	slices.Sort(parts)
	return fmt.Sprintf("0/%d nodes are available: %s.", len(verdict.Nodes), strings.Join(parts, ", "))
}
