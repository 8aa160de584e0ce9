package fix

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// recreate deletes an unbound claim and creates it again with other values: a claim's spec cannot be changed. A
// generic ephemeral claim is made by a controller from the Pod, so it is left alone.
func recreate(e evidence.Evidence, u evidence.ClaimUse, id string, title fact.Fact, alter func(*corev1.PersistentVolumeClaim)) []candidate {
	if u.Ephemeral {
		return nil
	}
	c := inspect.StripClaim(u.Claim)
	alter(c)
	text, err := inspect.Manifest(c)
	if err != nil {
		return nil
	}
	change, ok := asCreated(e.Index, c)
	if !ok {
		return nil
	}
	return []candidate{{
		fix: Fix{
			ID: id + "-" + c.Name, Titles: []fact.Fact{title}, Risk: RiskRecreate, Manifest: text,
			Commands: []fact.Command{printFix(e.Question).To(replacing())},
			Notes:    claimTemplateNotes(e, c),
		},
		change: change, claim: c.Name,
	}}
}

// claimTemplateNotes warn that a StatefulSet creates its next claims from its template.
func claimTemplateNotes(e evidence.Evidence, c *corev1.PersistentVolumeClaim) []fact.Fact {
	if !recreated(e, c) {
		return nil
	}
	return []fact.Fact{fact.New("ClaimTemplateUnchanged", "owner", e.Index.OwnerOf(e.Pod))}
}

// recreated reports whether a StatefulSet recreates the Pod's claim once it is gone.
func recreated(e evidence.Evidence, c *corev1.PersistentVolumeClaim) bool {
	return e.Index.OwnerOf(e.Pod).Kind == "StatefulSet" && strings.HasSuffix(c.Name, "-"+e.Pod.Name)
}

// changedClaims are the claim with one value changed, as near misses suggest.
func changedClaims(e evidence.Evidence, u evidence.ClaimUse, near nearby) []candidate {
	var out []candidate
	told := map[string]bool{}
	for miss := range near.of(u.Name) {
		v := e.Index.Volume(miss.Volume)
		if told[string(miss.Code)+miss.Have] {
			continue
		}
		alter, title := alteration(u.Claim, v, miss.Code)
		if alter == nil || (miss.Code == inspect.CapacityTooSmall && told[string(miss.Code)]) {
			continue
		}
		told[string(miss.Code)+miss.Have], told[string(miss.Code)] = true, true
		out = append(out, recreate(e, u, alterationID(miss.Code, v), title, alter)...)
		if len(out) == 2*maxAlike {
			break
		}
	}
	return out
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
		mode := ptr.Deref(v.Spec.VolumeMode, corev1.PersistentVolumeFilesystem)
		return func(n *corev1.PersistentVolumeClaim) { n.Spec.VolumeMode = &mode },
			fact.New("RecreateClaimWithVolumeMode", "claim", c.Name, "mode", mode)
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
