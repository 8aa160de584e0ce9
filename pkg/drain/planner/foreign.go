package planner

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// acceptForeign is the flag that accepts, for one volume, that others than its claim get what is on it.
const acceptForeign = "--accept-foreign-data"

// dataOf is the claim whose data is known to be on a volume; empty if none is known, or the disk was wiped since.
func (p *planner) dataOf(v *corev1.PersistentVolume) drain.Object {
	data := disk.DataOf(v, p.ix.TakenAt)
	if data.State != disk.Known {
		return drain.Object{}
	}
	return drain.Object{Kind: drain.KindClaim, Namespace: data.Claim.Namespace, Name: data.Claim.Name, UID: data.Claim.UID}
}

// foreign says that claims get the data of another one with a volume, and blocks unless that is accepted. What is accepted is a loss:
// of whoever had the data to himself.
func (p *planner) foreign(v *corev1.PersistentVolume, claims, accepted []string) {
	data := p.dataOf(v)
	if data.Name == "" || len(claims) == 0 || len(claims) == 1 && claims[0] == data.String() {
		return
	}
	if slices.Contains(accepted, v.Name) {
		p.loseTo(v, data, claims)
		return
	}
	override := acceptForeign + " " + v.Name
	reason := fact.New("ForeignData", "volume", p.where(v), "claim", data, "claims", claims, "override", override)
	if p.wanted(data) != "" {
		reason = fact.New("ForeignDataWanted", "volume", p.where(v), "claim", data, "claims", claims, "override", override).
			Offering(fact.Plugin("reattach", v.Name))
	}
	p.block(drain.BlockedForeignData, override, reason)
}

// loseTo says that claims get the data of another one with a volume, which was accepted.
func (p *planner) loseTo(v *corev1.PersistentVolume, data drain.Object, claims []string) {
	p.lose(fact.New("ForeignDataGiven", "volume", p.where(v), "claim", data, "claims", claims, "accepted", acceptForeign+" "+v.Name))
}

// missingNode is the node of a volume whose home does not exist, empty if it does or is not known. No Pod can use the volume before
// that node is back; a claim whose class binds at once can be bound to it all the same.
func (p *planner) missingNode(v *corev1.PersistentVolume) string {
	if home := p.ix.HomeOf(v); home.State == inspect.HomeMissing {
		return strings.Join(home.Names(), " or ")
	}
	return ""
}

// namespaceOf finds that the namespace of a claim does not exist that a volume is to be reserved for: nobody could create the claim. Where
// Namespaces could not be read, that is a warning.
func (p *planner) namespaceOf(claim *types.NamespacedName) error {
	if p.namespaceEnds(claim) {
		return nil
	}
	if claim == nil || p.ix.Claim(claim.Namespace, claim.Name) != nil {
		return nil
	}
	if gap, unread := p.ix.Gap(inspect.Namespaces); unread {
		p.warn(fact.New("NamespaceUnread", "namespace", claim.Namespace, "why", gap.Fact()))
		return nil
	}
	var known []string
	for _, n := range p.ix.Namespaces {
		known = append(known, n.Name)
	}
	if len(known) == 0 || slices.Contains(known, claim.Namespace) {
		return nil // every cluster has some: where there are none, they were not read
	}
	slices.Sort(known)
	return &drain.NotFoundError{Kind: "namespace", Name: claim.Namespace, Known: known}
}

// wanted says who wants a claim of that namespace and name that has no volume: empty if nobody does. It is there and waits, a
// StatefulSet creates it, or a Pod names it.
func (p *planner) wanted(claim drain.Object) string {
	c := p.ix.Claim(claim.Namespace, claim.Name)
	if c != nil && c.DeletionTimestamp == nil {
		if c.Spec.VolumeName == "" {
			return claim.String()
		}
		return ""
	}
	if set := memberOf(p.ix, claim); set != "" {
		return set
	}
	for _, pod := range p.ix.Consumers(claim.Namespace, claim.Name) {
		if pod.Spec.NodeName == "" && pod.DeletionTimestamp == nil {
			return "Pod " + pod.Name
		}
	}
	return ""
}

// memberOf returns the StatefulSet that creates a claim of that name, as "StatefulSet/db", empty if none does.
func memberOf(ix *inspect.Index, claim drain.Object) string {
	found := ""
	for _, s := range ix.StatefulSets {
		if s.Namespace != claim.Namespace || s.DeletionTimestamp != nil {
			continue
		}
		for i := range s.Spec.VolumeClaimTemplates {
			prefix := s.Spec.VolumeClaimTemplates[i].Name + "-" + s.Name + "-"
			if ordinal, ok := strings.CutPrefix(claim.Name, prefix); ok && workload.IsOrdinal(s, ordinal) {
				found = max(found, "StatefulSet/"+s.Name)
			}
		}
	}
	return found
}
