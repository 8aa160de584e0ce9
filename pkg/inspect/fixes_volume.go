package inspect

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"
)

// patchOp is one operation of a JSON patch. The test operations are the guard: if the volume is not what it was
// when this was decided, the API server refuses the whole patch.
type patchOp struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

func patchVolume(v *corev1.PersistentVolume, ops ...patchOp) string {
	b, err := json.Marshal(append([]patchOp{{"test", "/metadata/uid", v.UID}, {"test", "/status/phase", v.Status.Phase}}, ops...))
	if err != nil {
		return ""
	}
	return fmt.Sprintf("kubectl patch pv %s --type=json -p '%s'", v.Name, b)
}

// reserveOps put a volume aside for a claim by name: claimRef without UID. The annotation that says the controller
// made the last binding has to go with it (controller/volume/persistentvolume: unbindVolume).
func reserveOps(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) []patchOp {
	var ops []patchOp
	switch ref := v.Spec.ClaimRef; {
	case ref == nil:
		ops = append(ops, patchOp{"test", "/metadata/resourceVersion", v.ResourceVersion})
	case ref.UID != "":
		ops = append(ops, patchOp{"test", "/spec/claimRef/uid", ref.UID})
	default:
		ops = append(ops, reservedOps(v)...)
	}
	if _, ok := v.Annotations[volumehelpers.AnnBoundByController]; ok {
		ops = append(ops, patchOp{Op: "remove", Path: "/metadata/annotations/pv.kubernetes.io~1bound-by-controller"})
	}
	ref := map[string]string{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "namespace": c.Namespace, "name": c.Name}
	return append(ops, patchOp{"add", "/spec/claimRef", ref})
}

// reservedOps test that a volume is still put aside for the claim that its claimRef names, and that nobody is binding it:
// the controller writes the claimRef's UID before the phase.
func reservedOps(v *corev1.PersistentVolume) []patchOp {
	ref := v.Spec.ClaimRef
	return []patchOp{
		{"test", "/metadata/resourceVersion", v.ResourceVersion},
		{"test", "/spec/claimRef/namespace", ref.Namespace}, {"test", "/spec/claimRef/name", ref.Name},
	}
}

// putAside reports whether a volume is kept for a claim by name, and nobody is binding it.
func putAside(v *corev1.PersistentVolume) bool {
	return v.Status.Phase == corev1.VolumeAvailable && v.Spec.ClaimRef != nil && v.Spec.ClaimRef.UID == ""
}

// keptData reports whether the commands that hand volumes back have been here: they write down on the volume whose data is
// on it, and put it aside for that claim to come back.
func keptData(v *corev1.PersistentVolume) bool {
	for name := range v.Annotations {
		if strings.HasPrefix(name, "localpv.dev/") {
			return true
		}
	}
	return false
}

// reserved is the volume as it is once it is put aside for a claim.
func reserved(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) *corev1.PersistentVolume {
	n := v.DeepCopy()
	n.Spec.ClaimRef = claimRef(c)
	n.Spec.ClaimRef.UID = ""
	n.Status.Phase = corev1.VolumeAvailable
	delete(n.Annotations, volumehelpers.AnnBoundByController)
	return n
}

// freedVolumes are volumes that would do but for a claim that is gone: Released or Failed ones to reclaim, and
// ones that are put aside for a claim that does not exist.
func (q *inquiry) freedVolumes(c *corev1.PersistentVolumeClaim) []candidate {
	var out []candidate
	for near := range q.within(q.nearMisses(c), ClaimedByOther) {
		v := q.ix.Volume(near.Volume)
		available := v.Status.Phase == corev1.VolumeAvailable
		if !q.ix.abandoned(v) || available && (!putAside(v) || keptData(v)) {
			continue
		}
		if out = append(out, q.freed(v, c)); len(out) == maxAlike {
			break
		}
	}
	return out
}

func (q *inquiry) freed(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) candidate {
	old := v.Spec.ClaimRef
	fix := Fix{Risk: RiskData, Commands: []string{patchVolume(v, reserveOps(v, c)...)}}
	if v.Status.Phase == corev1.VolumeAvailable {
		fix.ID = "unreserve-" + v.Name
		fix.Title = fmt.Sprintf("give %s, put aside for %s/%s, which does not exist, to claim %s", v.Name, old.Namespace, old.Name, c.Name)
		fix.Note = fmt.Sprintf("data of %s/%s may still be on it and would come with it; whoever put it aside may still mean to use it", old.Namespace, old.Name)
	} else {
		fix.ID = "reclaim-" + v.Name
		if _, local := q.ix.LocalSource(v); local { // reclaim refuses any other
			fix.Commands = []string{fmt.Sprintf("kubectl localpv reclaim %s --keep-data --for %s/%s --yes", v.Name, c.Namespace, c.Name)}
		}
		fix.Title = fmt.Sprintf("reclaim the %s volume %s for claim %s", v.Status.Phase, v.Name, c.Name)
		fix.Note = fmt.Sprintf("the data of %s/%s is still on it and comes with it", old.Namespace, old.Name)
	}
	return candidate{fix: fix, change: q.onceChanged(reserved(v, c), c), claim: c.Name, nodes: q.ix.HomeOf(v).nodeNames()}
}

