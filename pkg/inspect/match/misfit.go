package match

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// MisfitCode is the kind of what keeps a claim from a volume that is to be reserved for it.
type MisfitCode string

// The codes of misfits.
const (
	// Fits: nothing does.
	Fits MisfitCode = ""
	// Withheld: the volume is given to nobody, or not to this claim, whatever that asks for.
	Withheld MisfitCode = "Withheld"
	// NotYet: something has to be done first, which Why names, and then the claim can be given the volume.
	NotYet MisfitCode = "NotYet"
	// MarkedBound: the claim counts as bound, and names no volume.
	MarkedBound MisfitCode = "MarkedBound"
	// NamesAnother: the claim names another volume.
	NamesAnother MisfitCode = "NamesAnother"
	// SelectorInvalid: nothing is ever bound to the claim.
	SelectorInvalid MisfitCode = "SelectorInvalid"
	// ChecksFail: the claim asks for something else than the volume has.
	ChecksFail MisfitCode = "ChecksFail"
)

// Misfit is what keeps a claim from a volume that is to be reserved for it; zero if nothing does.
type Misfit struct {
	Code MisfitCode
	// Why tells it, all of it.
	Why fact.Fact
	// Fails are the checks that fail, with ChecksFail.
	Fails []inspect.VolumeCode
}

// Recreating reports whether the claim has to be recreated first, whatever it asks for.
func (m Misfit) Recreating() bool { return m.Code == MarkedBound || m.Code == NamesAnother }

// OfVolume is what keeps a claim from a volume with its own data, whatever it asks for: what reattach would refuse as well.
func OfVolume(ix *inspect.Index, v *corev1.PersistentVolume, claim types.NamespacedName) Misfit {
	if version, known := disk.RecordVersion(v); !known {
		return Misfit{Code: Withheld, Why: fact.New("RecordNewer", "volume", v.Name, "have", version, "want", disk.Version)}
	}
	refusals := disk.New(ix).Refusals(v, claim)
	if r, ok := disk.First(refusals, disk.VolumeCordoned, disk.VolumeClaimed, disk.DiskMounted, disk.DiskHeld, disk.DataForeign); ok {
		return Misfit{Code: Withheld, Why: whyRefused(claim, r)}
	}
	if r, ok := disk.First(refusals, disk.DiskFree); ok {
		return Misfit{Code: NotYet, Why: fact.New("CordonTwin", "other", r.Other.Name).Offering(disk.Cordon(r.Other, "same-disk"))}
	}
	if _, under := DataUnderReservation(ix, v); under && !ReservedInVain(ix, v) {
		ref := v.Spec.ClaimRef
		return Misfit{Code: NotYet, Why: fact.New("ReservedForAnother", "volume", v.Name, "other", types.NamespacedName{Namespace: ref.Namespace, Name: ref.Name}).
			Offering(fact.Plugin("reclaim", v.Name).With("--unreserve"))}
	}
	if home := ix.HomeOf(v); home.State == inspect.HomeUnknown && ix.DataOn(v).Known() {
		return Misfit{Code: NotYet, Why: fact.New("HomeUnknownYet", "why", home.Why)}
	}
	if _, lost := ix.LostLabel(v); lost {
		return Misfit{Code: NotYet, Why: ix.HomeOf(v).Why}
	}
	if ix.SeveralHomes(v) {
		nodes, gone := ix.DataNames(v)
		return Misfit{Code: NotYet, Why: fact.New("CordonOtherHomes", "nodes", nodes, "gone", gone)}
	}
	if why, astray := ix.Astray(v); astray {
		if kept, cure := KeptFrom(SitesOf(ix, v), ix.Consumers(claim.Namespace, claim.Name)); !kept.IsZero() {
			return Misfit{Code: NotYet, Why: fact.New("KeptFromData", "volume", v.Name, "why", why, "kept", kept, "cure", cure)}
		}
		if open := OpenWithoutData(ix, v, ix.Consumers(claim.Namespace, claim.Name)); len(open) > 0 {
			return Misfit{Code: NotYet, Why: ix.StartsWithoutData(v, why, open)}
		}
	}
	return Misfit{}
}

// whyRefused says why a disk is never given to a claim.
func whyRefused(claim types.NamespacedName, r disk.Refusal) fact.Fact {
	switch {
	case r.Code == disk.VolumeCordoned:
		return fact.New("ClaimedAndCordoned", "subject", claim, "reason", r.Reason)
	case r.Code == disk.VolumeClaimed:
		return fact.New("NamedByClaim", "claim", r.Holder.Claim)
	case r.Code == disk.DiskMounted:
		return fact.New("MountedByPods", "pods", r.Names())
	case r.Code == disk.DiskHeld:
		return fact.New("SameDiskAs", "other", r.Holder.Volume.Name, "claim", r.Holder.Claim)
	case r.Data.By != nil && len(r.Data.Perhaps) > 0:
		return fact.New("DiskUsedPerhapsSince", "other", r.Data.By.Name, "claim", r.Data.Claim.Key())
	case r.Data.By != nil:
		return fact.New("DiskUsedSince", "other", r.Data.By.Name, "claim", r.Data.Claim.Key())
	}
	return fact.New("DataOfAnother", "claim", r.Data.Claim.Key())
}

// WhyNot says why a claim could not be bound to a volume that is reserved for it. A claim that counts as bound to the volume is bound without
// any check once the volume names it (controller/volume/persistentvolume: syncBoundClaim), but Pods mount a volume in one mode only.
func WhyNot(ix *inspect.Index, v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) Misfit {
	switch {
	case markedBound(c):
		return Misfit{Code: MarkedBound, Why: fact.New("ClaimMarkedBound", "annotation", volumehelpers.AnnBindCompleted)}
	case c.Spec.VolumeName != "" && c.Spec.VolumeName != v.Name:
		return Misfit{Code: NamesAnother, Why: fact.New("ClaimNamesAnotherVolume", "volume", c.Spec.VolumeName)}
	}
	m, err := NewMatcher(ix, c)
	if err != nil {
		return Misfit{Code: SelectorInvalid, Why: SelectorFact(err)}
	}
	verdict := m.Binds(v)
	fails := verdict.Fails
	if inspect.FullyBound(c) {
		fails = slices.DeleteFunc(slices.Clone(fails), func(code inspect.VolumeCode) bool { return code != inspect.VolumeModeMismatch })
	}
	if len(fails) == 0 {
		return Misfit{}
	}
	return Misfit{Code: ChecksFail, Why: verdict.FactOf(fails[0]), Fails: fails}
}
