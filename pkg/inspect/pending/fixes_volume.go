package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"

	"encoding/json"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// patchOp is one operation of a JSON patch. The test operations are the guard: if the volume is not what it was
// when this was decided, the API server refuses the whole patch.
type patchOp struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

func patchVolume(v *corev1.PersistentVolume, ops ...patchOp) fact.Command {
	b, err := json.Marshal(append([]patchOp{{"test", "/metadata/uid", v.UID}, {"test", "/status/phase", v.Status.Phase}}, ops...))
	if err != nil {
		return fact.Command{} // texts can always be written
	}
	return fact.Kubectl("patch", "pv", v.Name).With("--type=json", "-p", string(b))
}

// reserveOps reserve a volume for a claim by name: claimRef without UID. The annotation that says the controller
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

// reservedOps test that a volume is still reserved for the claim that its claimRef names, and that nobody is binding it:
// the controller writes the claimRef's UID before the phase.
func reservedOps(v *corev1.PersistentVolume) []patchOp {
	ref := v.Spec.ClaimRef
	return []patchOp{
		{"test", "/metadata/resourceVersion", v.ResourceVersion},
		{"test", "/spec/claimRef/namespace", ref.Namespace}, {"test", "/spec/claimRef/name", ref.Name},
	}
}

// onlyReserved reports whether a volume is reserved for a claim by name, and nobody is binding it.
func onlyReserved(v *corev1.PersistentVolume) bool {
	return v.Status.Phase == corev1.VolumeAvailable && v.Spec.ClaimRef != nil && v.Spec.ClaimRef.UID == ""
}

// keptData reports whether the commands that hand volumes back have been here: they write down on the volume whose data is
// on it, and reserve it for that claim to come back.
func keptData(v *corev1.PersistentVolume) bool {
	for name := range v.Annotations {
		if strings.HasPrefix(name, "localpv.dev/") {
			return true
		}
	}
	return false
}

// reserved is the volume as it is once it is reserved for a claim.
func reserved(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) *corev1.PersistentVolume {
	n := v.DeepCopy()
	n.Spec.ClaimRef = claimRef(c)
	n.Spec.ClaimRef.UID = ""
	n.Status.Phase = corev1.VolumeAvailable
	delete(n.Annotations, volumehelpers.AnnBoundByController)
	return n
}

// freedVolumes are volumes that would do but for a claim that is gone: Released or Failed ones to reclaim, and
// ones that are reserved for a claim that does not exist.
func (q *inquiry) freedVolumes(c *corev1.PersistentVolumeClaim) []candidate {
	var out []candidate
	for near := range q.within(q.nearMisses(c), inspect.ClaimedByOther) {
		v := q.ix.Volume(near.Volume)
		available := v.Status.Phase == corev1.VolumeAvailable
		if !abandoned(q.ix, v) || available && (!onlyReserved(v) || keptData(v)) {
			continue
		}
		if out = append(out, q.freed(v, c)); len(out) == maxAlike {
			break
		}
	}
	return out
}

func (q *inquiry) freed(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) candidate {
	old := v.Spec.ClaimRef.Namespace + "/" + v.Spec.ClaimRef.Name
	fix := Fix{Risk: RiskData, Commands: []fact.Command{patchVolume(v, reserveOps(v, c)...)}}
	if v.Status.Phase == corev1.VolumeAvailable {
		fix.ID = "unreserve-" + v.Name
		fix.Titles = []fact.Fact{fact.New("ReserveInstead", "volume", v.Name, "old", old, "claim", c.Name)}
		fix.Notes = []fact.Fact{fact.New("ReservedDataMayCome", "old", old)}
	} else {
		fix.ID = "reclaim-" + v.Name
		if _, local := q.ix.LocalSource(v); local { // reclaim refuses any other
			fix.Commands = []fact.Command{fact.Plugin("reclaim", v.Name).With("--keep-data", "--for", c.Namespace+"/"+c.Name, "--yes")}
		}
		fix.Titles = []fact.Fact{fact.New("ReclaimForClaim", "phase", v.Status.Phase, "volume", v.Name, "claim", c.Name)}
		fix.Notes = []fact.Fact{fact.New("OldDataComes", "old", old)}
	}
	return candidate{fix: fix, change: q.onceChanged(reserved(v, c), c), claim: c.Name, nodes: nodeNames(q.ix.HomeOf(v))}
}

