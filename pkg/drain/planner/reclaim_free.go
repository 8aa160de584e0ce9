package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// free plans to take the claimRef away, or to reduce it to a name.
func (p *reclaimPlanner) free(v *corev1.PersistentVolume) {
	old := drain.Object{Kind: drain.KindClaim}
	if v.Spec.ClaimRef != nil {
		old = drain.RefObject(v.Spec.ClaimRef)
	}
	available := v.Status.Phase == corev1.VolumeAvailable
	why, parameters := p.claimGone(old), freeing(v, old, p.homeNames(v))
	if available && old.Name != "" {
		why, parameters.Elsewhere = fact.New("WhyReservedInVain", "claim", old), true
	}
	if available && (old.Name != "" || p.req.For != nil) {
		parameters.Phases = []corev1.PersistentVolumePhase{corev1.VolumeAvailable}
	}
	own, paired := p.pairs[v.Name]
	switch {
	case p.req.For != nil:
		p.freeFor(v, why, parameters)
	case paired:
		p.giveBack(v, own, parameters)
	default:
		p.open(v, why, parameters)
	}
	p.nextPolicy(v)
}

// freeFor plans to reserve the volume for the claim that was asked for.
func (p *reclaimPlanner) freeFor(v *corev1.PersistentVolume, why fact.Fact, parameters drain.FreeParameters) {
	claim := drain.Object{Kind: drain.KindClaim, Namespace: p.req.For.Namespace, Name: p.req.For.Name}
	switch c := p.ix.Claim(claim.Namespace, claim.Name); {
	case restored(c, v):
		claim.UID, why = c.UID, fact.New("WhyNameRestoredClaim", "claim", claim)
	case v.Status.Phase == corev1.VolumeAvailable:
		why = fact.New("WhyReserve")
	case c != nil && parameters.Claim.String() == claim.String():
		why = fact.New("WhyOwnClaimWaits", "claim", claim)
	}
	p.checkBindable(v, claim)
	if parameters.Claim.String() != claim.String() {
		p.warnAboutData(v, parameters.Claim)
	} else {
		p.tellLeftToo(v, claim)
	}
	p.reserveFor(v, claim, why, parameters)
}

// giveBack plans to reserve the volume for the claim of the name that it had.
func (p *reclaimPlanner) giveBack(v *corev1.PersistentVolume, own partner, parameters drain.FreeParameters) {
	why := fact.New("WhyOwnClaimWaits", "claim", own.claim)
	if own.claim.UID != "" {
		why = fact.New("WhyNameRestoredClaim", "claim", own.claim)
	} else if own.by != own.claim.String() {
		why = fact.New("WhyOwnClaimComes", "claim", own.claim, "by", own.by)
	}
	p.tellLeftToo(v, own.claim)
	p.tellApart(v, own.claim)
	p.reserveFor(v, own.claim, why, parameters)
}

// reserveFor plans to reserve the volume for a claim, or for the next one of its name if that is to have it.
func (p *reclaimPlanner) reserveFor(v *corev1.PersistentVolume, claim drain.Object, why fact.Fact, parameters drain.FreeParameters) {
	p.tellsAstray(v, claim)
	if !p.wiped(v) {
		p.tellEarlierMachine(v)
		p.tellRecordDiffers(v)
	}
	p.tellUnfit(v, claim)
	p.foreign(v, []string{claim.String()}, p.req.AcceptForeignData)
	title, done := p.reserving(v, claim), p.reservedNow(v, claim)
	if c := p.ix.Claim(claim.Namespace, claim.Name); p.namesInVain(c, v) {
		title, why = fact.New("StepReserveForNext", "volume", v.Name, "claim", claim), fact.New("WhyReserveForNext", "claim", claim, "other", c.Spec.VolumeName)
		done = fact.New("ReservedForNext", "volume", p.where(v), "claim", claim)
	}
	p.step(reserveVolume(v, claim, title, why, parameters))
	p.step(awaitAvailable(v, parameters.Claim))
	p.next(done)
	p.makeWay(v, claim)
}