// nodeNames are the names of the home's Nodes; nil for a volume that has none, which stands for every Node.
func (h Home) nodeNames() []string {
	if len(h.Nodes) == 0 {
		return nil
	}
	return h.Names()
}

// abandoned reports whether a volume's old claim is surely gone, no Pod with a node still names it, and nobody else
// is going to clean the volume.
func (ix *Index) abandoned(v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	if _, gap := ix.Gap(PersistentVolumeClaims); gap || ix.Claim(ref.Namespace, ref.Name) != nil && ix.ClaimOf(v) != nil {
		return false
	}
	if _, gap := ix.Gap(Pods); gap {
		return false
	}
	if by := v.Annotations[volumehelpers.AnnDynamicallyProvisioned]; by != "" && !strings.HasPrefix(by, "kubernetes.io/") &&
		v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
		return false
	}
	return !slices.ContainsFunc(ix.Consumers(ref.Namespace, ref.Name), func(p *corev1.Pod) bool { return p.Spec.NodeName != "" })
}

// dropReservation frees a claim from a volume that is put aside for it where the Pod cannot go. It is too late for that
// when the two are being bound: a Bound volume without a claimRef is given to the next claim, data and all.
func (q *inquiry) dropReservation(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) []candidate {
	if !putAside(v) {
		return nil
	}
	n := v.DeepCopy()
	n.Spec.ClaimRef = nil
	return []candidate{{
		fix: Fix{
			ID:       "release-" + v.Name,
			Title:    fmt.Sprintf("no longer put %s aside for claim %s", v.Name, c.Name),
			Commands: []string{patchVolume(v, append(reservedOps(v), patchOp{Op: "remove", Path: "/spec/claimRef"})...)},
			Risk:     RiskData,
			Note:     fmt.Sprintf("the Pod then starts on another volume, without what is on %s, and any claim can take %s", v.Name, v.Name),
		},
		change: setting(n), claim: c.Name,
	}}
}

// reserveForGreedy puts a volume aside for the claim that the scheduler's order leaves without one.
func (q *inquiry) reserveForGreedy(c *corev1.PersistentVolumeClaim, f claimFinding) []candidate {
	if f.code != GreedyMiss {
		return nil
	}
	var out []candidate
	for _, node := range q.otherwiseFit() {
		g := q.matcher.Greedy(node)
		i := slices.IndexFunc(g.Assignment, func(a Assigned) bool { return a.Claim == c })
		if !g.Miss() || i < 0 {
			continue
		}
		v := g.Assignment[i].Volume
		out = append(out, candidate{
			fix: Fix{
				ID:       "reserve-" + v.Name,
				Title:    fmt.Sprintf("put %s aside for claim %s", v.Name, c.Name),
				Commands: []string{patchVolume(v, reserveOps(v, c)...)},
				Risk:     RiskLow,
				Note:     "the claim is bound to it at once",
			},
			change: setting(reserved(v, c)), claim: c.Name, node: node,
		})
		if len(out) == maxAlike {
			break
		}
	}
	return out
}

// relabelled are volumes with the labels that the claim's selector asks for.
func (q *inquiry) relabelled(c *corev1.PersistentVolumeClaim) []candidate {
	m, err := NewMatcher(q.ix, c)
	if err != nil || c.Spec.Selector == nil {
		return nil
	}
	want := labelsFor(c.Spec.Selector)
	var out []candidate
	for near := range q.within(q.nearMisses(c), SelectorMismatch) {
		v := q.ix.Volume(near.Volume)
		n, args := v.DeepCopy(), []string{}
		for _, k := range sortedKeys(want) {
			if v.Labels[k] != want[k] {
				metav1.SetMetaDataLabel(&n.ObjectMeta, k, want[k])
				args = append(args, k+"="+want[k])
			}
		}
		if m.Explain(n, true, "").Code != Match {
			continue // labels alone do not satisfy it, e.g. NotIn
		}
		out = append(out, candidate{
			fix: Fix{
				ID:       "label-" + v.Name,
				Title:    fmt.Sprintf("label %s %s, as claim %s asks", v.Name, strings.Join(args, " "), c.Name),
				Commands: []string{fmt.Sprintf("kubectl label pv %s %s --overwrite", v.Name, strings.Join(args, " "))},
				Risk:     RiskLow,
				Note:     "only if the label is true of the disk",
			},
			change: q.onceChanged(n, c), claim: c.Name, nodes: q.ix.HomeOf(v).nodeNames(),
		})
		if len(out) == maxAlike {
			break
		}
	}
	return out
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
