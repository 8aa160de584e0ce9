package planner

import (
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
)

// givable tells which volumes members may be given: none that is cordoned, none whose disk somebody has or could get by another volume, and
// none with the data of another claim unless that was accepted by name.
type givable struct {
	ix     *inspect.Index
	disks  *disk.Disks
	accept []string
	// data is what is known of the data on the disks of volumes, by the volumes' names.
	data map[string]disk.OnDisk
}

// newGivable finds out what is on all volumes, once. Its errors are *NotFoundError, of volumes that were named.
func newGivable(ix *inspect.Index, accept []string) (*givable, error) {
	g := &givable{ix: ix, disks: disk.New(ix), accept: accept, data: map[string]disk.OnDisk{}}
	if err := volumesExist(ix, accept); err != nil {
		return nil, err
	}
	for _, v := range ix.SortedVolumes() {
		if on := g.disks.DataOn(v, ix.TakenAt); on.State != disk.Unknown {
			g.data[v.Name] = on
		}
	}
	return g, nil
}

// refused reports whether a volume may be given to no member.
func (g *givable) refused(v *corev1.PersistentVolume) bool {
	if _, cordoned := disk.Cordoned(v); cordoned || g.unfit(v) || len(g.disks.Claimants(v)) > 0 {
		return true
	}
	return len(g.disks.Mounting(v)) > 0 || len(g.disks.Holders(v, types.NamespacedName{})) > 0 || slices.ContainsFunc(g.disks.Sharing(v), g.disks.Free)
}

// unfit reports whether a volume is no place for anybody: another version recorded something on it, or the scheduler may send its Pods
// to Nodes without its data, now or the next time that they start.
func (g *givable) unfit(v *corev1.PersistentVolume) bool {
	_, several := severalHomes(g.ix, v)
	_, onAny := onAnyNode(v)
	return several || onAny || notUnderstood(v) || isAstray(g.ix, v)
}

// foreign reports whether the data of another claim is on a volume.
func (g *givable) foreign(v *corev1.PersistentVolume, claim types.NamespacedName) bool {
	return g.data[v.Name].Foreign(claim)
}

// unaccepted reports whether that was not accepted either.
func (g *givable) unaccepted(v *corev1.PersistentVolume, claim types.NamespacedName) bool {
	return g.foreign(v, claim) && !slices.Contains(g.accept, v.Name)
}

func (g *givable) wiped(v *corev1.PersistentVolume) bool {
	return g.data[v.Name].State == disk.Wiped
}

// search looks for places without the data of others; if they are not enough, with what was accepted. For members that have no place
// then, it finds what they would have to be given.
func (g *givable) search(ctx context.Context, problem placement.Problem) (*placement.Solution, map[placement.Member][]refusedVolume, error) {
	problem.Avoid, problem.Barred, problem.Sharing, problem.Preferred = g.refused, g.foreign, g.disks.Sharing, g.wiped
	if solution, found, err := g.searchFixed(ctx, problem); err != nil || found {
		return solution, nil, err
	}
	solution, err := placement.Search(ctx, problem)
	if err != nil || !lacking(problem, solution) {
		return solution, nil, err
	}
	if len(g.accept) > 0 {
		problem.Barred = g.unaccepted
		if solution, err = placement.Search(ctx, problem); err != nil || !lacking(problem, solution) {
			return solution, nil, err
		}
	}
	withAll := problem
	withAll.Avoid, withAll.Barred, withAll.Sharing = g.unfit, nil, nil
	all, err := placement.Search(ctx, withAll)
	if err != nil {
		return nil, nil, err
	}
	lacked := g.lacked(problem, solution, all)
	if !lacking(problem, all) {
		return solution, lacked, nil
	}
	withAll.Avoid = nil // the scheduler does not know which volumes are unfit
	if all, err = placement.Search(ctx, withAll); err != nil {
		return nil, nil, err
	}
	for m, refused := range g.lacked(problem, solution, all) {
		if lacked[m] == nil {
			lacked[m] = refused
		}
	}
	return solution, lacked, nil
}