// tellUnfit says that no node of a volume takes Pods now, so that those of the claim which gets it wait, wherever they could have started without it.
func (p *reclaimPlanner) tellUnfit(v *corev1.PersistentVolume, claim drain.Object) {
	home, pods := p.ix.HomeOf(v), p.ix.Consumers(claim.Namespace, claim.Name)
	if home.State != inspect.HomeNode || len(pods) == 0 || !slices.ContainsFunc(pods, func(pod *corev1.Pod) bool { return pod.Spec.NodeName == "" }) {
		return
	}
	why, cure := match.RefusesPods(home.Nodes[0], pods)
	if !slices.ContainsFunc(home.Nodes, func(n *corev1.Node) bool { refusal, _ := match.RefusesPods(n, pods); return refusal.IsZero() }) {
		p.missing(fact.New("HomeUnfit", "why", why, "volume", v.Name, "cure", cure))
		return
	}
	p.tellForbidden(v, home.Nodes, pods)
}

// tellForbidden says that Pods which wait for a volume may not run on any of its nodes, as they ask for others: they wait on with it.
func (p *reclaimPlanner) tellForbidden(v *corev1.PersistentVolume, nodes []*corev1.Node, pods []*corev1.Pod) {
	for _, pod := range workload.PodsByName(pods) {
		asks := nodeaffinity.GetRequiredNodeAffinity(pod)
		may := func(n *corev1.Node) bool { ok, err := asks.Match(n); return ok || err != nil }
		if pod.Spec.NodeName == "" && !workload.FinishedPod(pod) && !slices.ContainsFunc(nodes, may) {
			p.missing(fact.New("HomeForbidden", "pod", pod.Namespace+"/"+pod.Name, "volume", p.where(v)).Offering(fact.Plugin("why-pending", pod.Name).In(pod.Namespace)))
		}
	}
}

// open plans to let any claim have the volume.
func (p *reclaimPlanner) open(v *corev1.PersistentVolume, why fact.Fact, parameters drain.FreeParameters) {
	p.exposed(v, p.served, p.req.AcceptForeignData)
	if p.wiped(v) {
		p.openWiped(v, why, parameters)
		return
	}
	p.warnAboutData(v, parameters.Claim)
	if gap, unread := p.ix.Gap(inspect.StatefulSets); unread && leftByClaim(v) && p.ix.Claim(parameters.Claim.Namespace, parameters.Claim.Name) == nil {
		claim := drain.Object{Kind: drain.KindClaim, Namespace: parameters.Claim.Namespace, Name: parameters.Claim.Name}
		p.warn(fact.New("UnknownWhetherSetNeeds", "volume", v.Name, "claim", claim, "why", gap.Fact()).
			Offering(fact.Plugin("reclaim", v.Name).With("--keep-data", "--for", claim.String())))
	}
	parameters.Unwanted = leftByClaim(v)
	p.step(openVolume(v, fact.New("StepOpenVolume", "volume", v.Name), why, parameters))
	p.step(awaitAvailable(v, parameters.Claim))
	p.next(fact.New("VolumeOpenNow", "volume", p.where(v)))
	p.nobodyCan(v)
}

// nobodyCan says last of a volume that any claim may have that no Pod can use it, as its node does not exist, or no Node is labeled as it asks.
func (p *reclaimPlanner) nobodyCan(v *corev1.PersistentVolume) {
	_, unread := p.ix.Gap(inspect.Nodes)
	switch home := p.ix.HomeOf(v); {
	case home.State == inspect.HomeMissing:
		p.missing(fact.New("NobodyCanUseVolume", "volume", v.Name, "node", p.missingNode(v)).Offering(fact.Plugin("recover", home.Names()[0]).With("--dry-run")))
	case home.State == inspect.HomeUnknown && !unread:
		p.missing(fact.New("NobodyCanUseVolumeYet", "volume", v.Name, "why", home.Why))
	}
}

// warnAboutData says whose data is given away with a volume that a claim had.
func (p *reclaimPlanner) warnAboutData(v *corev1.PersistentVolume, old drain.Object) {
	if old.Name != "" && v.Status.Phase != corev1.VolumeAvailable && !p.wiped(v) {
		p.warn(fact.New("DataGivenAway", "volume", v.Name, "claim", old))
	}
}
