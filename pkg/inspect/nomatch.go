package inspect

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase" // TODO walls
)

// awaitedText says what the volume controller, which binds a claim without waiting for a Pod, has to choose from. If
// one volume would do, nothing is wrong: it tries every claim again each 15 s.
func (ix *Index) awaitedText(c *corev1.PersistentVolumeClaim) string {
	m, err := NewMatcher(ix, c)
	if err != nil {
		return err.Error()
	}
	class := classText(m.Class())
	if gap, ok := ix.Gap(PersistentVolumes); ok {
		return fmt.Sprintf("which volumes %s has is %s", class, gap)
	}
	counts := m.Counts()
	if n := counts[Match]; n > 0 {
		return fmt.Sprintf("%s of %s would do, and the volume controller binds it within about 15 s", count(n, "volume"), class)
	}
	return "no volume matches; " + countsText(counts, class)
}

func countsText(counts map[VolumeCode]int, class string) string {
	total := 0
	var parts []string
	for _, code := range VolumeCodes() {
		if n := counts[code]; n > 0 {
			total += n
			parts = append(parts, fmt.Sprintf("%d %s", n, phrase.CodeWords(string(code))))
		}
	}
	if total == 0 {
		return fmt.Sprintf("there are no volumes of %s", class)
	}
	return fmt.Sprintf("%s of %s: %s", count(total, "volume"), class, strings.Join(parts, ", "))
}

// noMatchText is the one sentence on a claim that no volume of its class matches. If the volumes that nobody has
// claimed all fail at the same check, the two values are named.
func (q *inquiry) noMatchText(c *corev1.PersistentVolumeClaim) string {
	m, err := NewMatcher(q.ix, c)
	if err != nil {
		return err.Error()
	}
	counts := m.Counts()
	class := classText(m.Class())
	if gap, ok := q.ix.Gap(PersistentVolumes); ok {
		return fmt.Sprintf("claim %s: which volumes %s has is %s", c.Name, class, gap)
	}
	code, n := soleFreeCode(counts)
	request := c.Spec.Resources.Requests[corev1.ResourceStorage]
	switch {
	case n == 0:
		return fmt.Sprintf("claim %s: %s", c.Name, countsText(counts, class))
	case code == CapacityTooSmall:
		return fmt.Sprintf("claim %s asks for %s, and the largest of the %s of %s has %s", c.Name, request.String(), count(n, "free volume"), class, q.largestFree(c))
	case code == Match:
		return fmt.Sprintf("claim %s has volumes of %s that would do, but not on a node where all of the Pod's claims find one", c.Name, class)
	default:
		v := q.firstWith(m, code)
		if v == nil {
			return fmt.Sprintf("claim %s: %s", c.Name, countsText(counts, class))
		}
		vv := m.Explain(v, q.ix.usable(v), "")
		if n == 1 {
			return fmt.Sprintf("claim %s cannot have %s, the one free volume of %s: %s", c.Name, v.Name, class, phrase.New(phrase.Connection{}).Text(vv.Fact()))
		}
		return fmt.Sprintf("claim %s: all %d free volumes of %s are %s (e.g. %s: %s)", c.Name, n, class, phrase.CodeWords(string(code)), v.Name, phrase.New(phrase.Connection{}).Text(vv.Fact()))
	}
}

// soleFreeCode is the one code of all volumes that nobody else has claimed, and their number; 0 if they differ.
func soleFreeCode(counts map[VolumeCode]int) (VolumeCode, int) {
	var sole VolumeCode
	total := 0
	for _, code := range VolumeCodes() {
		if n := counts[code]; n > 0 && code != ClaimedByOther {
			if total > 0 {
				return "", 0
			}
			sole, total = code, n
		}
	}
	return sole, total
}

func (q *inquiry) largestFree(c *corev1.PersistentVolumeClaim) string {
	var largest *corev1.PersistentVolume
	for _, v := range q.ix.OfClass(volumehelpers.GetPersistentVolumeClaimClass(c)) {
		if v.Spec.ClaimRef == nil && (largest == nil || capacityOf(v).Cmp(*capacityOf(largest)) > 0) {
			largest = v
		}
	}
	if largest == nil {
		return "none"
	}
	return capacityText(largest)
}

func (q *inquiry) firstWith(m *Matcher, code VolumeCode) *corev1.PersistentVolume {
	for _, v := range q.ix.OfClass(m.Class()) {
		if m.Explain(v, q.ix.usable(v), "").Code == code {
			return v
		}
	}
	return nil
}
