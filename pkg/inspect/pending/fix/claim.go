package fix

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// claimCandidates are changes of one claim, or of volumes for it, that its code suggests.
func claimCandidates(e evidence.Evidence, codes []inspect.ClaimCode, at int, near nearby) []candidate {
	u, code := e.Uses[at], codes[at]
	c := u.Claim
	if c == nil {
		return nil
	}
	switch code { //nolint:exhaustive // for the others, a volume is what is lacking
	case inspect.EphemeralClaimNotCreated, inspect.EphemeralClaimNotOwned, inspect.ClaimTerminating, inspect.AwaitingProvisioner, inspect.ClaimNotFound, inspect.BoundVolumeUnknown:
		return nil
	case inspect.ClaimLost, inspect.BoundVolumeMissing, inspect.BoundNodeMissing, inspect.BoundNodeUnfit:
		if v := e.Index.Volume(c.Spec.VolumeName); v != nil && evidence.Restored(c, v) && !e.Index.SiteGone(v) {
			return nil // it has its data, on a node that is there: ownVolumes
		}
		if v := e.Index.ReservedFor(c); v != nil && !inspect.FullyBound(c) {
			if label := lostLabel(e, v); len(label) > 0 {
				return label // it has the claim's data, and can be used again
			}
			return dropReservation(c, v)
		}
		out := slices.Concat(otherwiseAsked(e, u), namedByClaim(e, u), lostLabel(e, e.Index.Volume(c.Spec.VolumeName)))
		if news := newVolume(e, u); len(news) > 0 {
			return slices.Concat(out, roomFor(e, u, near), news)
		}
		return out
	case inspect.SelectedNodeStale:
		return dropSelectedNode(c)
	case inspect.VolumeNameUnbound, inspect.VolumeReservedElsewhere:
		return slices.Concat(boundSoon(e, u), otherwiseAsked(e, u), anyVolume(e, u))
	case inspect.StorageClassNotFound:
		return append(createClass(e, c), changedClaims(e, u, near)...)
	case inspect.ClaimOk:
		if inspect.FullyBound(c) {
			return nil
		}
	}
	out := append(otherwiseAsked(e, u), reserveForGreedy(e, c, code)...)
	out = append(out, freedVolumes(e.Index, u, near)...)
	out = append(out, relabelled(e.Index, u, near)...)
	out = append(out, addVolume(e, c, firstWithout(e, codes) == c)...)
	return append(out, changedClaims(e, u, near)...)
}

// dropSelectedNode takes the annotation off, so that existing volumes are tried again.
func dropSelectedNode(c *corev1.PersistentVolumeClaim) []candidate {
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

// createClass is the class that a claim names and does not exist, as local volumes need it.
func createClass(e evidence.Evidence, c *corev1.PersistentVolumeClaim) []candidate {
	name := volumehelpers.GetPersistentVolumeClaimClass(c)
	if len(e.Index.OfClass(name)) == 0 {
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
			Commands: []fact.Command{printFix(e.Question).To(fact.Kubectl("create").With("-f", "-"))},
			Notes:    []fact.Fact{fact.New("ClassHasVolumes", "volumes", len(e.Index.OfClass(name)))},
		},
		change: setting(class), claim: c.Name,
	}}
}
