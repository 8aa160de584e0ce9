// Package match decides which volume a claim gets, as the scheduler does: one claim against volumes, the volumes that nearly
// fit, and the claims of a Pod together on a Node.
package match

import (
	"errors"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Matcher explains which volume the scheduler takes for one unbound claim, and why not the others. It follows
// k8s.io/component-helpers/storage/volume.FindMatchingVolume as the scheduler calls it (a node given, binding
// delayed, volume attributes classes on), check by check; that function is the judge in its tests.
//
// What the claim asks for is read once, in NewMatcher. A Matcher is then only read, so it may be shared between
// goroutines.
type Matcher struct {
	ix         *inspect.Index
	claim      *corev1.PersistentVolumeClaim
	request    resource.Quantity
	class      string
	attributes string
	mode       corev1.PersistentVolumeMode
	selector   labels.Selector
	// requirements are those of the selector, written out.
	requirements []written
	// unpinned are the volumes that OnNode lists besides those at home on the Node, sorted by name.
	unpinned []*corev1.PersistentVolume
}

// SelectorError says that a claim's label selector cannot be evaluated. The scheduler fails on such a claim on
// every Node; the API server refuses it, so it is met in files rather than in clusters.
type SelectorError struct {
	Namespace, Claim string
	Err              error
}

// Error names the claim and the cause. Fact is what users are told.
func (e *SelectorError) Error() string {
	return fmt.Errorf("the selector of claim %s/%s: %w", e.Namespace, e.Claim, e.Err).Error()
}

// Unwrap returns the parser's error.
func (e *SelectorError) Unwrap() error { return e.Err }

// Fact is what there is to say of the claim.
func (e *SelectorError) Fact() fact.Fact {
	return fact.New("SelectorInvalid", "claim", e.Namespace+"/"+e.Claim, "why", e.Err.Error())
}

// SelectorFact is the Fact of an error of NewMatcher or NewPodMatcher.
func SelectorFact(err error) fact.Fact {
	if e := (*SelectorError)(nil); errors.As(err, &e) {
		return e.Fact()
	}
	return fact.Fact{}
}

// NewMatcher reads what a claim asks for. The only error is a *SelectorError.
func NewMatcher(ix *inspect.Index, claim *corev1.PersistentVolumeClaim) (*Matcher, error) {
	m := &Matcher{
		ix:         ix,
		claim:      claim,
		request:    claim.Spec.Resources.Requests[corev1.ResourceStorage],
		class:      volumehelpers.GetPersistentVolumeClaimClass(claim),
		attributes: ptr.Deref(claim.Spec.VolumeAttributesClassName, ""),
		mode:       ptr.Deref(claim.Spec.VolumeMode, corev1.PersistentVolumeFilesystem),
		selector:   labels.Everything(),
	}
	if claim.Spec.Selector != nil {
		selector, err := metav1.LabelSelectorAsSelector(claim.Spec.Selector)
		if err != nil {
			return nil, &SelectorError{Namespace: claim.Namespace, Claim: claim.Name, Err: err}
		}
		m.selector, m.requirements = selector, writtenRequirements(selector)
	}
	m.unpinned = m.findUnpinned()
	return m, nil
}

// Claim is the claim that is explained.
func (m *Matcher) Claim() *corev1.PersistentVolumeClaim { return m.claim }

// Class is the claim's storage class as the scheduler reads it: the beta annotation, then the spec.
func (m *Matcher) Class() string { return m.class }

// Reserves reports whether a volume's claimRef names the claim (the UID agrees, or the reference has none). The
// scheduler takes such a volume before any other and does not check its phase, labels or access modes.
func (m *Matcher) Reserves(v *corev1.PersistentVolume) bool {
	return volumehelpers.IsVolumeBoundToClaim(v, m.claim)
}

// Explain gives the verdict on one volume by itself: Match means that the volume passes every check that
// applies, whatever other volumes there are. affinityOK says whether the volume can be used on the Node in
// question, takenBy names the claim of the same Pod that took the volume already (empty: none did).
func (m *Matcher) Explain(v *corev1.PersistentVolume, affinityOK bool, takenBy string) VolumeVerdict {
	return m.explain(v, affinityOK, takenBy, true)
}

// explain with ofClass false leaves out the class of a volume that is reserved for the claim: FindMatchingVolume
// does not look at it, since the list that the scheduler passes holds one class only.
func (m *Matcher) explain(v *corev1.PersistentVolume, affinityOK bool, takenBy string, ofClass bool) VolumeVerdict {
	verdict := VolumeVerdict{Volume: v, Code: inspect.Match, matcher: m, takenBy: takenBy}
	fail := func(failed bool, code inspect.VolumeCode) {
		if failed {
			verdict.Fails = append(verdict.Fails, code)
		}
	}
	reserved := m.Reserves(v)
	fail(takenBy != "", inspect.TakenBySibling)
	fail(v.Spec.ClaimRef != nil && !reserved, inspect.ClaimedByOther)
	fail(m.tooSmall(v), inspect.CapacityTooSmall)
	fail(m.mode != ptr.Deref(v.Spec.VolumeMode, corev1.PersistentVolumeFilesystem), inspect.VolumeModeMismatch)
	fail(m.attributes != ptr.Deref(v.Spec.VolumeAttributesClassName, ""), inspect.AttributesClassMismatch)
	fail(v.DeletionTimestamp != nil, inspect.Terminating)
	if !reserved {
		fail(v.Status.Phase != corev1.VolumeAvailable, inspect.NotAvailable)
		fail(!m.selector.Matches(labels.Set(v.Labels)), inspect.SelectorMismatch)
	}
	if !reserved || ofClass {
		fail(volumehelpers.GetPersistentVolumeClass(v) != m.class, inspect.ClassMismatch)
	}
	fail(!affinityOK, inspect.NodeAffinityMismatch)
	if !reserved {
		fail(!m.accessible(v), inspect.AccessModesMismatch)
	}
	if len(verdict.Fails) > 0 {
		verdict.Code = verdict.Fails[0]
	}
	return verdict
}

// Binds gives the verdict on a volume as it is once it is reserved for the claim. The scheduler does not check the access modes of such a volume, but
// the volume controller, which binds the two, finds it only among volumes that have all modes of the claim (controller/volume/persistentvolume:
// persistentVolumeOrderedIndex.findByClaim, from syncUnboundClaim), unless the claim names the volume.
func (m *Matcher) Binds(v *corev1.PersistentVolume) VolumeVerdict {
	verdict := m.Explain(Reserved(v, m.claim), true, "")
	if m.claim.Spec.VolumeName == "" && !m.accessible(v) {
		verdict.Fails = append(verdict.Fails, inspect.AccessModesMismatch)
		verdict.Code = verdict.Fails[0]
	}
	return verdict
}

func (m *Matcher) tooSmall(v *corev1.PersistentVolume) bool {
	capacity := v.Spec.Capacity[corev1.ResourceStorage]
	return capacity.Cmp(m.request) < 0
}

// accessible is volumehelpers.CheckAccessModes without its map, which would cost more than all other checks.
func (m *Matcher) accessible(v *corev1.PersistentVolume) bool {
	for _, mode := range m.claim.Spec.AccessModes {
		if !slices.Contains(v.Spec.AccessModes, mode) {
			return false
		}
	}
	return true
}
