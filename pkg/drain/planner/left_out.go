package planner

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// What stands in the way of one member, or of one volume of a selection, stops no other: it is left out, and the Plan tells.

// leavingOut plans again without the members or volumes that blockers leave out, until those that are left can be worked on. If nothing
// would be done then, as works reports, the first Plan says what stands in the way of whom.
func leavingOut(
	ix *inspect.Index, works func(*drain.Plan) bool, plan func(out []drain.LeftOut) (*drain.Plan, error),
) (*drain.Plan, error) {
	first, err := plan(nil)
	if err != nil {
		return nil, err
	}
	last, out := first, soonest(stuck(ix, first, nil))
	for more := out; len(more) > 0; {
		if last, err = plan(out); err != nil {
			return nil, err
		}
		more = soonest(stuck(ix, last, out))
		out = slices.Concat(out, more)
	}
	if last, err = fewest(last, out, plan); err != nil {
		return nil, err
	}
	if len(out) > 0 && !works(last) {
		return first, nil
	}
	return last, nil
}

// maxTakenBack is how many are tried whether they need to be left out: each is a Plan.
const maxTakenBack = 8

// fewest is a Plan without those only that must be left out: who had no place, or was behind another, may have one, or be so no more, since that
// other one is left out.
func fewest(last *drain.Plan, out []drain.LeftOut, plan func(out []drain.LeftOut) (*drain.Plan, error)) (*drain.Plan, error) {
	if len(out) < 2 {
		return last, nil
	}
	tried := 0
	for _, l := range out {
		if turn(l) == ofItself || tried == maxTakenBack {
			continue
		}
		tried++
		fewer := slices.DeleteFunc(slices.Clone(out), func(o drain.LeftOut) bool { return o.Member == l.Member && o.Volume == l.Volume })
		p, err := plan(fewer)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(p.Blockers, func(b drain.Blocker) bool { return !blocks(last, b) }) {
			last, out = p, fewer
		}
	}
	return last, nil
}

// blocks reports whether something of a kind blocks a Plan already, for the same member.
func blocks(p *drain.Plan, b drain.Blocker) bool {
	return slices.ContainsFunc(p.Blockers, func(o drain.Blocker) bool { return o.Code == b.Code && o.Member == b.Member && o.Volume == b.Volume })
}

// works reports whether a Plan does something that was asked for: for a member or a Pod, or with volume objects that are to be deleted. That
// nodes are cordoned is nothing by itself.
func works(p *drain.Plan) bool {
	return slices.ContainsFunc(p.Steps, func(s drain.Step) bool {
		return s.Member != "" || s.Action == drain.EvictPod || s.Action == drain.ForgetVolume
	})
}

// stuck are the members and volumes that a Plan is blocked by alone, besides those that are left out already: each with the first of the
// reasons that are looked at soonest. Whatever stands in the way of a volume of a selection leaves that out.
func stuck(ix *inspect.Index, p *drain.Plan, out []drain.LeftOut) []drain.LeftOut {
	var more []drain.LeftOut
	for _, b := range p.Blockers {
		known := func(l drain.LeftOut) bool { return l.Member == b.Member && l.Volume == b.Volume }
		goes := b.Volume != "" || b.Member != "" && b.Code.LeavesOut()
		if !goes || slices.ContainsFunc(out, known) {
			continue
		}
		l := drain.LeftOut{Member: b.Member, Volume: b.Volume, Code: b.Code, Reason: b.Reason, Override: b.Override}
		if b.Member != "" {
			l.Owner = ownerNamed(ix, p, b.Member)
		}
		switch i := slices.IndexFunc(more, known); {
		case i < 0:
			more = append(more, l)
		case turn(l) < turn(more[i]):
			more[i] = l
		}
	}
	return more
}

// ownerNamed is the owner of a member, empty if it has none, or it is not known.
func ownerNamed(ix *inspect.Index, p *drain.Plan, member string) string {
	if i := slices.IndexFunc(p.Moves, func(m drain.Move) bool { return m.Member == member }); i >= 0 {
		return p.Moves[i].Owner
	}
	i := slices.IndexFunc(ix.Pods, func(pod *corev1.Pod) bool { return pod.Namespace+"/"+pod.Name == member })
	if i < 0 || ix.OwnerOf(ix.Pods[i]).None() {
		return ""
	}
	return ix.OwnerOf(ix.Pods[i]).String()
}

