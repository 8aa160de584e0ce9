package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"

	"iter"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// claimCandidates are changes of one claim, or of volumes for it, that its code suggests.
func (q *inquiry) claimCandidates(u claimUse, f claimFinding) []candidate {
	c := u.claim
	if c == nil {
		return nil
	}
	switch f.code { //nolint:exhaustive // for the others, a volume is what is lacking
	case inspect.EphemeralClaimNotCreated, inspect.EphemeralClaimNotOwned, inspect.ClaimTerminating, inspect.AwaitingProvisioner, inspect.ClaimNotFound, inspect.BoundVolumeUnknown:
		return nil
	case inspect.ClaimLost, inspect.BoundVolumeMissing, inspect.BoundNodeMissing, inspect.BoundNodeUnfit:
		if v := q.ix.ReservedFor(c); v != nil && !inspect.FullyBound(c) {
			return q.dropReservation(c, v)
		}
		return q.newVolume(u)
	case inspect.SelectedNodeStale:
		return q.dropSelectedNode(c)
	case inspect.VolumeNameUnbound, inspect.VolumeReservedElsewhere:
		return q.recreate(u, "any-volume", fact.New("RecreateClaimWithoutVolumeName", "claim", c.Name), func(*corev1.PersistentVolumeClaim) {})
	case inspect.StorageClassNotFound:
		return append(q.createClass(c), q.changedClaims(u)...)
	case inspect.ClaimOk:
		if inspect.FullyBound(c) {
			return nil
		}
	}
	out := q.reserveForGreedy(c, f)
	out = append(out, q.freedVolumes(c)...)
	out = append(out, q.relabelled(c)...)
	out = append(out, q.addVolume(c)...)
	return append(out, q.changedClaims(u)...)
}

// dropSelectedNode takes the annotation off, so that existing volumes are tried again.
func (q *inquiry) dropSelectedNode(c *corev1.PersistentVolumeClaim) []candidate {
	n := c.DeepCopy()
	delete(n.Annotations, volumehelpers.AnnSelectedNode)
	return []candidate{{
		fix: Fix{
			ID:       "unselect-" + c.Name,
			Titles:   []fact.Fact{fact.New("RemoveAnnotation", "annotation", volumehelpers.AnnSelectedNode, "claim", c.Name)},
			Commands: []fact.Command{fact.Kubectl("annotate", "pvc", c.Name, volumehelpers.AnnSelectedNode+"-").In(c.Namespace)},
			Risk:     RiskNone,
		},
		change: setting(n), claim: c.Name,
	}}
}

// recreate deletes an unbound claim and creates it again with other values: a claim's spec cannot be changed. A
// generic ephemeral claim is made by a controller from the Pod, so it is left alone.
func (q *inquiry) recreate(u claimUse, id string, title fact.Fact, alter func(*corev1.PersistentVolumeClaim)) []candidate {
	if u.ephemeral {
		return nil
	}
	c := inspect.StripClaim(u.claim)
	alter(c)
	text, err := inspect.Manifest(c)
	if err != nil {
		return nil
	}
	simulated, change := q.asCreated(c)
	if simulated == nil {
		return nil
	}
	return []candidate{{
		fix: Fix{
			ID: id + "-" + c.Name, Titles: []fact.Fact{title}, Risk: RiskRecreate, Manifest: text,
			Commands: []fact.Command{q.printFix().To(replacing())},
			Notes:    q.claimTemplateNotes(c),
		},
		change: change, claim: c.Name,
	}}
}

// asCreated is the Change that a created claim comes to. Where its class binds at once, the controller binds it
// to the volume that it finds before any Pod is looked at; nil if it finds none.
func (q *inquiry) asCreated(c *corev1.PersistentVolumeClaim, more ...*corev1.PersistentVolume) (*corev1.PersistentVolumeClaim, inspect.Change) {
	n := c.DeepCopy()
	n.Status.Phase = corev1.ClaimPending
	change := setting(n)
	for _, v := range more {
		change.Set = append(change.Set, v)
	}
	if q.ix.Delayed(n) {
		return n, change
	}
	candidates := slices.Concat(q.ix.OfClass(volumehelpers.GetPersistentVolumeClaimClass(c)), more)
	m, err := match.NewMatcher(q.ix, n)
	if err != nil {
		return nil, inspect.Change{}
	}
	var best *corev1.PersistentVolume
	for _, v := range candidates {
		if m.Explain(v, true, "").Code != inspect.Match {
			continue
		}
		if best == nil || match.CapacityOf(v).Cmp(*match.CapacityOf(best)) < 0 {
			best = v
		}
	}
	if best == nil {
		return nil, inspect.Change{}
	}
	v := best.DeepCopy()
	n.Spec.VolumeName = v.Name
	metav1.SetMetaDataAnnotation(&n.ObjectMeta, volumehelpers.AnnBindCompleted, "yes")
	n.Status.Phase = corev1.ClaimBound
	v.Spec.ClaimRef = claimRef(n)
	v.Status.Phase = corev1.VolumeBound
	change.Set = append(change.Set, v)
	return n, change
}

