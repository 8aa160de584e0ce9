package pending

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
)

// The reports here say what package inspect says of such Pods.

func readAt() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

type edit func(*pending.PodReport)

// pendingPod is a Pod that fits nowhere, as its edits say.
func pendingPod(name string, code any, reason fact.Fact, edits ...edit) pending.PodReport {
	r := pending.PodReport{
		Pod:     pending.ObjectKey{Namespace: "default", Name: name, UID: "u-1"},
		Pending: true,
		Cause:   pending.Cause{Code: pending.CauseCode(fmt.Sprint(code)), Reason: reason.With("about", aboutPod(name))},
	}
	for _, e := range edits {
		e(&r)
	}
	return r
}

func aboutPod(name string) fact.Fact {
	return fact.New("AboutPod", "namespace", "default", "pod", name)
}

// byClaim is the cause of a Pod that a claim keeps from all nodes.
func byClaim(why fact.Fact) fact.Fact { return fact.New("ClaimFitsNoNode", "why", why) }

// boundTo is what is said of a claim whose volume is on a node that refuses its Pod.
func boundTo(claim, volume, node string, refusal fact.Fact) fact.Fact {
	return fact.New("PinnedToUnfitNode", "claim", claim, "binding", "bound", "volume", volume, "nodes", []string{node}, "refusals", facts(refusal))
}

// tooSmallFor is what is said of a claim for which all free volumes are too small.
func tooSmallFor(claim string, n int, have string) fact.Fact {
	return fact.New("FreeVolumesTooSmall", "claim", claim, "class", "local-ssd", "count", n, "want", "500Gi", "have", have)
}

// noVolumeFor is what is said of a claim whose class has no volumes.
func noVolumeFor(claim string) fact.Fact {
	return fact.New(pending.CodeVolumesFail, "claim", claim, "why", fact.New("NoVolumeOfClass", "class", "local-ssd"))
}

// matches is what is said of a claim that finds a volume.
func matches(claim, volume, node string) fact.Fact {
	return fact.New("ClaimMatches", "claim", claim, "volumes", facts(fact.New("VolumeOnNode", "volume", volume, "node", node)), "count", 1)
}

func aClaim(name string, code inspect.ClaimCode, reason fact.Fact, edits ...func(*pending.ClaimReport)) edit {
	c := pending.ClaimReport{
		Name: name, Code: code, Reason: reason, Request: "500Gi", VolumeMode: "Filesystem",
		AccessModes: []string{"ReadWriteOnce"}, StorageClass: "local-ssd",
	}
	for _, e := range edits {
		e(&c)
	}
	return func(r *pending.PodReport) { r.Claims = append(r.Claims, c) }
}

func asking(request string) func(*pending.ClaimReport) {
	return func(c *pending.ClaimReport) { c.Request = request }
}

func bound(volume string) func(*pending.ClaimReport) {
	return func(c *pending.ClaimReport) { c.BoundVolume = volume }
}

func counts(n map[inspect.VolumeCode]int) func(*pending.ClaimReport) {
	return func(c *pending.ClaimReport) { c.Volumes = n }
}

func aNode(name string, edits ...func(*pending.NodeReport)) edit {
	n := pending.NodeReport{Names: []string{name}}
	for _, e := range edits {
		e(&n)
	}
	return func(r *pending.PodReport) { r.Nodes = append(r.Nodes, n) }
}

func refusedBy(plugin string, reason fact.Fact) func(*pending.NodeReport) {
	return func(n *pending.NodeReport) {
		n.Reasons = append(n.Reasons, pending.NodeReason{Plugin: plugin, Code: "UnschedulableAndUnresolvable",
			Subject: reason.Get("subject"), Want: reason.Get("want"), Have: reason.Get("have"), Reason: reason})
	}
}

// inWords is a refusal of which no more is known than what the plugin says.
func inWords(plugin, words string) func(*pending.NodeReport) {
	return refusedBy(plugin, fact.New("PluginRefuses", "words", []string{words}))
}

func cordoned() func(*pending.NodeReport) {
	return refusedBy("NodeUnschedulable", fact.New(pending.CodeCordoned))
}

func tainted(taint string) func(*pending.NodeReport) {
	return refusedBy("TaintToleration", fact.New("UntoleratedTaint", "subject", taint))
}

func lacking(resource, want, have string) func(*pending.NodeReport) {
	return refusedBy("NodeResourcesFit", fact.New(pending.CodeResourceLacking, "subject", resource, "want", want, "have", have))
}

