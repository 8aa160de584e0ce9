package match

import (
	"maps"
	"slices"
	"sort"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// PodMatcher matches all claims of a Pod for which the scheduler looks for volumes. Like a Matcher, it is only
// read once it is built.
type PodMatcher struct {
	// matchers are in the order in which the scheduler serves the claims. A claim that the Pod names twice is
	// there twice, as it is for the scheduler.
	matchers []*Matcher
}

// NewPodMatcher finds the claims of a Pod that are to be matched (see ClaimsToMatch) and puts them in the
// scheduler's order: smallest request first. The only error is a *SelectorError.
func NewPodMatcher(ix *inspect.Index, pod *corev1.Pod) (*PodMatcher, error) {
	claims := ClaimsToMatch(ix, pod)
	sort.Sort(byRequest(claims))
	p := &PodMatcher{}
	byClaim := map[*corev1.PersistentVolumeClaim]*Matcher{}
	for _, c := range claims {
		if byClaim[c] == nil {
			m, err := NewMatcher(ix, c)
			if err != nil {
				return nil, err
			}
			byClaim[c] = m
		}
		p.matchers = append(p.matchers, byClaim[c])
	}
	return p, nil
}

// ClaimsToMatch returns the claims of a Pod for which the scheduler looks for existing volumes, in the order of
// the Pod's volumes: those that exist, have no volume name, are of a class that waits for the first consumer, and
// are not already marked for provisioning on a node (the annotation volume.kubernetes.io/selected-node). A claim
// that the Pod names twice is there twice. Source: GetPodVolumeClaims and FindPodVolumes in the scheduler's
// volumebinding/binder.go.
func ClaimsToMatch(ix *inspect.Index, pod *corev1.Pod) []*corev1.PersistentVolumeClaim {
	var out []*corev1.PersistentVolumeClaim
	for _, name := range inspect.ClaimNames(pod) {
		c := ix.Claim(pod.Namespace, name)
		if c == nil || !ix.Delayed(c) ||
			metav1.HasAnnotation(c.ObjectMeta, volumehelpers.AnnSelectedNode) {
			continue
		}
		out = append(out, c)
	}
	return out
}

// PodMatch is what the scheduler finds for the claims of a Pod on one Node, if it goes through volumes by name.
// It goes through them in no order at all in fact, which matters only among equal volumes: see Greedy.
type PodMatch struct {
	Node string
	// Claims are in the order in which the scheduler serves them.
	Claims []ClaimMatch
}

// ClaimMatch is what the scheduler finds for one claim.
type ClaimMatch struct {
	Claim *corev1.PersistentVolumeClaim
	// Volumes are the verdicts on the volumes that count on the Node, sorted by name.
	Volumes []VolumeVerdict
	// Chosen is the volume that is taken, nil if there is none.
	Chosen *corev1.PersistentVolume
}

// Complete reports whether every claim gets a volume.
func (p PodMatch) Complete() bool {
	for _, c := range p.Claims {
		if c.Chosen == nil {
			return false
		}
	}
	return true
}

// OnNode serves the claims one after the other; what one takes, the later ones see as TakenBySibling. A claim
// that gets nothing does not keep the later ones from being served.
func (p *PodMatcher) OnNode(node string) PodMatch { return p.OnNodeAfter(node, nil) }

// OnNodeAfter is OnNode where other Pods have taken volumes already: taken maps their names to the claims they went to.
func (p *PodMatcher) OnNodeAfter(node string, before map[string]string) PodMatch {
	result := PodMatch{Node: node}
	taken := maps.Clone(before)
	if taken == nil {
		taken = map[string]string{}
	}
	for _, m := range p.matchers {
		c := ClaimMatch{Claim: m.claim, Volumes: m.OnNode(node, taken)}
		if chosen, ok := Chosen(c.Volumes); ok {
			c.Chosen = chosen.Volume
			taken[chosen.Volume.Name] = m.claim.Name
		}
		result.Claims = append(result.Claims, c)
	}
	return result
}

// byRequest orders claims as byPVCSize in the scheduler's volumebinding/binder.go. sort.Sort is not stable, so
// equal claims come in the scheduler's order only if the same algorithm runs on the same input.
type byRequest []*corev1.PersistentVolumeClaim

func (s byRequest) Len() int      { return len(s) }
func (s byRequest) Swap(i, j int) { s[i], s[j] = s[j], s[i] }
func (s byRequest) Less(i, j int) bool {
	a, b := s[i].Spec.Resources.Requests[corev1.ResourceStorage], s[j].Spec.Resources.Requests[corev1.ResourceStorage]
	return a.Cmp(b) < 0
}

// Distinct are the matchers, each claim once, in the order in which the scheduler serves the claims.
func (p *PodMatcher) Distinct() []*Matcher {
	var out []*Matcher
	for _, m := range p.matchers {
		if !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	return out
}
