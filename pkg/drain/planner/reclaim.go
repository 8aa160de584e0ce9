package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// PlanReclaim plans to make released volumes usable again. It needs volumes, claims, Pods and Nodes. What stands in the way of one volume
// of a selection leaves that out. Errors are *NotFoundError and *MisuseError.
func PlanReclaim(ix *inspect.Index, req drain.ReclaimRequest) (*drain.Plan, error) {
	if err := checkReclaim(req); err != nil {
		return nil, err
	}
	anything := func(p *drain.Plan) bool { return len(p.Steps) > 0 }
	return leavingOut(ix, anything, func(out []drain.LeftOut) (*drain.Plan, error) { return planReclaim(ix, req, out) })
}

// planReclaim is PlanReclaim without some volumes.
func planReclaim(ix *inspect.Index, req drain.ReclaimRequest, out []drain.LeftOut) (*drain.Plan, error) {
	p := &reclaimPlanner{planner: planner{ix: ix, plan: drain.New("reclaim"), out: out}, req: req}
	p.unreadable(inspect.PersistentVolumes, inspect.PersistentVolumeClaims, inspect.Pods)
	volumes, err := p.volumes()
	if err != nil {
		return nil, err
	}
	if err := volumesExist(ix, req.AcceptForeignData); err != nil {
		return nil, err
	}
	if err := p.namespaceOf(req.For); err != nil {
		return nil, err
	}
	p.asked = volumes
	p.pairUp(volumes)
	for _, first := range []bool{true, false} { // the volumes that any claim may have come after all that one claim is to have
		for _, v := range volumes {
			if first == p.comesFirst(v) {
				p.add(v)
			}
		}
		p.stage(1, drain.FinishTargets)
	}
	if len(p.plan.Steps) > 0 && !req.Wait && !req.Unreserve {
		p.decided()
	}
	return p.finish(), nil
}

func checkReclaim(req drain.ReclaimRequest) error {
	switch {
	case len(req.Volumes) == 0 && req.Selection == nil:
		return drain.Misuse(fact.New("ReclaimWhat"))
	case len(req.Volumes) > 0 && req.Selection != nil:
		return drain.Misuse(fact.New("NamesOrSelection"))
	case req.Wait && req.KeepData:
		return drain.Misuse(fact.New("WaitOrKeepData"))
	case req.Wait && req.For != nil:
		return drain.Misuse(fact.New("WaitOrFor"))
	case req.For != nil && len(req.Volumes) != 1:
		return drain.Misuse(fact.New("ForNeedsOneVolume"))
	case req.Unreserve && (req.Wait || req.For != nil || req.Selection != nil):
		return drain.Misuse(fact.New("UnreserveAlone"))
	}
	return nil
}

// volumes are those asked for, each once.
func (p *reclaimPlanner) volumes() ([]*corev1.PersistentVolume, error) {
	var volumes []*corev1.PersistentVolume
	for _, name := range p.names() {
		v, err := localVolume(p.ix, name)
		if err != nil {
			return nil, err
		}
		volumes = append(volumes, v)
	}
	return volumes, nil
}

// comesFirst reports whether a volume is planned before those that are opened to any claim.
func (p *reclaimPlanner) comesFirst(v *corev1.PersistentVolume) bool {
	_, paired := p.pairs[v.Name]
	return paired || len(p.pairs) == 0
}