func claimRef(c *corev1.PersistentVolumeClaim) *corev1.ObjectReference {
	return &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: c.Namespace, Name: c.Name, UID: c.UID}
}

// replacing is the command that deletes an object and creates it again, as it is on its input.
func replacing() fact.Command { return fact.Kubectl("replace").With("--force", "-f", "-") }

// claimTemplateNotes warn that a StatefulSet creates its next claims from its template.
func (q *inquiry) claimTemplateNotes(c *corev1.PersistentVolumeClaim) []fact.Fact {
	if !q.recreated(c) {
		return nil
	}
	return []fact.Fact{fact.New("ClaimTemplateUnchanged", "owner", q.ix.OwnerOf(q.pod))}
}

// changedClaims are the claim with one value changed, as near misses suggest.
func (q *inquiry) changedClaims(u claimUse) []candidate {
	var out []candidate
	told := map[string]bool{}
	for near := range q.within(q.nearMisses(u.claim)) {
		v := q.ix.Volume(near.Volume)
		if told[string(near.Code)+near.Have] {
			continue
		}
		alter, title := alteration(u.claim, v, near.Code)
		if alter == nil || (near.Code == inspect.CapacityTooSmall && told[string(near.Code)]) {
			continue
		}
		told[string(near.Code)+near.Have], told[string(near.Code)] = true, true
		out = append(out, q.recreate(u, alterationID(near.Code, v), title, alter)...)
		if len(out) == 2*maxAlike {
			break
		}
	}
	return out
}

// within goes through the near misses by one of the codes whose volume is on a Node that would otherwise take the
// Pod; if there are none, those on a Node that refuses it for one reason, which another change may cure.
func (q *inquiry) within(all []match.NearMiss, codes ...inspect.VolumeCode) iter.Seq[match.NearMiss] {
	return func(yield func(match.NearMiss) bool) {
		for obstacles := range 2 {
			some := false
			for i := range all {
				if len(codes) > 0 && !slices.Contains(codes, all[i].Code) || q.obstacles(q.ix.Volume(all[i].Volume)) != obstacles {
					continue
				}
				some = true
				if !yield(all[i]) {
					return
				}
			}
			if some {
				return
			}
		}
	}
}

// obstacles counts what refuses the Pod besides volumes on that Node of a volume's home which refuses least: none,
// one that can be cured, or more (2).
func (q *inquiry) obstacles(v *corev1.PersistentVolume) int {
	if inspect.AnyNode(v) {
		return 0
	}
	least := 2
	for _, n := range q.ix.HomeOf(v).Nodes {
		least = min(least, q.obstaclesOn(n.Name))
	}
	return least
}

// obstaclesOn is obstacles of one Node. The volumes of a Node ask for it one after the other, so it is kept.
func (q *inquiry) obstaclesOn(node string) int {
	if n, ok := q.inTheWay[node]; ok {
		return n
	}
	if q.inTheWay == nil {
		q.inTheWay = make(map[string]int, len(q.verdict.Nodes))
	}
	q.inTheWay[node] = q.countObstacles(node)
	return q.inTheWay[node]
}

func (q *inquiry) countObstacles(node string) int {
	nv, ok := q.nodeVerdict(node)
	if ok && otherwiseFits(nv) {
		return 0
	}
	for _, volumesToo := range []bool{true, false} {
		if r, sole := soleRefusal(nv, volumesToo); sole && curable(r.Plugin) {
			return 1
		}
	}
	return 2
}

