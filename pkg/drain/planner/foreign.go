package planner

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// dataOf is the claim that is recorded on a volume as the last that had it; empty if none is, or the disk was wiped since.
func (p *planner) dataOf(v *corev1.PersistentVolume) drain.Object {
	data := disk.DataOf(v, p.ix.TakenAt)
	if data.State != disk.Known {
		return drain.Object{}
	}
	return ownerObject(data.Claim)
}

// foreign says that claims get the data of another one with a volume, and blocks unless that is accepted. What is accepted is a loss:
// of whoever had the data to himself. Without any claim that could get it yet, it blocks for data that its claim waits for by another volume.
func (p *planner) foreign(v *corev1.PersistentVolume, claims, accepted []string) {
	on, kept, foreign := p.foreignOn(v, claims)
	switch {
	case !foreign:
	case slices.Contains(accepted, v.Name):
		p.loseTo(v, on, claims)
	default:
		b := p.refusedForeign(v, on, claims, kept)
		p.block(b.Code, b.Override, b.Reason)
	}
}

// foreignOn is the data of another claim that claims would get with a volume, and whether there is such data. Kept says that its claim waits for it
// by another volume of the disk.
func (p *planner) foreignOn(v *corev1.PersistentVolume, claims []string) (on disk.OnDisk, kept, foreign bool) {
	on = p.onDisk(v)
	awaited, waits := p.awaited(on)
	switch {
	case waits && !slices.Equal(claims, []string{awaited.Claim.Key().String()}):
		on = awaited
	case len(claims) == 0:
		return on, false, false
	case len(claims) == 1:
		namespace, name, _ := strings.Cut(claims[0], "/")
		on = on.For(types.NamespacedName{Namespace: namespace, Name: name})
	}
	foreign = on.State == disk.Known && !(len(claims) == 1 && claims[0] == on.Claim.Key().String())
	return on, waits && on.By == awaited.By, foreign
}

// refusedForeign refuses a volume with the data of another claim, unless that is accepted.
func (p *planner) refusedForeign(v *corev1.PersistentVolume, on disk.OnDisk, claims []string, kept bool) *drain.Blocker {
	override := acceptForeign + " " + v.Name
	data := ownerObject(on.Claim)
	reason := fact.New("ForeignData", "volume", knownBy(p.where(v), on), "claim", data, "perhaps", on.PerhapsOf(), "claims", claims, "override", override)
	if under, ok := match.DataUnderReservation(p.ix, cmp.Or(on.By, v)); ok && under == on.Claim && !p.underInVain(cmp.Or(on.By, v)) && p.wanted(data) != "" {
		name := cmp.Or(on.By, v).Name
		reason = fact.New("ForeignDataReserved", "volume", knownBy(p.where(v), on), "claim", data, "perhaps", on.PerhapsOf(), "claims", claims, "override", override).
			Offering(fact.Plugin("reclaim", name).With("--unreserve"), fact.Plugin("reattach", name))
	} else if kept || p.wanted(data) != "" {
		reason = fact.New("ForeignDataWanted", "volume", knownBy(p.where(v), on), "claim", data, "perhaps", on.PerhapsOf(), "claims", claims, "override", override).
			Offering(fact.Plugin("reattach", cmp.Or(byVolume(on), v.Name)))
	}
	return &drain.Blocker{Code: drain.BlockedForeignData, Override: override, Reason: reason}
}

// awaited is the data on a disk that a claim waits for by another of its volumes, and whether there is such data: nobody else is to be given it.
func (p *planner) awaited(on disk.OnDisk) (disk.OnDisk, bool) {
	all := on.All()
	at := slices.IndexFunc(all, func(o disk.OnDisk) bool {
		return o.State == disk.Known && o.By != nil && p.waitsFor(o.By, ownerObject(o.Claim)).by != ""
	})
	if at < 0 {
		return disk.OnDisk{}, false
	}
	return all[at], true
}

// knownBy is a volume with its node, as where tells them, and, if it is known by another volume of the disk whose data is on it, that one.
func knownBy(where fact.Fact, on disk.OnDisk) fact.Fact {
	if on.By == nil {
		return where
	}
	return fact.New("VolumeWithTwin", "volume", where, "other", on.By.Name)
}

// byVolume is the other volume of the disk by which it is known whose data is on it, empty if it is the volume itself.
func byVolume(on disk.OnDisk) string {
	if on.By == nil {
		return ""
	}
	return on.By.Name
}

func ownerObject(o disk.Owner) drain.Object {
	return drain.Object{Kind: drain.KindClaim, Namespace: o.Namespace, Name: o.Name, UID: o.UID}
}

// loseTo says that claims get the data of another one with a volume, which was accepted, and who will miss it.
func (p *planner) loseTo(v *corev1.PersistentVolume, on disk.OnDisk, claims []string) {
	waits, by := p.neededBy(v, on)
	p.lose(fact.New("ForeignDataGiven", "volume", knownBy(p.where(v), on), "claim", ownerObject(on.Claim), "perhaps", on.PerhapsOf(), "claims", claims,
		"accepted", acceptForeign+" "+v.Name, "by", by, "waits", waits))
}

// neededBy is who will miss the data on a disk if another claim gets it, empty if nobody is known to: its claim, which waits for a volume, or
// whoever is about to create that claim, or waits for it.
func (p *planner) neededBy(v *corev1.PersistentVolume, on disk.OnDisk) (claim, by string) {
	data := ownerObject(on.Claim)
	if by = p.waitsFor(cmp.Or(on.By, v), data).by; by == data.String() {
		return by, ""
	}
	return "", by
}

// missingNode is the node of a volume whose home does not exist, empty if it does or is not known. No Pod can use the volume before
// that node is back; a claim whose class binds at once can be bound to it all the same.
func (p *planner) missingNode(v *corev1.PersistentVolume) string {
	if home := p.ix.HomeOf(v); home.State == inspect.HomeMissing {
		return strings.Join(home.Names(), " or ")
	}
	return ""
}

// homeMissing refuses a volume that a claim gets and that no Pod could use, since its node does not exist. It is nil if it does, or is not known.
func (p *planner) homeMissing(v *corev1.PersistentVolume) *drain.Blocker {
	if node := p.missingNode(v); node != "" {
		return &drain.Blocker{Code: drain.BlockedHome, Reason: fact.New("HomeMissing", "volume", v.Name, "node", node)}
	}
	return nil
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
	if set, _, made := ix.SetOfClaim(keyOf(claim)); made {
		return "StatefulSet/" + set.Name
	}
	return ""
}