// names are those asked for, each once; of a selection, those that can be reclaimed, sorted.
func (p *reclaimPlanner) names() []string {
	if p.req.Selection == nil {
		var names []string
		for _, name := range p.req.Volumes {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		return names
	}
	filter := *p.req.Selection
	filter.Phases = []corev1.PersistentVolumePhase{corev1.VolumeReleased, corev1.VolumeFailed}
	var names []string
	for _, r := range inventory.Volumes(p.ix, inventory.VolumeQuery{Filter: filter}) {
		names = append(names, r.Name)
	}
	slices.Sort(names)
	if len(names) == 0 {
		p.done(fact.New("SelectionEmpty"))
	}
	return names
}

// add plans one volume.
func (p *reclaimPlanner) add(v *corev1.PersistentVolume) {
	if p.isOut(v.Name) {
		return
	}
	if p.req.Unreserve {
		p.unreserve(v)
		return
	}
	if p.req.Selection != nil {
		p.selected = v.Name
		defer func() { p.selected = "" }()
	}
	p.begin(drain.VolumeObject(v))
	b := p.refusal(v)
	if b == nil {
		b = p.refusedForTwin(v)
	}
	if b != nil {
		p.block(b.Code, b.Override, b.Reason)
		return
	}
	switch {
	case p.given(v) && p.binding(v):
		p.done(fact.New("VolumeBeingBound", "volume", v.Name, "claim", drain.RefObject(v.Spec.ClaimRef)))
	case p.given(v):
		p.done(fact.New("VolumeHasClaimAlready", "volume", v.Name, "claim", drain.RefObject(v.Spec.ClaimRef)))
	case v.Status.Phase == corev1.VolumeAvailable && !(p.req.For != nil && v.Spec.ClaimRef == nil) && !p.pointless(v):
		if all := p.disks().Claimants(v); len(all) > 0 {
			p.done(p.claimedBy(v, all[0]))
			return
		}
		p.done(fact.New("VolumeAvailableAlready", "volume", v.Name, "claim", reservedFor(v)))
		if p.req.For != nil {
			p.makeWay(v, drain.RefObject(v.Spec.ClaimRef))
		}
		if node := p.missingNode(v); node != "" {
			p.warn(fact.New("VolumeOfMissingNode", "volume", v.Name, "node", node))
		}
	case p.keepsReservation(v):
		p.done(fact.New("ReservedInAMoment", "volume", v.Name, "claim", reservedFor(v), "phase", v.Status.Phase).Offering(fact.Plugin("reclaim", v.Name).With("--unreserve")))
	case p.req.Wait:
		p.await(v)
	default:
		p.free(v)
	}
}

// given reports whether what was asked for has been done, and a claim has been bound to the volume since: the one it was
// to be reserved for, or, if any may have it, another than the one that it is known to have been released from.
func (p *reclaimPlanner) given(v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	if ref == nil || p.req.Wait || v.Status.Phase != corev1.VolumeBound && !p.binding(v) {
		return false
	}
	if p.req.For != nil {
		return isFor(ref, *p.req.For)
	}
	s, err := retain.RecordedClaim(v)
	return err == nil && s != nil && ref.UID != "" && s.UID != ref.UID
}

// keepsReservation reports whether a volume is reserved for a claim that is to have it, and only the volume controller has not made it Available yet:
// somebody has taken the UID of the claim that is gone away.
func (p *reclaimPlanner) keepsReservation(v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	return ref != nil && ref.UID == "" && ref.Namespace != disk.CordonNamespace && (v.Status.Phase == corev1.VolumeReleased || v.Status.Phase == corev1.VolumeFailed) &&
		(p.req.For == nil || isFor(ref, *p.req.For)) && !match.ReservedInVain(p.ix, v)
}

// binding reports whether the volume is being bound to the claim that it names.
func (p *reclaimPlanner) binding(v *corev1.PersistentVolume) bool {
	ref := v.Spec.ClaimRef
	return ref != nil && beingBound(v, p.ix.Claim(ref.Namespace, ref.Name))
}

// refusal says why a volume may not be reclaimed, nil if it may.
func (p *reclaimPlanner) refusal(v *corev1.PersistentVolume) *drain.Blocker {
	if v.DeletionTimestamp != nil {
		return &drain.Blocker{Code: drain.BlockedTerminating, Reason: fact.New("VolumeBeingDeleted", "volume", v.Name)}
	}
	if p.given(v) {
		return nil
	}
	if err := retain.CheckVersion(v); err != nil {
		return &drain.Blocker{Code: drain.BlockedNewer, Reason: fact.Of(err)}
	}
	if b := p.refusedDisk(v); b != nil {
		return b
	}
	if b := p.heldToNoNode(v); b != nil && !p.req.Wait { // its provisioner knows where it is
		return b
	}
	return p.refusedItself(v)
}

// refusedItself says why a volume may not be reclaimed, whatever other volumes are the same disk.
func (p *reclaimPlanner) refusedItself(v *corev1.PersistentVolume) *drain.Blocker {
	ref := v.Spec.ClaimRef
	if b := p.wrongPhase(v); b != nil || ref == nil || v.Status.Phase == corev1.VolumeBound {
		return b
	}
	if v.Status.Phase == corev1.VolumeAvailable {
		return p.unpaired(v) // nobody has had it since it was reserved, and nobody cleans it
	}
	if b := p.stillUsed(v); b != nil {
		return b
	}
	if b := p.wronglyCleaned(v); b != nil {
		return b
	}
	return p.unpaired(v)
}

// wronglyCleaned refuses if the volume's provisioner cleans it and that is not waited for, or the other way round.
func (p *reclaimPlanner) wronglyCleaned(v *corev1.PersistentVolume) *drain.Blocker {
	cl, owned := cleanerOf(p.ix, v)
	policy := v.Spec.PersistentVolumeReclaimPolicy
	deletes := owned && policy == corev1.PersistentVolumeReclaimDelete
	switch {
	case deletes && cl.never() && p.req.Wait:
		return &drain.Blocker{Code: drain.BlockedCleaner, Reason: fact.New("ProvisionerNeverCleans", "volume", v.Name, "provisioner", cl.name, "state", cl.state())}
	case deletes && cl.never():
		return &drain.Blocker{Code: drain.BlockedCleaner,
			Reason: fact.New("ProvisionerCleansVolume", "volume", v.Name, "provisioner", cl.name, "state", cl.state(), "override", "").Offering(keepFromCleaner(v.Name))}
	case deletes && !p.req.Wait:
		const leave = "--wait"
		return &drain.Blocker{Code: drain.BlockedCleaner, Override: leave,
			Reason: fact.New("ProvisionerCleansVolume", "volume", v.Name, "provisioner", cl.name, "state", cl.state(), "override", leave)}
	case !deletes && p.req.Wait:
		return &drain.Blocker{Code: drain.BlockedCleaner, Reason: fact.New("VolumeNotCleaned", "volume", v.Name, "policy", policy, "provisioner", cl.name)}
	}
	return nil
}

// wrongPhase refuses a volume that is neither Released nor Failed nor, as far as that makes sense, Available.
func (p *reclaimPlanner) wrongPhase(v *corev1.PersistentVolume) *drain.Blocker {
	ref, phase := v.Spec.ClaimRef, v.Status.Phase
	switch {
	case (phase == corev1.VolumeReleased || phase == corev1.VolumeFailed) && ref != nil && ref.UID == "" && p.req.For != nil && !isFor(ref, *p.req.For) && !match.ReservedInVain(p.ix, v):
		return &drain.Blocker{Code: drain.BlockedPhase, Reason: fact.New("VolumeReservedForOther", "volume", v.Name, "claim", drain.RefObject(ref)).
			Offering(fact.Plugin("reclaim", v.Name).With("--unreserve"))}
	case phase == corev1.VolumeReleased, phase == corev1.VolumeFailed:
		return nil
	case phase == corev1.VolumeAvailable && (p.req.For == nil && ref == nil || p.req.For != nil && (ref == nil || isFor(ref, *p.req.For))):
		return nil
	case ref != nil && halfBound(v, p.ix.Claim(ref.Namespace, ref.Name)):
		return &drain.Blocker{Code: drain.BlockedPhase, Reason: aboutToBind(v, p.ix.Claim(ref.Namespace, ref.Name))}
	case phase == corev1.VolumeAvailable && p.pointless(v):
		return nil
	case phase == corev1.VolumeAvailable:
		return &drain.Blocker{Code: drain.BlockedPhase, Reason: fact.New("VolumeReservedForOther", "volume", v.Name, "claim", drain.RefObject(ref)).
			Offering(fact.Plugin("reclaim", v.Name).With("--unreserve"))}
	case ref != nil && phase == corev1.VolumeBound:
		// For how long is told so that whoever has just reclaimed it is not surprised.
		return &drain.Blocker{Code: drain.BlockedPhase, Reason: fact.New("VolumeBoundNotReleased", "volume", v.Name, "claim", drain.RefObject(ref), "age", age(p.ix, since(v))).
			Offering(fact.Plugin("release", "pv/"+v.Name))}
	}
	if phase == "" {
		phase = corev1.VolumePending
	}
	return &drain.Blocker{Code: drain.BlockedPhase, Reason: fact.New("VolumePhaseWrong", "volume", v.Name, "phase", phase)}
}

// await plans to leave a volume to its provisioner.
func (p *reclaimPlanner) await(v *corev1.PersistentVolume) {
	cl, _ := cleanerOf(p.ix, v)
	if cl.pod == nil {
		p.warn(fact.New("ProvisionerMayNotClean", "provisioner", cl.name, "volume", v.Name, "state", cl.state()))
	}
	p.step(awaitCleaned(v, drain.RefObject(v.Spec.ClaimRef), cl.name, fact.New("WhyAwaitCleanedOnly")))
}

// decided blocks unless it was decided what happens to the data.
func (p *reclaimPlanner) decided() {
	volumes := p.undecided()
	if p.req.KeepData || volumes == 0 {
		return
	}
	const accept = "--keep-data"
	p.block(drain.BlockedUndecided, accept, fact.New("DataUndecided", "count", volumes, "override", accept))
}