// nodeNames are the names of the home's Nodes; nil for a volume that has none, which stands for every Node.
func nodeNames(h inspect.Home) []string {
	if len(h.Nodes) == 0 {
		return nil
	}
	return h.Names()
}

// abandoned reports whether a volume's old claim is surely gone, no Pod with a node still names it, and nobody else
// is going to clean the volume.
func abandoned(ix *inspect.Index, v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	if _, gap := ix.Gap(inspect.PersistentVolumeClaims); gap || ix.Claim(ref.Namespace, ref.Name) != nil && ix.ClaimOf(v) != nil {
		return false
	}
	if _, gap := ix.Gap(inspect.Pods); gap {
		return false
	}
	if by := v.Annotations[volumehelpers.AnnDynamicallyProvisioned]; by != "" && !strings.HasPrefix(by, "kubernetes.io/") &&
		v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
		return false
	}
	return !slices.ContainsFunc(ix.Consumers(ref.Namespace, ref.Name), func(p *corev1.Pod) bool { return p.Spec.NodeName != "" })
}

// dropReservation frees a claim from a volume that is reserved for it where the Pod cannot go. It is too late for that
// when the two are being bound: a Bound volume without a claimRef is given to the next claim, data and all.
func (q *inquiry) dropReservation(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) []candidate {
	if !onlyReserved(v) {
		return nil
	}
	n := v.DeepCopy()
	n.Spec.ClaimRef = nil
	return []candidate{{
		fix: Fix{
			ID:       "release-" + v.Name,
			Titles:   []fact.Fact{fact.New("EndReservation", "volume", v.Name, "claim", c.Name)},
			Commands: []fact.Command{patchVolume(v, append(reservedOps(v), patchOp{Op: "remove", Path: "/spec/claimRef"})...)},
			Risk:     RiskData,
			Notes:    []fact.Fact{fact.New("PodStartsElsewhere", "volume", v.Name)},
		},
		change: setting(n), claim: c.Name,
	}}
}

// reserveForGreedy reserves a volume for the claim that the scheduler's order leaves without one.
func (q *inquiry) reserveForGreedy(c *corev1.PersistentVolumeClaim, f claimFinding) []candidate {
	if f.code != inspect.GreedyMiss {
		return nil
	}
	var out []candidate
	for _, node := range q.otherwiseFit() {
		g := q.matcher.Greedy(node)
		i := slices.IndexFunc(g.Assignment, func(a match.Assigned) bool { return a.Claim == c })
		if !g.Miss() || i < 0 {
			continue
		}
		v := g.Assignment[i].Volume
		out = append(out, candidate{
			fix: Fix{
				ID:       "reserve-" + v.Name,
				Titles:   []fact.Fact{fact.New("Reserve", "volume", v.Name, "claim", c.Name)},
				Commands: []fact.Command{patchVolume(v, reserveOps(v, c)...)},
				Risk:     RiskLow,
				Notes:    []fact.Fact{fact.New("ClaimBoundAtOnce")},
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
	m, err := match.NewMatcher(q.ix, c)
	if err != nil || c.Spec.Selector == nil {
		return nil
	}
	want := inspect.LabelsFor(c.Spec.Selector)
	var out []candidate
	for near := range q.within(q.nearMisses(c), inspect.SelectorMismatch) {
		v := q.ix.Volume(near.Volume)
		n, args := v.DeepCopy(), []string{}
		for _, k := range sortedKeys(want) {
			if v.Labels[k] != want[k] {
				metav1.SetMetaDataLabel(&n.ObjectMeta, k, want[k])
				args = append(args, k+"="+want[k])
			}
		}
		if m.Explain(n, true, "").Code != inspect.Match {
			continue // labels alone do not satisfy it, e.g. NotIn
		}
		out = append(out, candidate{
			fix: Fix{
				ID:       "label-" + v.Name,
				Titles:   []fact.Fact{fact.New("LabelVolume", "volume", v.Name, "labels", args, "claim", c.Name)},
				Commands: []fact.Command{fact.Kubectl("label", append([]string{"pv", v.Name}, args...)...).With("--overwrite")},
				Risk:     RiskLow,
				Notes:    []fact.Fact{fact.New("LabelMustBeTrue")},
			},
			change: q.onceChanged(n, c), claim: c.Name, nodes: nodeNames(q.ix.HomeOf(v)),
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