// searchFixed looks for places without volumes that are to be used on one Node only as long as others take no Pods, and reports whether there are
// such volumes and all members have a place without them.
func (g *givable) searchFixed(ctx context.Context, problem placement.Problem) (*placement.Solution, bool, error) {
	loose := func(v *corev1.PersistentVolume) bool {
		_, closed := closedHomes(g.ix, v)
		return len(closed) > 0
	}
	if !slices.ContainsFunc(g.ix.SortedVolumes(), func(v *corev1.PersistentVolume) bool { return g.disks.Free(v) && loose(v) && !g.refused(v) }) {
		return nil, false, nil
	}
	problem.Avoid = func(v *corev1.PersistentVolume) bool { return loose(v) || g.refused(v) }
	solution, err := placement.Search(ctx, problem)
	return solution, err == nil && !lacking(problem, solution), err
}

// lacking reports whether some member has no place.
func lacking(p placement.Problem, s *placement.Solution) bool {
	for i, m := range p.Members {
		if m.Moves() && s.Places[i] == nil {
			return true
		}
	}
	return false
}

// refusedVolume is a volume that a claim is not given, although it would be a place.
type refusedVolume struct {
	volume *corev1.PersistentVolume
	claim  types.NamespacedName
	// node is where that would be.
	node string
}

// lacked are the volumes that members without a place would have had to be given: each member its own; where it is others that would
// have had to make room, theirs.
func (g *givable) lacked(p placement.Problem, s, all *placement.Solution) map[placement.Member][]refusedVolume {
	refused := make([][]refusedVolume, len(p.Members))
	for i, m := range p.Members {
		if all.Places[i] == nil {
			continue
		}
		for claim, v := range all.Places[i].Volumes {
			r := refusedVolume{volume: v, claim: types.NamespacedName{Namespace: m.Key().Namespace, Name: claim}, node: all.Places[i].Node}
			if g.refused(v) || g.unaccepted(v, r.claim) {
				refused[i] = append(refused[i], r)
			}
		}
		slices.SortFunc(refused[i], func(a, b refusedVolume) int { return strings.Compare(a.claim.Name, b.claim.Name) })
	}
	out := map[placement.Member][]refusedVolume{}
	for i, m := range p.Members {
		switch {
		case s.Places[i] != nil || all.Places[i] == nil:
		case len(refused[i]) > 0:
			out[m] = refused[i]
		default:
			out[m] = slices.Concat(refused...)
		}
	}
	return out
}

// refusesVolumes blocks what the member may not be given, and reports whether that is why it has no place: it would have one on such
// a volume. That it may stay Pending does not help then, since the scheduler would give it that volume.
func (p *relocation) refusesVolumes() bool {
	for _, c := range p.claims() {
		if v := p.places.volumeFor(p.member, c); v != nil && !c.Moved() {
			p.blockForeign(v, p.place().Node, c.Key()) // it was reserved before, or there would be no need to ask
			p.doubtful(v, c)
		}
	}
	refused := p.places.refused[p.member]
	p.insisted(refused)
	for _, r := range refused {
		if b := p.neverGiven(r); b != nil {
			p.block(b.Code, b.Override, b.Reason)
		} else if b := p.oneOfTwo(r); b != nil {
			p.block(b.Code, b.Override, b.Reason)
		} else if b := p.notGivable(r.volume, r.claim); b != nil {
			p.block(b.Code, b.Override, keepingCordon(r.volume, b.Reason))
			p.spare(r, b)
		} else {
			p.blockForeign(r.volume, r.node, r.claim)
		}
	}
	return len(refused) > 0
}

// oneOfTwo refuses a volume that is to be cordoned so that another claim gets its disk: two claims that could each have one of two volumes
// of a disk are not both told to cordon that of the other. It is nil if there is no such claim.
func (p *relocation) oneOfTwo(r refusedVolume) *drain.Blocker {
	if first, cordons := p.spared[r.volume.Name]; cordons && first != r.claim.String() {
		return &drain.Blocker{Code: drain.BlockedSharedDisk, Reason: fact.New("DiskForAnotherClaim", "volume", r.volume.Name, "first", first, "claim", r.claim)}
	}
	return nil
}

// spare notes the volumes that are to be cordoned so that a claim gets the disk of another, if that is all that is in the way.
func (p *relocation) spare(r refusedVolume, b *drain.Blocker) {
	if b.Reason.Code != "DiskFree" {
		return
	}
	if p.spared == nil {
		p.spared = map[string]string{}
	}
	for _, other := range p.disks().Sharing(r.volume) {
		if p.disks().Free(other) && p.spared[other.Name] == "" {
			p.spared[other.Name] = r.claim.String()
		}
	}
}

