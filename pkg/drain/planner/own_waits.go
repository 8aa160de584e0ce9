package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// ownWaits tells, of a member that fits nowhere, that its own earlier data is where it could run, and how it gets that back in place of
// what it has. It reports whether there is such data: of each claim that has to move one volume, and all of them on one node.
func (p *relocation) ownWaits() bool {
	stay := p.stayingVolumes()
	var names []string
	var own []*corev1.PersistentVolume
	replaces := false
	for _, c := range p.member.Claims {
		left := p.leftWhere(c, stay)
		if len(left) != 1 {
			return false // none, or it is for somebody to say which of them is meant
		}
		own, names = append(own, left[0]), append(names, left[0].Name)
		replaces = replaces || c.Claim != nil
	}
	if len(own) == 0 || p.neverTogether(slices.Concat(own, stay)...) {
		return false
	}
	back := fact.Plugin("reattach", names...)
	flag := ""
	if slices.ContainsFunc(p.member.Placed, func(pod *corev1.Pod) bool { return !p.heard(pod.Spec.NodeName) }) {
		flag = "--allow-pending" // nobody can confirm that the Pod has stopped, so it is this command that takes its claims away
	} else if replaces {
		back = back.With("--replace")
	}
	var volumes []fact.Fact
	for _, v := range own {
		volumes = append(volumes, p.where(v))
	}
	p.warn(fact.New("OwnDataCouldReturn", "member", p.member.Key, "volumes", volumes, "flag", flag).Offering(back))
	return true
}

// stayingVolumes are the volumes of the member's claims that it does not leave.
func (p *relocation) stayingVolumes() []*corev1.PersistentVolume {
	m := p.member
	var out []*corev1.PersistentVolume
	for _, name := range m.ClaimNames() {
		c := p.ix.Claim(m.Key.Namespace, name)
		if c == nil || slices.ContainsFunc(m.Claims, func(own workload.Claim) bool { return own.Claim == c }) {
			continue
		}
		if v := p.ix.Volume(c.Spec.VolumeName); v != nil {
			out = append(out, v)
		}
	}
	return out
}

// leftWhere are the volumes with earlier data of a claim that the member could use, together with those that it keeps.
func (p *relocation) leftWhere(c workload.Claim, stay []*corev1.PersistentVolume) []*corev1.PersistentVolume {
	m, err := match.NewMatcher(p.ix, inspect.StripClaim(p.member.Next(p.ix, c).Claim))
	if err != nil || c.Moved() {
		return nil
	}
	return slices.DeleteFunc(p.leftBy(c.Object()), func(v *corev1.PersistentVolume) bool {
		return !p.stands(v) || p.mayBeGone(v) || m.Explain(match.Freed(v), true, "").Code != inspect.Match || p.neverTogether(append([]*corev1.PersistentVolume{v}, stay...)...)
	})
}

// stands reports whether a member could run where a volume is, as far as that is about the Node alone.
func (p *relocation) stands(v *corev1.PersistentVolume) bool {
	home := p.ix.HomeOf(v)
	return home.State == inspect.HomeNode && !isAstray(p.ix, v) && slices.ContainsFunc(home.Nodes, func(n *corev1.Node) bool {
		condition, _ := inspect.ConditionOf(n)
		return condition == inspect.NodeReady && !n.Spec.Unschedulable && !p.places.departing[n.Name]
	})
}
