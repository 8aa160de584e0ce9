package execute

import (
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestRecreatedAsksAgain lets the cluster change between the Plan and the eviction of a Pod that runs on another machine of the name.
func TestRecreatedAsksAgain(t *testing.T) {
	ordered := func(s *appsv1.StatefulSet) { s.Spec.PodManagementPolicy = appsv1.OrderedReadyPodManagement }
	s := StatefulSet("db", 3, ordered)
	for name, tc := range map[string]struct {
		act  func(*World)
		says string
	}{
		"a peer is not Ready": {func(w *World) {
			w.Must(w.Client.Tracker().Update(corev1.SchemeGroupVersion.WithResource("pods"), MemberPod(s, 2, "n2", Unready), Ns))
		},
			"1 other member of StatefulSet/db is Ready now, and 2 must be"},
		"an earlier member is not Ready": {func(w *World) {
			w.Must(w.Client.Tracker().Update(corev1.SchemeGroupVersion.WithResource("pods"), MemberPod(s, 0, "n0", Unready), Ns))
		},
			"db-0 is not Ready, and StatefulSet/db recreates its Pods in order"},
		"the place is cordoned": {func(w *World) {
			w.Must(w.Client.Tracker().Update(corev1.SchemeGroupVersion.WithResource("nodes"), Node("n3", Cordoned), ""))
		},
			"node n3, where the member was to run, is cordoned now"},
		"a third machine has the name": {func(w *World) {
			n := Node("n1", BornAgo(time.Minute))
			n.UID = "third"
			w.Must(w.Client.Tracker().Update(corev1.SchemeGroupVersion.WithResource("nodes"), n, ""))
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, With(All(Fleet(), Db(ordered)), Node("n1", BornAgo(time.Hour)))...)
			plan := planned(t, toRecover(t, drain.RecoverRequest{Nodes: []string{"n1"}, UnreachableFor: 5 * time.Minute, Recreated: true, Concurrency: 1}), w.Everything())
			if plan.Verdict != drain.Ready {
				t.Fatal(plan.Blockers)
			}
			tc.act(w)
			result := carryOut(t.Context(), t, w, plan)
			if result.Status == drain.StatusDone || !strings.Contains(said(result.Reason), tc.says) {
				t.Errorf("%s: %s", result.Status, said(result.Reason))
			}
			if pod, err := w.Client.CoreV1().Pods(Ns).Get(t.Context(), "db-1", metav1.GetOptions{}); err != nil || pod.Spec.NodeName != "n1" {
				t.Errorf("the Pod has been taken away: %v", err)
			}
		})
	}
}