// isOut reports whether a member or a Pod, or a volume of a selection, is left out.
func (p *planner) isOut(name string) bool { return slices.Contains(drain.LeftOutNames(p.out), name) }

// saidOf says what is found of one member or Pod, unless it is left out: then it has been said.
func (p *planner) saidOf(name string, say func()) {
	if p.isOut(name) {
		return
	}
	before := p.about
	p.about = name
	say()
	p.about = before
}

// movable are the members that are chosen and not left out. The volumes of the others are noted: they stay as they are.
func (p *planner) movable(all []*workload.Member, shared []workload.Immovable) []*workload.Member {
	p.kept = map[string]bool{}
	var out []*workload.Member
	var others []string
	keep := func(m *workload.Member) {
		for _, c := range m.Claims {
			p.kept[c.Volume.Name] = true
		}
	}
	for _, m := range all {
		switch {
		case !p.chosen(m):
			others = append(others, m.Key.String())
			keep(m)
		case p.isOut(m.Key.String()):
			keep(m)
		default:
			out = append(out, m)
		}
	}
	for _, s := range shared {
		if !p.chosen(s.Member) {
			others = append(others, s.Member.Key.String())
		}
		keep(s.Member)
	}
	if len(others) > 0 {
		p.warn(fact.New("MembersNotChosen", "members", others))
	}
	return out
}

// withImmovable are members with those that cannot move, owner by owner and by ordinal.
func withImmovable(all []*workload.Member, shared []workload.Immovable) []*workload.Member {
	out := slices.Clone(all)
	for _, s := range shared {
		out = append(out, s.Member)
	}
	slices.SortStableFunc(out, func(a, b *workload.Member) int {
		return cmp.Or(cmp.Compare(a.GroupName(), b.GroupName()), cmp.Compare(a.Ordinal, b.Ordinal), cmp.Compare(a.Key.Name, b.Key.Name))
	})
	return out
}

// memberOfForeign is the member of a claim that is gone, whose volume has a record that is not understood, or the claim if there is none,
// and whether it is chosen.
func (p *planner) memberOfForeign(v *corev1.PersistentVolume, all []*workload.Member) (name string, chosen bool) {
	ref := v.Spec.ClaimRef
	for _, m := range all {
		if m.Key.Namespace == ref.Namespace && m.Names(ref.Name) {
			return m.Key.String(), p.chosen(m)
		}
	}
	return ref.Namespace + "/" + ref.Name, p.choice.picks(ref.Namespace)
}

// warnOfFinalizers says which claims of a member go only when others allow it.
func (p *planner) warnOfFinalizers(m *workload.Member) {
	for _, c := range m.Claims {
		for _, f := range claimFinalizers(c) {
			p.warn(fact.New("ClaimHasFinalizer", "claim", c.Object(), "finalizer", f))
		}
	}
	for _, pod := range m.Placed {
		for _, f := range workload.ForeignPodFinalizers(pod) {
			p.warn(fact.New("PodHasFinalizer", "pod", drain.PodObject(pod), "finalizer", f))
		}
	}
}

// heldByFinalizers blocks members that run and whose claims would not go at once: they would be down for as long. Of others it warns.
func (p *planner) heldByFinalizers(members []*workload.Member) {
	for _, m := range members {
		if !slices.ContainsFunc(m.Placed, workload.Ready) {
			p.warnOfFinalizers(m)
			continue
		}
		p.heldPods(m)
		for _, c := range m.Claims {
			if others := claimFinalizers(c); len(others) > 0 {
				p.saidOf(m.Key.String(), func() {
					p.block(drain.BlockedFinalizer, "", fact.New("ClaimHeldByFinalizersOf", "claim", c.Object(), "finalizers", others, "member", m.Key))
				})
			}
		}
	}
}

// heldPods blocks a member whose Pods would not go at once.
func (p *planner) heldPods(m *workload.Member) {
	for _, pod := range m.Placed {
		if others := workload.ForeignPodFinalizers(pod); len(others) > 0 {
			p.saidOf(m.Key.String(), func() {
				p.block(drain.BlockedFinalizer, "", fact.New("PodHeldByFinalizersOf", "pod", drain.PodObject(pod), "finalizers", others))
			})
		}
	}
}

// claimFinalizers are those of a claim that is to be deleted, which others added.
func claimFinalizers(c workload.Claim) []string {
	if c.Claim == nil || c.Claim.DeletionTimestamp != nil {
		return nil
	}
	return workload.ForeignFinalizers(c.Claim)
}
