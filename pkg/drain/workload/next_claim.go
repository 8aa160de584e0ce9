package workload

import (
	"maps"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// NextClaim is a claim as it will be recreated when the present one is gone.
type NextClaim struct {
	// Claim is what will be created, with the class that it gets now if it names none.
	Claim *corev1.PersistentVolumeClaim
	// Template says that a StatefulSet creates it from its template, whatever the present claim asks for.
	Template bool
	// Defaulted says that it names no class, so that what class it gets is decided when it is created.
	Defaulted bool
	// Unknown says that an operator creates it, so that it may ask for something else than Claim.
	Unknown bool
}

// Class is the class of the claim, empty for none.
func (n NextClaim) Class() string { return volumehelpers.GetPersistentVolumeClaimClass(n.Claim) }

// Next is a claim of the member as it will be recreated: the one that has the name now and waits, or what the member's StatefulSet
// creates from its template, which may ask for something else than the claim that there was, or the claim as it was.
func (m *Member) Next(ix *inspect.Index, c Claim) NextClaim {
	var n NextClaim
	switch {
	case c.Current != nil:
		n.Claim = inspect.StripClaim(c.Current)
	case m.recreatesClaim(c.Manifest.Name):
		n = fromTemplate(m.Set, m.Key.Name, c.Manifest)
	default:
		n = NextClaim{Claim: inspect.StripClaim(c.Manifest), Unknown: c.Recreated}
	}
	return n.withClass(ix)
}

// NextOf is a claim as it will be recreated when the one of a manifest is gone, as far as that is known from its name.
func NextOf(ix *inspect.Index, manifest *corev1.PersistentVolumeClaim) NextClaim {
	set, ordinal, ok := ix.SetOfClaim(types.NamespacedName{Namespace: manifest.Namespace, Name: manifest.Name})
	if !ok {
		return NextClaim{Claim: inspect.StripClaim(manifest)}.withClass(ix)
	}
	return fromTemplate(set, MemberName(set, ordinal), manifest).withClass(ix)
}

func (n NextClaim) withClass(ix *inspect.Index) NextClaim {
	n.Defaulted = !volumehelpers.PersistentVolumeClaimHasClass(n.Claim)
	n.Claim = ix.WithDefaultClass(n.Claim)
	return n
}

// fromTemplate is the claim that a StatefulSet creates for a member
// (controller/statefulset/stateful_set_utils.go: getPersistentVolumeClaims).
func fromTemplate(set *appsv1.StatefulSet, member string, manifest *corev1.PersistentVolumeClaim) NextClaim {
	next := inspect.StripClaim(manifest)
	for i := range set.Spec.VolumeClaimTemplates {
		t := &set.Spec.VolumeClaimTemplates[i]
		if manifest.Name != t.Name+"-"+member || len(t.Spec.AccessModes) == 0 {
			continue
		}
		next.Spec = *t.Spec.DeepCopy()
		next.Annotations = maps.Clone(t.Annotations) // one of them may be the class
		next.Labels = maps.Clone(t.Labels)
		if set.Spec.Selector != nil && next.Labels == nil {
			next.Labels = map[string]string{}
		}
		if set.Spec.Selector != nil {
			maps.Copy(next.Labels, set.Spec.Selector.MatchLabels)
		}
	}
	return NextClaim{Claim: next, Template: true}
}