// neverGiven refuses a volume that is no place for anybody, and that the scheduler would give to the member all the same, as it knows nothing of
// that. It is nil if the volume is not like that.
func (p *relocation) neverGiven(r refusedVolume) *drain.Blocker {
	claim := drain.Object{Kind: drain.KindClaim, Namespace: r.claim.Namespace, Name: r.claim.Name}
	give := func(code drain.BlockerCode, why fact.Fact) *drain.Blocker {
		f := fact.New("SchedulerWouldGive", "member", p.member.Key, "claim", claim, "volume", r.volume.Name, "node", r.node, "why", why)
		return &drain.Blocker{Code: code, Reason: f.Offering(fact.Kubectl("get", "pv", r.volume.Name).With("-o", "yaml"))}
	}
	if err := retain.CheckVersion(r.volume); err != nil {
		return give(drain.BlockedNewer, fact.Of(err))
	}
	if why, onAny := onAnyNode(r.volume); onAny {
		return give(drain.BlockedShared, why)
	}
	if why, astray := p.ix.Astray(r.volume); astray {
		return give(drain.BlockedShared, fact.New("ReattachedAstray", "volume", r.volume.Name, "why", why))
	}
	if why, several := severalHomes(p.ix, r.volume); several {
		return give(drain.BlockedShared, fact.New("ReattachedAstray", "volume", r.volume.Name, "why", why))
	}
	return nil
}

// blockForeign blocks if the data of another claim is on a volume that is to be used on a node and that was not accepted.
func (p *relocation) blockForeign(v *corev1.PersistentVolume, node string, claim types.NamespacedName) {
	d := p.onDisk(v).For(claim)
	if !d.Foreign(claim) || slices.Contains(p.places.accept, v.Name) {
		return
	}
	override := acceptForeign + " " + v.Name
	waits, by := p.neededBy(v, d)
	f := fact.New("ForeignDataOnPlace", "member", p.member.Key, "volume", knownBy(p.whereOn(v, node), d), "claim", d.Claim.Key().String(), "perhaps", d.PerhapsOf(), "age", age(p.ix, metav1.NewTime(d.Since)),
		"by", by, "waits", waits, "override", override)
	p.block(drain.BlockedForeignData, override, f)
}

// loseForeign names the data of another claim that a claim of the member may overwrite, if that was accepted.
func (p *relocation) loseForeign(v *corev1.PersistentVolume, c workload.Claim) {
	if on := p.onDisk(v).For(c.Key()); on.Foreign(c.Key()) && slices.Contains(p.places.accept, v.Name) {
		p.loseTo(v, on, []string{c.Object().String()})
	}
}

// noteData says what is known of the data on the volume that a claim gets. A volume that the claim has already counts as it was before.
func (p *planner) noteData(mv *drain.Move, v *corev1.PersistentVolume, c workload.Claim) {
	if ref := v.Spec.ClaimRef; ref != nil && ref.UID != "" {
		v = v.DeepCopy()
		v.Spec.ClaimRef = nil
	}
	switch d := p.onDisk(v).For(c.Key()); {
	case d.State == disk.Wiped:
		mv.ToData = drain.DataWiped
	case d.Foreign(c.Key()):
		mv.ToData, mv.ToDataOf = drain.DataForeign, d.Claim.Key().String()
	case d.State == disk.Known:
		mv.ToData, mv.ToDataOf = drain.DataOwn, d.Claim.Key().String()
	default:
		mv.ToData = drain.DataUnknown
	}
}

// notUnderstood reports whether another version of this program has recorded something on a volume.
func notUnderstood(v *corev1.PersistentVolume) bool { return retain.CheckVersion(v) != nil }

// insisted tells how a reservation for a claim of the member is taken back whose volume may not be given to it any more.
func (p *relocation) insisted(volumes []refusedVolume) {
	for _, r := range volumes {
		if ref := r.volume.Spec.ClaimRef; ref != nil && ref.UID == "" && isFor(ref, r.claim) && !slices.Contains(p.places.accept, r.volume.Name) {
			p.warn(fact.New("ReservedAndRefused", "volume", r.volume.Name, "claim", r.claim).Offering(fact.Plugin("reclaim", r.volume.Name).With("--unreserve")))
		}
	}
}