func apartFrom(pod string) func(*pending.NodeReport) {
	return refusedBy("InterPodAffinity", fact.New("AntiAffinity", "subject", pod))
}

// noVolumes is the refusal of the plugin that looks for volumes.
func noVolumes() func(*pending.NodeReport) {
	return inWords(inspect.PluginVolumeBinding, "didn't find available persistent volumes to bind")
}

func aVolume(name, claim string, code inspect.VolumeCode, want, have string) func(*pending.NodeReport) {
	return func(n *pending.NodeReport) {
		n.Volumes = append(n.Volumes, pending.VolumeReason{Name: name, Claim: claim, Code: code, Subject: subjectOf(code, have), Want: want, Have: have, Reason: verdictOn(code, want, have)})
	}
}

// verdictOn is what a verdict tells of a volume. A Match without amounts is that of a volume that the claim is bound to.
func verdictOn(code inspect.VolumeCode, want, have string) fact.Fact {
	switch {
	case code == inspect.ClaimedByOther:
		return fact.New("VolumeClaimed", "subject", have)
	case code == inspect.TakenBySibling:
		return fact.New("VolumeTakenBySibling", "subject", have)
	case code == inspect.SelectorMismatch:
		return fact.New("LabelsDiffer", "want", []string{want}, "have", []string{have})
	case code == inspect.NodeAffinityMismatch:
		return fact.New("VolumeElsewhere", "have", []string{have}, "reserved", "data")
	case code == inspect.Match && want == "":
		return fact.New("BoundVolumeHere")
	case code == inspect.Match:
		return fact.New("VolumeFits", "want", want, "have", have)
	default:
		return fact.New("CapacityTooSmall", "want", want, "have", have)
	}
}

// subjectOf is the claim that has a volume which another one cannot have for that.
func subjectOf(code inspect.VolumeCode, have string) string {
	if code == inspect.ClaimedByOther || code == inspect.TakenBySibling {
		return have
	}
	return ""
}

// notChosen is a volume instead of which a claim is given another.
func notChosen(name, claim string, why fact.Fact) func(*pending.NodeReport) {
	return func(n *pending.NodeReport) {
		n.Volumes = append(n.Volumes, pending.VolumeReason{Name: name, Claim: claim, Code: inspect.NotChosen,
			Subject: why.Get("subject"), Want: why.Get("want"), Have: why.Get("have"), Reason: why})
	}
}

func elsewhere(name, claim, home string) func(*pending.NodeReport) {
	return func(n *pending.NodeReport) {
		n.Volumes = append(n.Volumes, pending.VolumeReason{Name: name, Claim: claim, Code: inspect.NodeAffinityMismatch,
			Have: home, Reason: fact.New("BoundVolumeElsewhere", "have", []string{home})})
	}
}

func aNearMiss(volume, node, claim string, code inspect.VolumeCode, want, have string) edit {
	return func(r *pending.PodReport) {
		r.NearMisses = append(r.NearMisses, match.NearMiss{Volume: volume, Node: node, Claim: claim, Code: code, Subject: subjectOf(code, have), Want: want, Have: have, Reason: verdictOn(code, want, have)})
	}
}

func holdsCPU(pod, amount string) fact.Fact {
	return fact.New("PodHolds", "pod", pod, "resource", "cpu", "amount", amount)
}

func facts(all ...fact.Fact) []fact.Fact { return all }

func commands(all ...fact.Command) []fact.Command { return all }

func aFix(f fix.Fix) edit { return func(r *pending.PodReport) { r.Fixes = append(r.Fixes, f) } }

func aNote(note fact.Fact) edit {
	return func(r *pending.PodReport) { r.Notes = append(r.Notes, note) }
}

// unread is a gap.
func unread(kind inspect.Kind, reason string) fact.Fact {
	return inspect.Gap{Kind: kind, Reason: reason}.Fact()
}

func restsOnRest(reason string, kinds ...string) edit {
	return aNote(fact.New("AnswerRestsOnRest", "kinds", kinds, "why", unread("", reason)))
}

// scheduler is its last word, 14 minutes ago, in the words of the simulation.
func schedulerSaid(message string) edit {
	return func(r *pending.PodReport) {
		r.Scheduler = &pending.SchedulerReport{Message: message, At: metav1.NewTime(readAt().Add(-14 * time.Minute)), Agrees: true, SameWords: true}
	}
}
