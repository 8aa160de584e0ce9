package draintest

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// settleMembers is what runs StatefulSets: their controller, which recreates Pods and claims, the scheduler, and the kubelets of
// Nodes that are Ready.
func (w *World) settleMembers(s *inspect.Snapshot) {
	nodes := map[string]*corev1.Node{}
	for _, n := range s.Nodes {
		nodes[n.Name] = n
	}
	for _, set := range s.StatefulSets {
		first, last := workload.Ordinals(set)
		for i := first; i < last; i++ {
			if p := w.member(set, i); p.Spec.NodeName == "" {
				w.createClaims(set, p)
				w.schedule(p, nodes)
			}
		}
	}
}

// member is the Pod of a set's member, a new one if there is none.
func (w *World) member(set *appsv1.StatefulSet, ordinal int) *corev1.Pod {
	if obj, err := w.Client.Tracker().Get(Pods(), Ns, workload.MemberName(set, ordinal)); err == nil {
		if p, ok := obj.(*corev1.Pod); ok {
			return p
		}
	}
	w.made++
	p := MemberPod(set, ordinal, "")
	p.UID = types.UID(fmt.Sprintf("made-%d-uid-%s", w.made, p.Name))
	w.Must(w.Client.Tracker().Add(p))
	return p
}

// createClaims creates the claims of a member that there are not.
func (w *World) createClaims(set *appsv1.StatefulSet, p *corev1.Pod) {
	for _, t := range set.Spec.VolumeClaimTemplates {
		if name := t.Name + "-" + p.Name; w.Claim(name) == nil {
			c := Claim(name, WithUID(""))
			c.Spec = *t.Spec.DeepCopy()
			w.Must(w.Client.Tracker().Add(c))
		}
	}
}

// schedule lets a Pod run where its claims are, if they are bound and the Node takes Pods.
func (w *World) schedule(p *corev1.Pod, nodes map[string]*corev1.Node) {
	for _, name := range inspect.ClaimNames(p) {
		c := w.Claim(name)
		if c == nil || c.DeletionTimestamp != nil || !inspect.FullyBound(c) {
			return
		}
		host := hostOf(w.Volume(c.Spec.VolumeName))
		n := nodes[host]
		if n == nil || n.Spec.Unschedulable {
			return
		}
		if condition, _ := inspect.ConditionOf(n); condition != inspect.NodeReady {
			return
		}
		p.Spec.NodeName = host
	}
	RunsOn(p.Spec.NodeName)(p)
	w.Must(w.Client.Tracker().Update(Pods(), p, Ns))
}

// hostOf is the host that On gave to a volume.
func hostOf(v *corev1.PersistentVolume) string {
	return v.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Values[0]
}
