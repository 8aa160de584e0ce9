package fix

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// ownVolumes gives the claims of the Pod back what earlier claims of their names left, all of them in one change: the Pod may need every
// one. No claim gets such a volume by itself, for it names a claim that is gone.
func ownVolumes(e evidence.Evidence) []candidate {
	var c candidate
	var volumes, claims []string
	for _, u := range e.Uses {
		v := ownVolume(e.Index, u)
		if v == nil || slices.Contains(volumes, v.Name) {
			continue
		}
		volumes, claims = append(volumes, v.Name), append(claims, u.Name)
		c.change = c.change.Then(together(u.Claim, v))
		if c.nodes == nil {
			c.nodes = nodeNames(e.Index.HomeOf(v))
		}
		c.fix.ID = joinedID(c.fix.ID, "reattach-"+v.Name)
	}
	if len(volumes) == 0 {
		return nil
	}
	if len(claims) == 1 {
		c.claim = claims[0]
	}
	c.fix.Titles = []fact.Fact{fact.New("ReattachOwn", "volumes", volumes, "claims", claims)}
	c.fix.Commands = []fact.Command{fact.Plugin("reattach", volumes...)}
	c.fix.Notes = []fact.Fact{fact.New("OwnDataComes", "volumes", volumes)}
	c.fix.Risk = RiskNone
	return []candidate{c}
}

// joinedID is the ID of one more change of the same kind.
func joinedID(before, id string) string {
	if before == "" {
		return id
	}
	return before + "+" + id
}

// ownVolume is the volume that an earlier claim of the same namespace and name left and that the claim can be bound to; of several, the
// one that was released last. It is nil if there is none.
func ownVolume(ix *inspect.Index, u evidence.ClaimUse) *corev1.PersistentVolume {
	if u.Claim == nil || u.Ephemeral || u.Claim.DeletionTimestamp != nil {
		return nil
	}
	var own []*corev1.PersistentVolume
	for _, v := range ix.LocalVolumes() {
		if ownEarlier(v, u.Claim) && abandoned(ix, ofNobody(v)) && couldHave(u, v) {
			own = append(own, v)
		}
	}
	if len(own) == 0 {
		return nil
	}
	return slices.MaxFunc(own, func(a, b *corev1.PersistentVolume) int {
		return cmp.Or(releasedAt(a).Compare(releasedAt(b).Time), cmp.Compare(b.Name, a.Name))
	})
}

func releasedAt(v *corev1.PersistentVolume) metav1.Time {
	return ptr.Deref(v.Status.LastPhaseTransitionTime, metav1.Time{})
}

// ownEarlier reports whether a volume names an earlier claim of the namespace and name of a claim.
func ownEarlier(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) bool {
	ref := v.Spec.ClaimRef
	return ref != nil && ref.Namespace == c.Namespace && ref.Name == c.Name && ref.UID != c.UID && v.DeletionTimestamp == nil && v.Status.Phase != corev1.VolumeBound
}

// ofNobody is a volume whose claimRef, if it has no UID, names no claim that there is: one that counts as bound already is not bound to it
// as long as the UID is missing.
func ofNobody(v *corev1.PersistentVolume) *corev1.PersistentVolume {
	if v.Spec.ClaimRef.UID != "" {
		return v
	}
	n := v.DeepCopy()
	n.Spec.ClaimRef.UID = "none"
	return n
}

// couldHave reports whether a claim could be bound to the volume that an earlier claim of its name left.
func couldHave(u evidence.ClaimUse, v *corev1.PersistentVolume) bool {
	c := u.Claim
	switch {
	case evidence.Restored(c, v):
		return true
	case !u.Unbound() || u.Matcher == nil || v.Spec.ClaimRef.UID == "" || c.Spec.VolumeName != "" && c.Spec.VolumeName != v.Name:
		return false
	}
	return !metav1.HasAnnotation(c.ObjectMeta, volumehelpers.AnnBindCompleted) && u.Matcher.Explain(reserved(v, c), true, "").Code == inspect.Match
}

// together is the Change that a claim and a volume have each other.
func together(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) inspect.Change {
	claim, volume := c.DeepCopy(), v.DeepCopy()
	claim.Spec.VolumeName, claim.Status.Phase = v.Name, corev1.ClaimBound
	metav1.SetMetaDataAnnotation(&claim.ObjectMeta, volumehelpers.AnnBindCompleted, "yes")
	volume.Spec.ClaimRef, volume.Status.Phase = claimRef(c), corev1.VolumeBound
	return setting(claim, volume)
}