// alterationID names a changed claim by what it is changed to.
func alterationID(code inspect.VolumeCode, v *corev1.PersistentVolume) string {
	switch code {
	case inspect.CapacityTooSmall:
		return "ask-" + strings.ToLower(match.CapacityOf(v).String())
	case inspect.SelectorMismatch:
		return "no-selector"
	case inspect.ClassMismatch:
		return "class-" + volumehelpers.GetPersistentVolumeClass(v)
	default:
		return "as-" + v.Name
	}
}

// alteration is how a claim would have to ask so that a volume that fails one check passes it; nil if asking
// differently is no way.
func alteration(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume, code inspect.VolumeCode) (func(*corev1.PersistentVolumeClaim), fact.Fact) {
	switch code { //nolint:exhaustive // the others are not about what the claim asks for
	case inspect.CapacityTooSmall:
		return func(n *corev1.PersistentVolumeClaim) {
			n.Spec.Resources.Requests = corev1.ResourceList{corev1.ResourceStorage: *match.CapacityOf(v)}
		}, fact.New("RecreateClaimWithRequest", "claim", c.Name, "request", match.CapacityOf(v))
	case inspect.VolumeModeMismatch:
		return func(n *corev1.PersistentVolumeClaim) { n.Spec.VolumeMode = ptr.To(volumeMode(v.Spec.VolumeMode)) },
			fact.New("RecreateClaimWithVolumeMode", "claim", c.Name, "mode", volumeMode(v.Spec.VolumeMode))
	case inspect.AttributesClassMismatch:
		return func(n *corev1.PersistentVolumeClaim) {
			n.Spec.VolumeAttributesClassName = v.Spec.VolumeAttributesClassName
		}, fact.New("RecreateClaimWithAttributesClass", "claim", c.Name, "class", ptr.Deref(v.Spec.VolumeAttributesClassName, ""))
	case inspect.AccessModesMismatch:
		return func(n *corev1.PersistentVolumeClaim) { n.Spec.AccessModes = v.Spec.AccessModes },
			fact.New("RecreateClaimWithAccessModes", "claim", c.Name, "modes", match.AccessModesText(v.Spec.AccessModes))
	case inspect.ClassMismatch:
		class := volumehelpers.GetPersistentVolumeClass(v)
		return func(n *corev1.PersistentVolumeClaim) {
			delete(n.Annotations, corev1.BetaStorageClassAnnotation)
			n.Spec.StorageClassName = &class
		}, fact.New("RecreateClaimWithClass", "claim", c.Name, "class", class)
	case inspect.SelectorMismatch:
		return func(n *corev1.PersistentVolumeClaim) { n.Spec.Selector = nil },
			fact.New("RecreateClaimWithoutSelector", "claim", c.Name)
	}
	return nil, fact.Fact{}
}

// createClass is the class that a claim names and does not exist, as local volumes need it.
func (q *inquiry) createClass(c *corev1.PersistentVolumeClaim) []candidate {
	name := volumehelpers.GetPersistentVolumeClaimClass(c)
	if len(q.ix.OfClass(name)) == 0 {
		return nil // nothing shows that the name is right
	}
	class := &storagev1.StorageClass{
		TypeMeta:          metav1.TypeMeta{APIVersion: "storage.k8s.io/v1", Kind: "StorageClass"},
		ObjectMeta:        metav1.ObjectMeta{Name: name},
		Provisioner:       volumehelpers.NotSupportedProvisioner,
		VolumeBindingMode: ptr.To(storagev1.VolumeBindingWaitForFirstConsumer),
		ReclaimPolicy:     ptr.To(corev1.PersistentVolumeReclaimRetain),
	}
	text, err := inspect.Manifest(class)
	if err != nil {
		return nil
	}
	return []candidate{{
		fix: Fix{
			ID: "class-" + name, Titles: []fact.Fact{fact.New("CreateStorageClass", "class", name)}, Risk: RiskLow, Manifest: text,
			Commands: []fact.Command{q.printFix().To(fact.Kubectl("create").With("-f", "-"))},
			Notes:    []fact.Fact{fact.New("ClassHasVolumes", "volumes", len(q.ix.OfClass(name)))},
		},
		change: setting(class), claim: c.Name,
	}}
}

// onceChanged is what changing a volume for a claim comes to: a claim whose class binds at once is bound by the volume
// controller before any Pod is looked at, if the volume will do.
func (q *inquiry) onceChanged(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) inspect.Change {
	if q.ix.Delayed(c) {
		return setting(v)
	}
	if _, bound := q.asCreated(c, v); !bound.Empty() {
		return bound
	}
	return setting(v)
}
