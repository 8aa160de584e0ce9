package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Claims that are being deleted and that no member which is moved or kept has: a Pod with a node holds its claims even when it has ended
// (controller/volume/pvcprotection: podUsesPVCForDeletion), and whoever evicts the last of them ends the claim, and with policy Delete the data.

// keptBy is a Pod that keeps a claim although the node is drained, nil if there is none: one with a node that stays there, whatever its phase, and
// is not on its way out.
func (p *drainPlanner) keptBy(c *corev1.PersistentVolumeClaim) *corev1.Pod {
	leaving, holders := evicted(p.verdicts), p.holders(c)
	i := slices.IndexFunc(holders, func(pod *corev1.Pod) bool { return pod.DeletionTimestamp == nil && !slices.Contains(leaving, pod) })
	if i < 0 {
		return nil
	}
	return holders[i]
}

// holders are the Pods that hold a claim.
func (p *drainPlanner) holders(c *corev1.PersistentVolumeClaim) []*corev1.Pod {
	return workload.PodsByName(workload.Placed(p.ix.Consumers(c.Namespace, c.Name)))
}

// lastHolders are the Pods that hold a claim which is being deleted, if some of them leave the node and no other keeps it; else nil.
func (p *drainPlanner) lastHolders(c *corev1.PersistentVolumeClaim) []*corev1.Pod {
	leaving, holders := evicted(p.verdicts), p.holders(c)
	leaves := slices.ContainsFunc(holders, func(pod *corev1.Pod) bool { return slices.Contains(leaving, pod) })
	if c.DeletionTimestamp == nil || !leaves || p.keptBy(c) != nil {
		return nil
	}
	return holders
}

// tellGoing says that a claim goes with the last Pods that hold it, and what becomes of whoever needs it then.
func (p *drainPlanner) tellGoing(c workload.Claim, then fact.Fact) {
	back := fact.Plugin("reattach", c.Volume.Name)
	if c.Recreated {
		back = back.With("--replace")
	}
	p.going = append(p.going, c.Claim)
	p.lose(fact.New("ClaimGoesWithPod", "claim", c.Object(), "pods", workload.Names(p.lastHolders(c.Claim)), "volume", c.Volume.Name, "then", then).Offering(back))
}

// protectDying retains the volumes of the claims that go with the Pods which are left to evict, unless that has been planned for their members.
func (p *drainPlanner) protectDying() {
	for _, pod := range p.pods {
		for _, name := range inspect.ClaimNames(pod) {
			if c, ok := p.dyingOf(pod.Namespace, name); ok && !slices.Contains(p.going, c.Claim) {
				p.protect(c)
			}
		}
	}
}

// dyingOf is a claim that goes with the Pods which leave, with its local volume. Those that are deleted with their Pod by their nature are none.
func (p *drainPlanner) dyingOf(namespace, name string) (workload.Claim, bool) {
	c := p.ix.Claim(namespace, name)
	if c == nil || len(p.lastHolders(c)) == 0 || workload.OwnedByPod(c) {
		return workload.Claim{}, false
	}
	v := p.ix.Volume(c.Spec.VolumeName)
	if v == nil || p.ix.ClaimOf(v) != c {
		return workload.Claim{}, false
	}
	_, local := p.ix.LocalSource(v)
	set, _, _ := p.ix.SetOfClaim(types.NamespacedName{Namespace: namespace, Name: name})
	return workload.Claim{Volume: v, Claim: c, Manifest: c, Recreated: set != nil}, local
}

// protect retains the volume of a claim that goes.
func (p *drainPlanner) protect(c workload.Claim) {
	holders := p.lastHolders(c.Claim)
	set, _, _ := p.ix.SetOfClaim(c.Key())
	m := &workload.Member{Key: types.NamespacedName{Namespace: c.Claim.Namespace, Name: holders[0].Name}, Placed: holders, Claims: []workload.Claim{c},
		Set: set}
	m.Owner, m.Direct = p.ix.OwnerOf(m.Representative()), workload.DirectOwner(m.Representative())
	p.saidOf(drain.PodObject(holders[0]).String(), func() {
		then := fact.New("NeitherRecreated")
		if _, unwanted := m.Unwanted(p.ix); !unwanted && !workload.OfDaemonSet(m.Representative()) { // one of a DaemonSet that is evicted is an orphan
			then = withoutClaim(m, c)
			p.risksOfDying(m, nil)
		}
		p.tellGoing(c, then)
		if retain.Retained(c.Volume) && retain.Recorded(c.Volume, c.Claim) {
			return
		}
		p.checkManifestSize(c.Volume, c.Claim, true)
		p.begin(drain.VolumeObject(c.Volume))
		p.step(retainVolume(c.Volume, fact.New("WhyRetainOfDying"), drain.RecordParameters{Pair: pair(c.Volume, drain.ClaimObject(c.Claim))}))
	})
}
