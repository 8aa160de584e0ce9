package workload

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Naming are the Pods of the claim's namespace that name it.
func Naming(pods []*corev1.Pod, claim string) []*corev1.Pod {
	var out []*corev1.Pod
	for _, p := range pods {
		if slices.Contains(inspect.ClaimNames(p), claim) {
			out = append(out, p)
		}
	}
	return out
}

// Placed are the Pods that have a node. They hold the claims they name, whatever their phase
// (controller/volume/pvcprotection: podUsesPVCForDeletion).
func Placed(pods []*corev1.Pod) []*corev1.Pod {
	return slices.DeleteFunc(slices.Clone(pods), func(p *corev1.Pod) bool { return p.Spec.NodeName == "" })
}

// Users are the Pods that may have the volume's disk open although its claim is gone: those with a node that name the
// claim. If another claim of that name is bound to another volume by now, those are left out that use that one: they
// are not on the volume's home, or are younger than that claim.
func Users(v *corev1.PersistentVolume, current *corev1.PersistentVolumeClaim, pods []*corev1.Pod, home []string) []*corev1.Pod {
	return slices.DeleteFunc(Placed(pods), func(p *corev1.Pod) bool {
		if current == nil || v.Spec.ClaimRef == nil || current.UID == v.Spec.ClaimRef.UID ||
			!inspect.FullyBound(current) || current.Spec.VolumeName == v.Name {
			return false
		}
		away := len(home) > 0 && !slices.Contains(home, p.Spec.NodeName)
		return away || !p.CreationTimestamp.Before(&current.CreationTimestamp)
	})
}

// describe is a Pod in a sentence: "mysql-0 (Running on node-0, StatefulSet/mysql)".
func describe(p *corev1.Pod, owner inspect.Owner) string {
	state := string(p.Status.Phase)
	if p.DeletionTimestamp != nil {
		state = "Terminating"
	}
	text := fmt.Sprintf("%s (%s on %s", p.Name, state, p.Spec.NodeName)
	if !owner.None() {
		text += ", " + owner.String()
	}
	return text + ")"
}

// PodList describes Pods for a sentence, the first few by name.
func PodList(pods []*corev1.Pod, owner func(*corev1.Pod) inspect.Owner) string {
	const most = 5
	var names []string
	for i, p := range pods {
		if i == most {
			names = append(names, fmt.Sprintf("%d more", len(pods)-most))
			break
		}
		names = append(names, describe(p, owner(p)))
	}
	return strings.Join(names, ", ")
}

// howToRemove says what to do about Pods that hold a claim.
func howToRemove(pods []*corev1.Pod, owner func(*corev1.Pod) inspect.Owner) string {
	p := pods[0]
	if p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed {
		return fmt.Sprintf("a Pod that has ended holds its claim until it is deleted: kubectl delete pod %s -n %s", p.Name, p.Namespace)
	}
	switch o := owner(p); o.Kind {
	case "StatefulSet", "Deployment", "ReplicaSet":
		return fmt.Sprintf("scale it down first: kubectl scale %s %s -n %s --replicas=N", strings.ToLower(o.Kind), o.Name, p.Namespace)
	case "":
		return fmt.Sprintf("stop it first: kubectl delete pod %s -n %s", p.Name, p.Namespace)
	default:
		return fmt.Sprintf("stop %s first", o)
	}
}

// InUse is the message about Pods that hold a claim.
func InUse(namespace, claim string, pods []*corev1.Pod, owner func(*corev1.Pod) inspect.Owner) string {
	noun := "Pod"
	if len(pods) > 1 {
		noun = "Pods"
	}
	return fmt.Sprintf("claim %s/%s is used by %s %s; %s", namespace, claim, noun, PodList(pods, owner), howToRemove(pods, owner))
}

// DirectOwner is a Pod's controller, for where nothing else has been read.
func DirectOwner(p *corev1.Pod) inspect.Owner {
	ref := metav1.GetControllerOf(p)
	if ref == nil {
		return inspect.Owner{}
	}
	return inspect.Owner{APIVersion: ref.APIVersion, Kind: ref.Kind, Name: ref.Name, UID: ref.UID}
}
