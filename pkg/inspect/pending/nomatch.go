package pending

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

const (
	// codeNoVolumeOfClass is told where a class has no volumes at all.
	codeNoVolumeOfClass fact.Code = "NoVolumeOfClass"
	// CodeVolumesFail is told of a claim with nothing else than the counts of its class's volumes, which its ClaimReport
	// has as well.
	CodeVolumesFail fact.Code = "ClaimVolumesFail"
)

// awaited says what the volume controller, which binds a claim without waiting for a Pod, has to choose from. If
// one volume would do, nothing is wrong: it tries every claim again each 15 s.
func awaited(ix *inspect.Index, u evidence.ClaimUse) fact.Fact {
	m := u.Matcher
	if m == nil {
		return u.Invalid
	}
	if gap, ok := ix.Gap(inspect.PersistentVolumes); ok {
		return fact.New("VolumesOfClassUnread", "class", m.Class(), "why", gap.Fact())
	}
	counts := m.Counts()
	if n := counts[inspect.Match]; n > 0 {
		return fact.New("VolumesWouldDo", "class", m.Class(), "count", n)
	}
	return countsFact(m, counts)
}

// countsFact says at which checks the volumes of the claim's class fail, and who has those that others have claimed.
func countsFact(m *match.Matcher, counts map[inspect.VolumeCode]int) fact.Fact {
	total, class := 0, m.Class()
	var parts []fact.Fact
	for _, code := range inspect.VolumeCodes() {
		n := counts[code]
		total += n
		switch {
		case n == 0:
		case code == inspect.ClaimedByOther:
			for _, c := range m.ClaimedBy() {
				parts = append(parts, fact.New("VolumesFailing", "count", c.Count, "check", code, "by", c.By, "claims", c.Claims))
			}
		default:
			parts = append(parts, fact.New("VolumesFailing", "count", n, "check", code, "by", "", "claims", []string{}))
		}
	}
	switch len(parts) {
	case 0:
		return fact.New(codeNoVolumeOfClass, "class", class)
	case 1:
		return fact.New("VolumesFailAlike", "class", class, "count", total, "check", parts[0].Get("check"), "by", parts[0].Get("by"))
	}
	return fact.New("VolumesFail", "class", class, "count", total, "parts", parts)
}

// noMatch is about a claim that no volume of its class matches. If the volumes that nobody has claimed all fail at the
// same check, the two values are told.
func noMatch(ix *inspect.Index, u evidence.ClaimUse) fact.Fact {
	c, m := u.Claim, u.Matcher
	if m == nil {
		return u.Invalid
	}
	class := m.Class()
	if gap, ok := ix.Gap(inspect.PersistentVolumes); ok {
		return fact.New("ClaimVolumesUnread", "claim", c.Name, "class", class, "why", gap.Fact())
	}
	counts := m.Counts()
	code, n := soleFreeCode(counts)
	switch left := fitting(u); len(left) {
	case 0:
	case 1:
		v := left[0].Volume
		return fact.New(codeOwnVolumeLeft, "claim", c.Name, "volume", v.Name, "phase", v.Status.Phase, "nodes", ix.SiteNames(v))
	default:
		return fact.New(codeOwnVolumesLeft, "claim", c.Name, "volumes", match.Facts(left[:min(len(left), maxTold)]), "count", len(left))
	}
	switch {
	case n == 0 && counts[inspect.ClaimedByOther] == 1:
		v := failing(ix, m, inspect.ClaimedByOther)[0]
		return fact.New("OnlyVolumeClaimed", "claim", c.Name, "class", class, "volume", v.Name, "why", m.Explain(v, ix.Usable(v), "").Fact())
	case n == 0:
		return fact.New(CodeVolumesFail, "claim", c.Name, "why", countsFact(m, counts))
	case code == inspect.CapacityTooSmall:
		request := c.Spec.Resources.Requests[corev1.ResourceStorage]
		return fact.New("FreeVolumesTooSmall", "claim", c.Name, "class", class, "count", n, "want", request.String(), "have", largestFree(ix, m))
	case code == inspect.Match:
		return fact.New("VolumesOnOtherNodes", "claim", c.Name, "class", class)
	}
	return failAlike(ix, m, code, n, countsFact(m, counts))
}

// failAlike is about a claim for which all free volumes fail at one check.
func failAlike(ix *inspect.Index, m *match.Matcher, code inspect.VolumeCode, n int, counts fact.Fact) fact.Fact {
	name, class := m.Claim().Name, m.Class()
	volumes := failing(ix, m, code)
	if len(volumes) == 0 {
		return fact.New(CodeVolumesFail, "claim", name, "why", counts)
	}
	v := volumes[0]
	why := m.Explain(v, ix.Usable(v), "").Fact()
	switch {
	case n == 1:
		return fact.New("OneFreeVolumeFails", "claim", name, "class", class, "volume", v.Name, "why", why)
	case code == inspect.NodeAffinityMismatch && allMissing(ix, volumes):
		return fact.New("FreeVolumesOnMissingNodes", "claim", name, "class", class, "count", n, "volume", v.Name, "nodes", ix.HomeOf(v).Names())
	}
	return fact.New("FreeVolumesFailAlike", "claim", name, "class", class, "count", n, "check", code, "volume", v.Name, "why", why)
}

// soleFreeCode is the one code of all volumes that nobody else has claimed, and their number; 0 if they differ.
func soleFreeCode(counts map[inspect.VolumeCode]int) (inspect.VolumeCode, int) {
	var sole inspect.VolumeCode
	total := 0
	for _, code := range inspect.VolumeCodes() {
		if n := counts[code]; n > 0 && code != inspect.ClaimedByOther {
			if total > 0 {
				return "", 0
			}
			sole, total = code, n
		}
	}
	return sole, total
}

// largestFree is the largest capacity among the volumes of the claim's class that no other claim has.
func largestFree(ix *inspect.Index, m *match.Matcher) string {
	var largest *corev1.PersistentVolume
	for _, v := range ix.OfClass(m.Class()) {
		if v.Spec.ClaimRef != nil && !m.Reserves(v) {
			continue
		}
		if largest == nil || match.CapacityOf(v).Cmp(*match.CapacityOf(largest)) > 0 {
			largest = v
		}
	}
	if largest == nil {
		return ""
	}
	return match.CapacityOf(largest).String()
}

// failing are the volumes of the claim's class that fail at a check first.
func failing(ix *inspect.Index, m *match.Matcher, code inspect.VolumeCode) []*corev1.PersistentVolume {
	var out []*corev1.PersistentVolume
	for _, v := range ix.OfClass(m.Class()) {
		if m.Explain(v, ix.Usable(v), "").Code == code {
			out = append(out, v)
		}
	}
	return out
}

// allMissing reports whether the Nodes of all these volumes are gone.
func allMissing(ix *inspect.Index, volumes []*corev1.PersistentVolume) bool {
	for _, v := range volumes {
		if ix.HomeOf(v).State != inspect.HomeMissing {
			return false
		}
	}
	return true
}
