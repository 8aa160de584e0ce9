package disk

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// mount is a directory of a node that a Pod mounts by itself, as a hostPath volume in its spec: nothing binds it to a claim, so Kubernetes lets a
// claim have the same directory by a volume.
type mount struct {
	pod   *corev1.Pod
	place string
	// whole says that it may be above the directories of volumes and mean them: it is not of a Pod that looks after the node as a whole.
	whole bool
}

// mountsOf are the mounts of the Pods that have not ended, by their nodes.
func mountsOf(ix *inspect.Index) map[string][]mount {
	all := map[string][]mount{}
	for _, p := range ix.Pods {
		if p.Spec.NodeName == "" || ended(p) {
			continue
		}
		for i := range p.Spec.Volumes {
			if v := &p.Spec.Volumes[i]; v.HostPath != nil && v.HostPath.Path != "" {
				all[p.Spec.NodeName] = append(all[p.Spec.NodeName], mount{p, clean(v.HostPath.Path), !caresForNode(p) && writes(p, v.Name)})
			}
		}
	}
	return all
}

// caresForNode reports whether a Pod is one of those that each node has, or of the system: agents and provisioners mount directories that hold those
// of all volumes.
func caresForNode(p *corev1.Pod) bool {
	ref := metav1.GetControllerOf(p)
	return ref != nil && (ref.Kind == "DaemonSet" || ref.Kind == "Node") || strings.HasPrefix(p.Namespace, "kube-")
}

// writes reports whether a container of a Pod mounts one of its volumes, and may write to it.
func writes(p *corev1.Pod, volume string) bool {
	return slices.ContainsFunc(slices.Concat(p.Spec.InitContainers, p.Spec.Containers), func(c corev1.Container) bool {
		return slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == volume && !m.ReadOnly })
	})
}

// Mounting are the Pods that have not ended and mount the directory of a volume by its path on a node that the volume is on, sorted by namespace
// and name: the same, one below it, or one above it that holds no other volume. Those that use it by its claim are not among them.
func (d *Disks) Mounting(v *corev1.PersistentVolume) []*corev1.Pod {
	if PathOf(v) == "" || inspect.AnyNode(v) {
		return nil
	}
	place, below := placeOf(v), func(place, above string) bool { return strings.HasPrefix(place, strings.TrimSuffix(above, "/")+"/") }
	var out []*corev1.Pod
	for _, node := range d.NodesOf(v) {
		for _, m := range d.mounts[node] {
			uses := m.place == place || below(m.place, place) || m.whole && m.place != "/" && below(place, m.place) && d.onlyBelow(m.place, node, place)
			if uses && !usesClaim(m.pod, v) && !slices.Contains(out, m.pod) {
				out = append(out, m.pod)
			}
		}
	}
	slices.SortFunc(out, func(a, b *corev1.Pod) int { return strings.Compare(a.Namespace+"/"+a.Name, b.Namespace+"/"+b.Name) })
	return out
}

// onlyBelow reports whether no other place of a volume of a node than one is below another.
func (d *Disks) onlyBelow(above, node, place string) bool {
	return !slices.ContainsFunc(d.related(above), func(p string) bool {
		return p != place && strings.HasPrefix(p, above+"/") && slices.ContainsFunc(d.at[p], func(v *corev1.PersistentVolume) bool { return slices.Contains(d.nodesOf(v), node) })
	})
}

// usesClaim reports whether a Pod names the claim of a volume.
func usesClaim(p *corev1.Pod, v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	return ref != nil && p.Namespace == ref.Namespace && slices.Contains(inspect.ClaimNames(p), ref.Name)
}
