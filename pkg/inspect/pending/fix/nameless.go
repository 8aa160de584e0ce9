package fix

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// A claim that names a volume which it cannot have takes no other. Whoever recreates it decides how: a StatefulSet does so from its template as soon
// as the claim is gone, so that kubectl replace --force, which waits until no claim of that name is there, comes to no end.

// withoutVolumeName lets a claim be bound to any volume.
func withoutVolumeName(e evidence.Evidence, u evidence.ClaimUse) []candidate {
	title := fact.New("RecreateClaimWithoutVolumeName", "claim", u.Name)
	if u.Ephemeral || !recreated(e, u.Claim) {
		return recreate(e, u, "any-volume", title, func(*corev1.PersistentVolumeClaim) {})
	}
	next := nextClaim(e.Index, u.Claim)
	fix := Fix{ID: "any-volume-" + u.Name, Titles: []fact.Fact{title}, Risk: RiskRecreate, Commands: []fact.Command{deleteWithPod(e, u.Claim)}}
	if named := next.Spec.VolumeName; named != "" {
		next.Spec.VolumeName, fix.Commands = "", nil
		fix.Notes = []fact.Fact{fact.New("ClaimTemplateNamesVolume", "owner", e.Index.OwnerOf(e.Pod), "volume", named)}
	}
	change, ok := asCreated(e.Index, next)
	if !ok {
		return nil
	}
	return []candidate{{fix: fix, change: change, claim: u.Name}}
}

// nextClaim is the claim that a StatefulSet creates from its template once one is gone: as that was, if the StatefulSet is not known.
func nextClaim(ix *inspect.Index, c *corev1.PersistentVolumeClaim) *corev1.PersistentVolumeClaim {
	next := inspect.StripClaim(c)
	set, _, ok := ix.SetOfClaim(types.NamespacedName{Namespace: c.Namespace, Name: c.Name})
	if !ok {
		return next
	}
	for i := range set.Spec.VolumeClaimTemplates {
		if t := &set.Spec.VolumeClaimTemplates[i]; strings.HasPrefix(c.Name, t.Name+"-"+set.Name+"-") {
			next.Labels, next.Annotations = t.Labels, t.Annotations
			t.Spec.DeepCopyInto(&next.Spec)
			return ix.WithDefaultClass(next).DeepCopy()
		}
	}
	return next
}

// deleteWithPod deletes a claim that a StatefulSet recreates, and the Pod with it: its controller watches Pods, and no claims.
func deleteWithPod(e evidence.Evidence, c *corev1.PersistentVolumeClaim) fact.Command {
	return fact.Kubectl("delete", "pvc/"+c.Name, "pod/"+e.Pod.Name).In(c.Namespace)
}

// ownNext gives the next claim of a name, which a StatefulSet creates, a volume with its own data: that is reserved first. There is none if the
// template asks for something else.
func ownNext(e evidence.Evidence, u evidence.ClaimUse, own match.Earlier) []candidate {
	next := nextClaim(e.Index, u.Claim)
	if still := match.WhyNot(e.Index, own.Volume, next); next.Spec.VolumeName != "" || still.Code != match.Fits {
		return nil
	}
	titles := []fact.Fact{fact.New("RecreateClaimForVolume", "claim", u.Name, "volume", own.Volume.Name),
		fact.New("ReattachOwn", "volumes", []string{own.Volume.Name}, "claims", []string{u.Name})}
	reserve := fact.Plugin("reclaim", own.Volume.Name).With("--keep-data", "--for", u.Claim.Namespace+"/"+u.Name)
	return []candidate{{
		fix: Fix{
			ID: "as-own-" + own.Volume.Name, Titles: titles, Risk: RiskRecreate, Commands: []fact.Command{reserve, deleteWithPod(e, u.Claim)},
			Notes: []fact.Fact{ownComes(e.Index, []string{own.Volume.Name})},
		},
		change: together(next, own.Volume), claim: u.Name, gives: []string{u.Name}, nodes: siteNodes(e.Index, own.Volume),
	}}
}
