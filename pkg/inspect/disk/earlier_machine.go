package disk

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// A Node that is younger than a volume of its name may be the same machine, which was registered again, or another one with the name or the
// hostname, whose disk is new and empty. So it is with a volume of which the static provisioner says that it made it for another Node, by name
// or UID. Nothing that Kubernetes keeps tells the two apart, so that nobody may rely on the data.

// staticProvisioner begins the name of the static provisioner, which goes on with the name of its Node and, unless it is told otherwise, its UID.
const staticProvisioner = "local-volume-provisioner-"

// MadeForAnother says that a volume was made for other machines than those that are its home, as far as can be told. What a claim that is
// younger than these has written is on them, though.
func MadeForAnother(ix *inspect.Index, v *corev1.PersistentVolume) (why fact.Fact, another bool) {
	home := ix.HomeOf(v)
	claim := lastClaim(ix, v)
	present := func(n *corev1.Node) bool {
		return !younger(v, n) && !ProvisionedForAnother(v, n) || claim != nil && younger(n, claim)
	}
	if len(home.Nodes) == 0 || slices.ContainsFunc(home.Nodes, present) {
		return fact.Fact{}, false
	}
	by := ""
	if ProvisionedForAnother(v, home.Nodes[0]) {
		by = v.Annotations[volumehelpers.AnnDynamicallyProvisioned]
	}
	return fact.New("MadeForAnotherMachine", "volume", v.Name, "node", home.Nodes[0].Name, "by", by), true
}

// PerhapsNotThere says why the disk of a volume may not be the one with the data: the volume was made for another machine, or the data may be on one
// that is gone, although another has its hostname now.
func PerhapsNotThere(ix *inspect.Index, v *corev1.PersistentVolume) (why fact.Fact, perhaps bool) {
	if why, another := MadeForAnother(ix, v); another {
		return why, true
	}
	why, perhaps = ix.PerhapsGone(v)
	return fact.New("VolumePerhapsGone", "volume", v.Name, "why", why), perhaps
}

// ProvisionedForAnother reports whether the static provisioner created a volume for another Node.
func ProvisionedForAnother(v *corev1.PersistentVolume, n *corev1.Node) bool {
	name, static := strings.CutPrefix(v.Annotations[volumehelpers.AnnDynamicallyProvisioned], staticProvisioner)
	return static && name != n.Name && name != n.Name+"-"+string(n.UID)
}

// lastClaim is the claim that has a volume, or had it last and is recorded on it, nil if there is none.
func lastClaim(ix *inspect.Index, v *corev1.PersistentVolume) *corev1.PersistentVolumeClaim {
	if c := ix.ClaimOf(v); c != nil && c.Spec.VolumeName == v.Name {
		return c
	}
	ref := v.Spec.ClaimRef
	if _, understood := RecordVersion(v); !understood || ref == nil {
		return nil
	}
	if c, err := inspect.DecodeClaim(v.Annotations[AnnReleasedClaim]); err == nil && ref.UID == c.UID {
		return c
	}
	return nil
}

// younger reports whether one object was created after another; not, if it is not known of one of them.
func younger(older, one metav1.Object) bool {
	before, after := older.GetCreationTimestamp(), one.GetCreationTimestamp()
	return !before.IsZero() && before.Before(&after)
}
