package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// What the scheduler gives to a claim that a controller recreates as soon as the present one is gone, where nothing is reserved for it: it knows
// neither whose data is on a volume, nor that somebody has the disk by another one.

// nextVolumes is what the next claim of a member could be given.
type nextVolumes struct {
	*planner
	member *workload.Member
	claim  types.NamespacedName
	// takes reports whether a Node may take the member's next Pods.
	takes func(n *corev1.Node, pods []*corev1.Pod) bool
	// accept are the volumes that it may be given although the data of others is on them, flag is how one is accepted, empty if that cannot be.
	accept []string
	flag   string
	// stays are the volumes of claims that the member keeps: its Pods go nowhere else.
	stays []*corev1.PersistentVolume
	// judged says that what is reserved for the claim is judged elsewhere, first that no such claim has been there before.
	judged, first bool
}

// refuse blocks, for each volume that the next claim could be given, what it may not be given. One that is reserved for the very claim is the one
// that is bound, whatever else fits.
func (n nextVolumes) refuse(c workload.Claim) {
	next := n.member.Next(n.ix, c).Claim
	m, err := match.NewMatcher(n.ix, next)
	if err != nil {
		return
	}
	kept := slices.DeleteFunc(slices.Clone(n.ix.SortedVolumes()), func(v *corev1.PersistentVolume) bool { return !n.reserved(v) })
	if len(kept) > 0 {
		if n.judged {
			return
		}
		n.refuseThose(c, kept)
		return
	}
	free := slices.DeleteFunc(slices.Clone(n.ix.SortedVolumes()), func(v *corev1.PersistentVolume) bool {
		open := v.Status.Phase == corev1.VolumeAvailable && v.Spec.ClaimRef == nil && v.DeletionTimestamp == nil
		return !open || m.Explain(v, true, "").Code != inspect.Match || n.neverTogether(append(slices.Clone(n.stays), v)...)
	})
	n.refuseThose(c, n.chosen(next, free))
}

// refuseThose blocks those of the volumes that the next claim may not be given.
func (n nextVolumes) refuseThose(c workload.Claim, volumes []*corev1.PersistentVolume) {
	for _, v := range volumes {
		code, why := n.mayNotHave(v)
		switch {
		case why.IsZero():
		case code == drain.BlockedForeignData && slices.Contains(n.accept, v.Name):
			n.loseTo(v, n.onDisk(v).For(n.claim), []string{c.Object().String()})
		default:
			override := ""
			if code == drain.BlockedForeignData && n.flag != "" {
				override = n.flag + " " + v.Name
			}
			// A claim that lives and names the volume would be kept from its own by that.
			others := n.ix.ClaimedBy(v) != nil || len(n.ix.BoundInVain(v)) > 0
			f := fact.New("NextClaimCouldGet", "owner", n.member.Owner, "claim", c.Object(), "volume", n.where(v), "why", why, "override", override,
				"reserved", yes(n.reserved(v)), "first", yes(n.first), "keep", yes(!others))
			if !others {
				f = f.Offering(cordonOf(v))
			}
			n.block(code, override, f)
		}
	}
}

// cordonOf keeps a volume from everybody, for the reason that is on it already if there is one.
func cordonOf(v *corev1.PersistentVolume) fact.Command {
	if reason, marked := disk.Cordoned(v); marked && len(validation.IsDNS1123Subdomain(reason)) == 0 {
		return disk.Cordon(v, reason)
	}
	return disk.Cordon(v, "not-for-others")
}

// reserved reports whether a volume is reserved for whatever claim has the name: it is given that one.
func (n nextVolumes) reserved(v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	return ref != nil && ref.UID == "" && ref.Namespace == n.claim.Namespace && ref.Name == n.claim.Name
}

// chosen are those of the volumes that fit which could be the one: the smallest on any Node that takes the Pods, or the smallest of all for a class
// that binds at once.
func (n nextVolumes) chosen(next *corev1.PersistentVolumeClaim, free []*corev1.PersistentVolume) []*corev1.PersistentVolume {
	if !n.ix.Delayed(next) {
		return smallest(free)
	}
	var out []*corev1.PersistentVolume
	pods := n.member.FuturePods(n.ix)
	for _, node := range n.ix.Nodes {
		if !n.takes(node, pods) {
			continue
		}
		there := slices.DeleteFunc(slices.Clone(free), func(v *corev1.PersistentVolume) bool { return !n.ix.UsableOn(v, node.Name) })
		for _, v := range smallest(there) {
			if !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	slices.SortFunc(out, func(a, b *corev1.PersistentVolume) int { return slices.Index(free, a) - slices.Index(free, b) })
	return out
}

// smallest are the volumes of which none is smaller.
func smallest(volumes []*corev1.PersistentVolume) []*corev1.PersistentVolume {
	sized := func(v *corev1.PersistentVolume) int64 { return v.Spec.Capacity.Storage().Value() }
	return slices.DeleteFunc(slices.Clone(volumes), func(v *corev1.PersistentVolume) bool {
		return slices.ContainsFunc(volumes, func(o *corev1.PersistentVolume) bool { return sized(o) < sized(v) })
	})
}

// mayNotHave says why the next claim may not be given a volume; nothing, if it may.
func (n nextVolumes) mayNotHave(v *corev1.PersistentVolume) (drain.BlockerCode, fact.Fact) {
	if err := retain.CheckVersion(v); err != nil {
		return drain.BlockedNewer, fact.Of(err)
	}
	if why, onAny := onAnyNode(v); onAny {
		return drain.BlockedShared, why
	}
	if why, astray := n.ix.Astray(v); astray {
		return drain.BlockedShared, why
	}
	if all := n.disks().Claimants(v); len(all) > 0 {
		code := drain.BlockedMisbound
		if len(all[0].Pods) > 0 {
			code = drain.BlockedSharedDisk
		}
		return code, n.claimedBy(v, all[0])
	}
	if reason, cordoned := disk.Cordoned(v); cordoned && v.Spec.ClaimRef == nil {
		return drain.BlockedCordoned, fact.New("CordonedByMarkAlone", "reason", reason)
	}
	if b := n.notGivable(v, n.claim); b != nil && b.Code == drain.BlockedInUse {
		return drain.BlockedSharedDisk, b.Reason
	} else if b != nil {
		return b.Code, b.Reason
	}
	if d := n.onDisk(v).For(n.claim); d.Foreign(n.claim) {
		return drain.BlockedForeignData, fact.New("DataOfAnother", "claim", d.Claim.Key())
	}
	return "", fact.Fact{}
}

// boundBeside are the volumes of the claims of a member that do not go.
func (p *planner) boundBeside(m *workload.Member, goes func(*corev1.PersistentVolumeClaim) bool) []*corev1.PersistentVolume {
	var out []*corev1.PersistentVolume
	for _, name := range m.ClaimNames() {
		c := p.ix.Claim(m.Key.Namespace, name)
		if c == nil || goes(c) {
			continue
		}
		if v := p.ix.Volume(c.Spec.VolumeName); v != nil {
			out = append(out, v)
		}
	}
	return out
}

// takesPods reports whether a Node takes Pods now, as far as can be seen of the Node alone.
func takesPods(n *corev1.Node, pods []*corev1.Pod) bool {
	why, _ := match.KeptFrom([]*corev1.Node{n}, pods)
	return why.IsZero()
}
