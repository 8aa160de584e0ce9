package drain

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What a node that lives needs around it to be emptied: n1 is always the one.

// crew are four nodes that live, the class, and a free volume on each but n1.
func crew() []any {
	return append([]any{machine("n0"), machine("n1"), machine("n2"), machine("n3"), waitForFirstConsumer()}, free("n0-free", "n2-free", "n3-free")...)
}

// drainScene is a Snapshot that may hold what only drain reads.
func drainScene(t *testing.T, objects ...any) *inspect.Snapshot {
	t.Helper()
	var rest []any
	more := inspect.Snapshot{}
	for _, o := range objects {
		switch o := o.(type) {
		case *policyv1.PodDisruptionBudget:
			more.PodDisruptionBudgets = append(more.PodDisruptionBudgets, o)
		case *appsv1.DaemonSet:
			more.DaemonSets = append(more.DaemonSets, o)
		default:
			rest = append(rest, o)
		}
	}
	s := clusterOf(t, rest...)
	s.PodDisruptionBudgets, s.DaemonSets = more.PodDisruptionBudgets, more.DaemonSets
	return s
}

// budget allows so many evictions of an application's Pods now.
func budget(name, app string, allowed int32) *policyv1.PodDisruptionBudget {
	return &policyv1.PodDisruptionBudget{
		ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name},
		Spec:       policyv1.PodDisruptionBudgetSpec{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": app}}},
		Status:     policyv1.PodDisruptionBudgetStatus{DisruptionsAllowed: allowed},
	}
}

func daemonSet(name string) *appsv1.DaemonSet {
	return &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name, UID: types.UID(name + "-uid")}}
}

// plain is a Pod on a node without claims.
func plain(name, onNode string, edits ...func(*corev1.Pod)) *corev1.Pod {
	p := pod(name, onNode, "")
	p.Spec.Volumes = nil
	p.Labels = map[string]string{"app": name}
	works(p)
	for _, edit := range edits {
		edit(p)
	}
	return p
}

func unready(p *corev1.Pod) {
	p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse}}
}

func toleratesAll(p *corev1.Pod) {
	p.Spec.Tolerations = []corev1.Toleration{{Operator: corev1.TolerationOpExists}}
}

func withEmptyDir(p *corev1.Pod) {
	p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}})
}

func mirrored(p *corev1.Pod) { p.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "x"} }

// web is a Deployment's Pod on n1, its ReplicaSet, and what else it needs.
func web(edits ...func(*corev1.Pod)) []any {
	p := plain("web-1", "n1", controlledBy("ReplicaSet", "web"))
	for _, edit := range edits {
		edit(p)
	}
	return []any{p, replicaSet("web", 1, "web")}
}

func toKeep(edits ...func(*DrainRequest)) DrainRequest {
	return drainRequest(append(edits, func(r *DrainRequest) { r.KeepClaims = true }))
}

func toMove(edits ...func(*DrainRequest)) DrainRequest {
	return drainRequest(append(edits, func(r *DrainRequest) { r.MoveClaims = true }))
}

func drainRequest(edits []func(*DrainRequest)) DrainRequest {
	r := DrainRequest{Node: "n1", Eviction: Eviction{GracePeriodSeconds: -1}}
	for _, edit := range edits {
		edit(&r)
	}
	return r
}

func forced(r *DrainRequest)           { r.Eviction.Force = true }
func ignoringDaemons(r *DrainRequest)  { r.Eviction.IgnoreDaemonSets = true }
func deletingEmptyDir(r *DrainRequest) { r.Eviction.DeleteEmptyDirData = true }
func allowingPending(r *DrainRequest)  { r.AllowPending = true }

func selecting(labels string) func(*DrainRequest) {
	return func(r *DrainRequest) { r.Eviction.PodSelector = labels }
}

func accepting(claims ...string) func(*DrainRequest) {
	return func(r *DrainRequest) {
		for _, c := range claims {
			r.AcceptDataLoss = append(r.AcceptDataLoss, types.NamespacedName{Namespace: ns, Name: c})
		}
	}
}

func drainPlan(t *testing.T, r DrainRequest, objects ...any) *Plan {
	t.Helper()
	p, err := PlanDrain(t.Context(), inspect.NewIndex(drainScene(t, objects...)), scheduler, r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// told is all that a Plan says besides its steps, a line each, and then the titles of its steps.
func told(p *Plan) string {
	var b strings.Builder
	b.WriteString(string(p.Verdict) + "\n")
	for _, e := range p.Evidence {
		b.WriteString(e.Line() + "\n")
	}
	for _, blocker := range p.Blockers {
		b.WriteString("blocked " + string(blocker.Code) + " [" + blocker.Override + "]: " + blocker.Message + "\n")
	}
	for _, m := range p.Moves {
		b.WriteString(m.Member + " " + m.Claim + ": " + m.Before() + " -> " + m.After())
		if m.Peers != "" {
			b.WriteString("; " + m.Peers)
		}
		b.WriteString("\n")
	}
	for _, s := range p.Steps {
		b.WriteString("- " + s.Title + "\n")
	}
	for _, w := range p.Warnings {
		b.WriteString("note: " + w + "\n")
	}
	for _, l := range p.Losses {
		b.WriteString("lost: " + l + "\n")
	}
	for _, d := range p.Done {
		b.WriteString("done: " + d + "\n")
	}
	for _, n := range p.Next {
		b.WriteString("next: " + n + "\n")
	}
	return b.String()
}
