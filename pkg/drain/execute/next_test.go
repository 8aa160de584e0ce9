package execute

import (
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestReplacementAsJudged: a claim is deleted only for a Pod like the one for which a place was found.
func TestReplacementAsJudged(t *testing.T) {
	member := func(edits ...func(*corev1.Pod)) *corev1.Pod {
		return Consumer("db-0", "", "data-db-0", append([]func(*corev1.Pod){ControlledBy("StatefulSet", "db")}, edits...)...)
	}
	gold := func(p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{"tier": "gold"} }
	admitted := func(p *corev1.Pod) { // what admission gives every Pod
		p.Spec.Tolerations = append(p.Spec.Tolerations, corev1.Toleration{Key: corev1.TaintNodeUnreachable, Operator: corev1.TolerationOpExists,
			Effect: corev1.TaintEffectNoExecute, TolerationSeconds: ptr.To(int64(300))})
		PodLabel("controller-revision-hash", "db-later")(p)
		p.Spec.Volumes = append(p.Spec.Volumes, corev1.Volume{Name: "kube-api-access", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{}}})
	}
	judged := []drain.Demands{workload.DemandsOf(member())}
	for _, tc := range []struct {
		name    string
		waits   *corev1.Pod
		judged  []drain.Demands
		refuses string
	}{
		{"the same", member(), judged, ""},
		{"the same, admitted", member(admitted), judged, ""},
		{"one of two", member(gold), append(judged, workload.DemandsOf(member(gold))), ""},
		{"nothing was judged", member(gold), nil, ""},
		{"no controller has made it", Consumer("db-0", "", "data-db-0", gold), judged, ""},
		{"another node selector", member(gold), judged, "asks for something else than the Pod for which a place was found (nodeSelector)"},
		{"more CPU", member(Requests(corev1.ResourceCPU, "3")), judged, "(requests)"},
		{"another claim besides", member(Uses("more")), judged, "(claims)"},
		{"it tolerates other taints", member(ToleratesAll), judged, "(tolerations)"},
		{"a port of the node", member(func(p *corev1.Pod) {
			p.Spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 80, HostPort: 80}}
		}), judged, "(hostPorts)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := NewWorld(t, tc.waits)
			claim := drain.Object{Kind: drain.KindClaim, Namespace: Ns, Name: "data-db-0"}
			unused := &drain.AwaitUnusedParameters{Pair: drain.Pair{Claim: claim}, Claims: []drain.Object{claim}, Replacement: true, Judged: tc.judged}
			gone := &drain.DeleteClaimParameters{Pair: drain.Pair{Claim: claim}, Unused: true, Judged: tc.judged}
			plan := drain.New("drain")
			plan.Steps = []drain.Step{{Action: drain.AwaitUnused, Parameters: unused}, {Action: drain.DeleteClaim, Parameters: gone}}
			r := (&Executor{Client: w.Client, Clock: NewInstantClock()}).newRun(plan)
			_, waiting := r.newStep(0, actions()[drain.AwaitUnused]).awaitUnused(t.Context(), unused)
			_, deleting := r.newStep(1, actions()[drain.DeleteClaim]).mayGo(t.Context(), gone, Volume("v"))
			for _, err := range []error{waiting, deleting} {
				var refused *refusedError
				if tc.refuses == "" && err != nil || tc.refuses != "" && (!errors.As(err, &refused) || !strings.Contains(said(fact.Of(err)), tc.refuses)) {
					t.Errorf("%v, want %q", err, tc.refuses)
				}
			}
		})
	}
}

// TestDefaultClassStands: a claim that names no class is deleted only while the default class is the one that was counted on.
func TestDefaultClassStands(t *testing.T) {
	byDefault := func(c *storagev1.StorageClass) {
		c.Annotations = map[string]string{"storageclass.kubernetes.io/is-default-class": "true"}
	}
	for _, tc := range []struct {
		name  string
		class *string
		world []any
		holds bool
	}{
		{"it names one", nil, nil, true},
		{"the same", ptr.To("fast"), []any{StorageClass(Class), StorageClass("fast", byDefault)}, true},
		{"none, as before", ptr.To(""), []any{StorageClass(Class)}, true},
		{"another", ptr.To(Class), []any{StorageClass(Class), StorageClass("fast", byDefault)}, false},
		{"none any more", ptr.To("fast"), []any{StorageClass("fast")}, false},
		{"one now", ptr.To(""), []any{StorageClass("fast", byDefault)}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := NewWorld(t, tc.world...)
			p := &drain.DeleteClaimParameters{Unused: true, DefaultClass: tc.class}
			plan := drain.New("drain")
			plan.Steps = []drain.Step{{Action: drain.DeleteClaim, Parameters: p}}
			_, err := (&Executor{Client: w.Client, Clock: NewInstantClock()}).newRun(plan).newStep(0, actions()[drain.DeleteClaim]).mayGo(t.Context(), p, Volume("v"))
			var refused *refusedError
			if tc.holds != (err == nil) || err != nil && !errors.As(err, &refused) {
				t.Errorf("holds %v, error %v", tc.holds, err)
			}
		})
	}
}

// TestPodThatHasSucceeded: a Pod that has succeeded since the Plan was made is not evicted for a claim that nobody needs any more.
func TestPodThatHasSucceeded(t *testing.T) {
	for _, tc := range []struct {
		name       string
		pod        *corev1.Pod
		unfinished bool
		refused    bool
	}{
		{"it runs", Consumer("sum-a", "n1", "files"), true, false},
		{"it has succeeded", Consumer("sum-a", "n1", "files", Ended), true, true},
		{"it had when this was planned", Consumer("sum-a", "n1", "files", Ended), false, false},
		{"it was evicted, and ended well", Consumer("sum-a", "n1", "files", Ended, Deleting[*corev1.Pod], func(p *corev1.Pod) { p.Finalizers = []string{"x/y"} }), true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := &drain.EvictParameters{Unfinished: tc.unfinished}
			plan := drain.New("drain")
			plan.Steps = []drain.Step{{Action: drain.EvictPod, Object: drain.PodObject(tc.pod), Parameters: p}}
			w := NewWorld(t, tc.pod, Node("n1"))
			_, err := (&Executor{Client: w.Client, Clock: NewInstantClock()}).newRun(plan).newStep(0, actions()[drain.EvictPod]).evictPod(t.Context(), p)
			var refused *refusedError
			if errors.As(err, &refused) != tc.refused {
				t.Errorf("error %v", err)
			}
		})
	}
}
