package whypending

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	page "github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/pending"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// volumeView opens a volume up: what it is, and how it does for each unbound claim in question.
func volumeView(p *phrase.Phraser, ix *inspect.Index, v *corev1.PersistentVolume, reports []pending.PodReport) page.VolumeView {
	view := page.VolumeView{Name: v.Name, Facts: volumeFacts(p, ix, v)}
	var seen []string
	for _, r := range reports {
		for _, c := range r.Claims {
			key := r.Pod.Namespace + "/" + c.Name
			if slices.Contains(seen, key) {
				continue
			}
			seen = append(seen, key)
			view.Claims = append(view.Claims, checksFor(p, ix, v, r, c))
		}
	}
	return view
}

func volumeFacts(p *phrase.Phraser, ix *inspect.Index, v *corev1.PersistentVolume) []page.Fact {
	capacity := v.Spec.Capacity[corev1.ResourceStorage]
	facts := []page.Fact{
		{Name: "home", Value: homeText(p, ix, v)},
		{Name: "phase", Value: cmp.Or(string(v.Status.Phase), "none yet")},
		{Name: "capacity", Value: capacity.String()},
		{Name: "class", Value: cmp.Or(volumehelpers.GetPersistentVolumeClass(v), "none")},
		{Name: "modes", Value: phrase.Value(string(inspect.AccessModesMismatch), match.AccessModesText(v.Spec.AccessModes)) + " " + modeText(v)},
		{Name: "labels", Value: cmp.Or(labels.Set(v.Labels).String(), "none")},
	}
	if ref := v.Spec.ClaimRef; ref != nil {
		facts = append(facts, page.Fact{Name: "claim", Value: ref.Namespace + "/" + ref.Name + claimState(ix, v)})
	}
	if doubts := disk.Doubts(v, ix.TakenAt); len(doubts) > 0 {
		facts = append(facts, page.Fact{Name: "data", Value: strings.Join(p.Texts(doubts), "; ")})
	}
	return facts
}

func modeText(v *corev1.PersistentVolume) string {
	if v.Spec.VolumeMode == nil {
		return string(corev1.PersistentVolumeFilesystem)
	}
	return string(*v.Spec.VolumeMode)
}

func claimState(ix *inspect.Index, v *corev1.PersistentVolume) string {
	_, blind := ix.Gap(inspect.PersistentVolumeClaims)
	switch {
	case ix.ClaimOf(v) != nil:
		return ""
	case blind:
		return " (whether it exists is unknown)"
	case ix.Claim(v.Spec.ClaimRef.Namespace, v.Spec.ClaimRef.Name) != nil:
		return " (an earlier claim of this name, not the one that there is)"
	case v.Spec.ClaimRef.UID == "":
		return " (reserved; it does not exist)"
	}
	return " (gone)"
}

func homeText(p *phrase.Phraser, ix *inspect.Index, v *corev1.PersistentVolume) string {
	home := ix.HomeOf(v)
	if why, astray := ix.Astray(v); astray {
		return p.Text(why)
	}
	switch {
	case inspect.AnyNode(v):
		return "any node"
	case home.State == inspect.HomeMissing:
		return strings.Join(home.Hosts, ", ") + " (missing)"
	case home.State == inspect.HomeUnknown:
		return "unknown: " + p.Text(home.Why)
	}
	var parts []string
	for _, n := range home.Nodes {
		condition, _ := inspect.ConditionOf(n)
		state := string(condition)
		if n.Spec.Unschedulable {
			state += ", cordoned"
		}
		parts = append(parts, fmt.Sprintf("%s (%s)", n.Name, state))
	}
	return strings.Join(parts, ", ")
}

