// Package workload finds out which Pods and claims belong together, who recreates them, and which Pods use a claim. It reads no
// cluster and writes nothing.
package workload

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Placed are the Pods that have a node. They hold the claims they name, whatever their phase
// (controller/volume/pvcprotection: podUsesPVCForDeletion).
func Placed(pods []*corev1.Pod) []*corev1.Pod {
	return slices.DeleteFunc(slices.Clone(pods), func(p *corev1.Pod) bool { return p.Spec.NodeName == "" })
}

// Described are Pods with what they are about: phase, node and owner.
func Described(pods []*corev1.Pod, owner func(*corev1.Pod) inspect.Owner) []fact.Fact {
	out := make([]fact.Fact, 0, len(pods))
	for _, p := range pods {
		state := string(p.Status.Phase)
		if p.DeletionTimestamp != nil {
			state = terminating
		}
		if o := owner(p); o.None() {
			out = append(out, fact.New("BarePodInState", "pod", p.Name, "state", state, "node", p.Spec.NodeName))
		} else {
			out = append(out, fact.New("PodInState", "pod", p.Name, "state", state, "node", p.Spec.NodeName, "owner", o))
		}
	}
	return out
}

// terminating is the state of what is being deleted, as kubectl shows it.
const terminating = "Terminating"

// PodList is Pods with what they are about, as a value of other Facts.
func PodList(pods []*corev1.Pod, owner func(*corev1.Pod) inspect.Owner) fact.Fact {
	return fact.New("PodList", "pods", Described(pods, owner))
}

// InUse says that Pods hold a claim, and what can be done about them: about those that run first, if any does, by who recreates the first
// of them; then about those that have ended, which hold it until they are deleted. There is at least one.
func InUse(namespace, claim string, pods []*corev1.Pod, owner func(*corev1.Pod) inspect.Owner) fact.Fact {
	name, users := namespace+"/"+claim, Described(pods, owner)
	running := slices.DeleteFunc(slices.Clone(pods), FinishedPod)
	ended := slices.DeleteFunc(slices.Clone(pods), func(p *corev1.Pod) bool { return !FinishedPod(p) })
	if len(running) == 0 {
		return fact.New("ClaimHeldByEndedPod", "claim", name, "pods", users, "end", Removal(ended, owner))
	}
	used := fact.New("ClaimUsedByOwner", "claim", name, "pods", users, "owner", owner(running[0]))
	switch o := owner(running[0]); o.Kind {
	case "StatefulSet", "Deployment", "ReplicaSet": // to how many replicas is not known
		used = fact.New("ClaimUsedByScalable", "claim", name, "pods", users, "owner", o)
		if others := otherOwners(running, owner); len(others) > 0 {
			used = fact.New("ClaimUsedBySeveral", "claim", name, "pods", users, "owners", append([]string{o.String()}, others...))
		}
	case "":
		bare := slices.DeleteFunc(slices.Clone(pods), func(p *corev1.Pod) bool { return !FinishedPod(p) && !owner(p).None() })
		return fact.New("ClaimUsedByBarePod", "claim", name, "pods", users, "count", len(bare), "end", Removal(bare, owner))
	}
	if len(ended) > 0 {
		return fact.New("ClaimHeldByEndedToo", "why", used, "end", Removal(ended, owner))
	}
	return used
}

// otherOwners are who recreates Pods besides the owner of the first, each once.
func otherOwners(pods []*corev1.Pod, owner func(*corev1.Pod) inspect.Owner) []string {
	var names []string
	for _, p := range pods[1:] {
		if o := owner(p); !o.None() && o != owner(pods[0]) && !slices.Contains(names, o.String()) {
			names = append(names, o.String())
		}
	}
	return names
}

// DirectOwner is a Pod's controller, for where nothing else has been read.
func DirectOwner(p *corev1.Pod) inspect.Owner {
	ref := metav1.GetControllerOf(p)
	if ref == nil {
		return inspect.Owner{}
	}
	return inspect.Owner{APIVersion: ref.APIVersion, Kind: ref.Kind, Name: ref.Name, UID: ref.UID}
}
