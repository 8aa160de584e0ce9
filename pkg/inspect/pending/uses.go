package pending

import (
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// claimUse is one claim as a Pod uses it.
type claimUse struct {
	name      string
	ephemeral bool
	claim     *corev1.PersistentVolumeClaim // nil: there is none of that name
	// matcher serves an unbound claim by itself. It is nil if the claim's selector is invalid, which invalid tells then.
	matcher *match.Matcher
	invalid fact.Fact
}

// claimUses are the claims of a Pod in the order of its volumes, each once.
func claimUses(ix *inspect.Index, pod *corev1.Pod) []claimUse {
	var uses []claimUse
	seen := map[string]bool{}
	for i := range pod.Spec.Volumes {
		v := &pod.Spec.Volumes[i]
		name := inspect.ClaimName(pod, v)
		if name == "" || seen[name] {
			continue
		}
		seen[name] = true
		uses = append(uses, newClaimUse(ix, name, v.Ephemeral != nil, ix.Claim(pod.Namespace, name)))
	}
	return uses
}

// newClaimUse reads what an unbound claim asks for.
func newClaimUse(ix *inspect.Index, name string, ephemeral bool, claim *corev1.PersistentVolumeClaim) claimUse {
	u := claimUse{name: name, ephemeral: ephemeral, claim: claim}
	if !u.unbound() {
		return u
	}
	m, err := match.NewMatcher(ix, claim)
	if err != nil {
		u.invalid = match.SelectorFact(err)
		return u
	}
	u.matcher = m
	return u
}

// unbound tells a claim that exists and has no volume yet.
func (u claimUse) unbound() bool { return u.claim != nil && !inspect.FullyBound(u.claim) }

// handedOver tells an unbound claim for which no existing volume is tried any more.
func (u claimUse) handedOver() bool { return u.unbound() && hasSelectedNode(u.claim) }

// hasSelectedNode tells a claim that the scheduler has handed to a provisioner.
func hasSelectedNode(c *corev1.PersistentVolumeClaim) bool {
	_, ok := c.Annotations[volumehelpers.AnnSelectedNode]
	return ok
}

// provisioned reports whether somebody else than an admin makes the volumes of a class.
func provisioned(class *storagev1.StorageClass) bool {
	return class.Provisioner != "" && class.Provisioner != volumehelpers.NotSupportedProvisioner
}

// provisionedClass is the class of an unbound claim that a provisioner may serve, or nil.
func provisionedClass(ix *inspect.Index, u claimUse) *storagev1.StorageClass {
	if !u.unbound() {
		return nil
	}
	class := ix.Class(volumehelpers.GetPersistentVolumeClaimClass(u.claim))
	if class == nil || !provisioned(class) {
		return nil
	}
	return class
}