// checksFor holds a volume against a claim, check by check.
func checksFor(p *phrase.Phraser, ix *inspect.Index, v *corev1.PersistentVolume, r pending.PodReport, c pending.ClaimReport) page.ClaimChecks {
	out := page.ClaimChecks{Claim: c.Name}
	claim := ix.Claim(r.Pod.Namespace, c.Name)
	switch {
	case claim == nil:
		out.Note = "it does not exist"
		return out
	case inspect.FullyBound(claim) && claim.Spec.VolumeName == v.Name:
		out.Note = "bound to this volume"
		return out
	case inspect.FullyBound(claim):
		out.Note = fmt.Sprintf("bound to %s, so no other volume is tried", claim.Spec.VolumeName)
		return out
	}
	m, err := match.NewMatcher(ix, claim)
	if err != nil {
		out.Note = err.Error()
		return out
	}
	sibling := takenBySibling(r, v.Name, c.Name)
	usable := ix.Usable(v)
	verdict := m.Explain(v, usable, sibling)
	if verdict.Code != inspect.Match && verdict.Code != inspect.NotChosen {
		out.Note = p.Text(verdict.Fact())
	}
	out.Checks = checks(p, ix, verdict, v, claim)
	return out
}

// takenBySibling names the claim of the same Pod that takes the volume first, empty if none does.
func takenBySibling(r pending.PodReport, volume, claim string) string {
	taken, by := false, ""
	for _, n := range r.Nodes {
		for _, reason := range n.Volumes {
			if reason.Name != volume {
				continue
			}
			taken = taken || reason.Claim == claim && reason.Code == inspect.TakenBySibling
			if reason.Code == inspect.Match && reason.Claim != claim {
				by = reason.Claim
			}
		}
	}
	if !taken {
		return ""
	}
	return by
}

// checks are all checks in the scheduler's order. The values of those that pass are told where both sides have one.
func checks(p *phrase.Phraser, ix *inspect.Index, verdict match.VolumeVerdict, v *corev1.PersistentVolume, claim *corev1.PersistentVolumeClaim) []page.Check {
	var out []page.Check
	for _, code := range inspect.VolumeCodes() {
		if code == inspect.NotChosen || code == inspect.Match {
			continue
		}
		check := page.Check{Code: code, Result: page.CheckOK}
		switch {
		case slices.Contains(verdict.Fails, code):
			check.Result = page.CheckFails
			check.Want, check.Have = compared(p, verdict, code)
		case verdict.Reserved() && skippedIfReserved(code):
			check.Result = page.CheckSkipped
			check.Have = "reserved for this claim"
		case compares(code):
			check.Want, check.Have = compared(p, verdict, code)
		}
		switch code {
		case inspect.NodeAffinityMismatch:
			check.Want, check.Have = "", homeText(p, ix, v)
		case inspect.SelectorMismatch:
			check.Want, check.Have = selectorText(claim), cmp.Or(labels.Set(v.Labels).String(), "no labels")
		default:
		}
		out = append(out, check)
	}
	return out
}

func compared(p *phrase.Phraser, verdict match.VolumeVerdict, code inspect.VolumeCode) (asks, has string) {
	want, have := verdict.Compared(code)
	return page.Compared(p, code, want, have, verdict.FactOf(code))
}

// compares reports whether a check compares two values that exist even if it passes.
func compares(code inspect.VolumeCode) bool {
	switch code {
	case inspect.CapacityTooSmall, inspect.VolumeModeMismatch, inspect.AttributesClassMismatch, inspect.NotAvailable,
		inspect.ClassMismatch, inspect.AccessModesMismatch:
		return true
	default:
		return false
	}
}

// skippedIfReserved tells the checks that the scheduler does not make for a volume whose claimRef names the claim.
func skippedIfReserved(code inspect.VolumeCode) bool {
	return code == inspect.NotAvailable || code == inspect.SelectorMismatch || code == inspect.AccessModesMismatch
}

func selectorText(claim *corev1.PersistentVolumeClaim) string {
	if claim.Spec.Selector == nil {
		return "any labels"
	}
	var parts []string
	for k, v := range claim.Spec.Selector.MatchLabels {
		parts = append(parts, k+"="+v)
	}
	slices.Sort(parts)
	for _, e := range claim.Spec.Selector.MatchExpressions {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s %s", e.Key, e.Operator, strings.Join(e.Values, ","))))
	}
	return strings.Join(parts, ", ")
}
