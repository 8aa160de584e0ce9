package workload_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

func pod(name string, edits ...func(*corev1.Pod)) *corev1.Pod {
	return Pod(name, append([]func(*corev1.Pod){RunsOn("n0")}, edits...)...)
}

func failed(p *corev1.Pod) { p.Status.Phase = corev1.PodFailed }

// many are Pods that have failed.
func many(n int) []*corev1.Pod {
	var out []*corev1.Pod
	for i := range n {
		out = append(out, pod(fmt.Sprintf("p%02d", i), failed))
	}
	return out
}

// TestInUse: what can be done about Pods that hold a claim depends on whether they run, and on who recreates the first that does.
func TestInUse(t *testing.T) {
	for want, pods := range map[string][]*corev1.Pod{
		"claim shop/c is used by Pod a (Running on n0, StatefulSet/db); scale StatefulSet/db down first": {pod("a", ControlledBy("StatefulSet", "db"))},
		"claim shop/c is used by Pod a (Running on n0, Job/db); stop Job/db first":                       {pod("a", ControlledBy("Job", "db"))},
		"claim shop/c is used by Pods a (Running on n0), b (Terminating on n0); stop them first: save the manifests, of which there is no other copy (kubectl get pod a b -n shop -o yaml > pods.yaml), then kubectl delete pod a b -n shop": {pod("a"), pod("b", Deleting)},
		"claim shop/c is used by Pod a (Failed on n0, Job/db); a Pod that has ended holds its claim until it is deleted: kubectl delete pod a -n shop": {
			pod("a", failed, ControlledBy("Job", "db"))},
		"claim shop/c is used by Pods a (Failed on n0), b (Succeeded on n0), c (Failed on n0, Job/db); a Pod that has ended holds its claim until it is deleted: " +
			"save the manifests, of which there is no other copy (kubectl get pod a b -n shop -o yaml > pods.yaml), then kubectl delete pod a b c -n shop": {
			pod("a", failed), pod("b", Ended), pod("c", failed, ControlledBy("Job", "db"))},
		"claim shop/c is used by Pods a (Failed on n0), b (Running on n0, StatefulSet/db); scale StatefulSet/db down first; " +
			"a Pod that has ended holds its claim until it is deleted: save the manifest, of which there is no other copy (kubectl get pod a -n shop -o yaml > a.yaml), then kubectl delete pod a -n shop": {
			pod("a", failed), pod("b", ControlledBy("StatefulSet", "db"))},
		"claim shop/c is used by Pods a (Failed on n0, Job/db), b (Running on n0, Job/db); stop Job/db first; " +
			"a Pod that has ended holds its claim until it is deleted: kubectl delete pod a -n shop": {pod("a", failed, ControlledBy("Job", "db")), pod("b", ControlledBy("Job", "db"))},
		"claim shop/c is used by Pods p00 (Failed on n0), p01 (Failed on n0), p02 (Failed on n0), p03 (Failed on n0) and 8 more; a Pod that has ended holds its claim until it is deleted: " +
			"save the manifests, of which there is no other copy (kubectl get pod p00 p01 p02 p03 p04 p05 p06 p07 p08 p09 -n shop -o yaml > pods.yaml), then kubectl delete pod p00 p01 p02 p03 p04 p05 p06 p07 p08 p09 -n shop, and then 2 more": many(12),
	} {
		if got := phrase.New(phrase.Connection{}).Text(workload.InUse(Ns, "c", pods, workload.DirectOwner)); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// TestPodList: of many Pods a sentence names the first.
func TestPodList(t *testing.T) {
	var pods []*corev1.Pod
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		pods = append(pods, pod(name))
	}
	const want = "a (Running on n0), b (Running on n0), c (Running on n0), d (Running on n0) and 2 more"
	if got := phrase.New(phrase.Connection{}).Text(workload.PodList(pods, workload.DirectOwner)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if diff := cmp.Diff([]string{"shop/a", "shop/b"}, workload.Names(pods[:2])); diff != "" {
		t.Error(diff)
	}
}
