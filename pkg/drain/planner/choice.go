package planner

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// choice says which members a command is about.
type choice struct{ only, except []drain.Choice }

// picks reports whether something in a namespace, with these owners, is chosen.
func (c choice) picks(namespace string, owners ...inspect.Owner) bool {
	named := func(one drain.Choice) bool { return one.Matches(namespace, owners...) }
	return (len(c.only) == 0 || slices.ContainsFunc(c.only, named)) && !slices.ContainsFunc(c.except, named)
}

// chosen reports whether a member is chosen: one of its Pods is, or its owner, where none of its own Pods is there.
func (p *planner) chosen(m *workload.Member) bool {
	pods := m.Pods()
	if own := func(pod *corev1.Pod) bool { return p.ix.OwnerOf(pod) == m.Owner }; !slices.ContainsFunc(pods, own) {
		return p.choice.picks(m.Key.Namespace, m.Owner, m.Direct)
	}
	return slices.ContainsFunc(pods, p.chosenPod)
}

// chosenPod reports whether a Pod is chosen.
func (p *planner) chosenPod(pod *corev1.Pod) bool {
	return p.choice.picks(pod.Namespace, ownersOf(p.ix, pod)...)
}

// ownersOf are all by which a Pod can be chosen: its topmost controller, its own, and itself.
func ownersOf(ix *inspect.Index, pod *corev1.Pod) []inspect.Owner {
	return []inspect.Owner{ix.OwnerOf(pod), workload.DirectOwner(pod), {Kind: drain.KindPod, Name: pod.Name}}
}

// checkChoice refuses names that nothing in the cluster has. Known are the owners that could have been meant.
func (p *planner) checkChoice(known []string) error {
	if _, gap := p.ix.Gap(inspect.Pods); gap {
		return nil
	}
	for _, typed := range []struct {
		flag    string
		choices []drain.Choice
	}{{"--only", p.choice.only}, {"--except", p.choice.except}} {
		for _, c := range typed.choices {
			if !p.anywhere(c) {
				return drain.Misuse(fact.New("ChoiceMatchesNothing", "flag", typed.flag, "value", c, "known", known))
			}
		}
	}
	return nil
}

// anywhere reports whether a Choice names something, wherever it runs: what has been moved by an earlier run is none of a wrong name.
func (p *planner) anywhere(c drain.Choice) bool {
	for _, pod := range p.ix.Pods {
		if c.Matches(pod.Namespace, ownersOf(p.ix, pod)...) {
			return true
		}
	}
	for _, s := range p.ix.StatefulSets {
		if c.Matches(s.Namespace, inspect.Owner{Kind: "StatefulSet", Name: s.Name}) {
			return true
		}
	}
	return slices.ContainsFunc(p.ix.Claims, func(claim *corev1.PersistentVolumeClaim) bool { return c.Matches(claim.Namespace) })
}

// groupsOf are the owners of members, sorted.
func groupsOf(all []*workload.Member, shared []workload.Immovable) []string {
	names := []string{}
	for _, m := range all {
		names = append(names, m.GroupName())
	}
	for _, s := range shared {
		names = append(names, s.Member.GroupName())
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// exceptInstead is the owner that can be left out instead of what a blocker is about: of recover and drain, where somebody has to
// decide about one owner.
func (p *planner) exceptInstead(b drain.Blocker) string {
	leaves := p.plan.Command == "recover" || p.plan.Command == "drain"
	if !leaves || b.Member == "" || b.Code != drain.BlockedLastCopy && b.Code != drain.BlockedQuorum {
		return ""
	}
	namespace, name, _ := strings.Cut(b.Member, "/")
	if pod := p.ix.Pod(namespace, name); pod != nil && p.about != "" { // no steps are planned for its owner
		return groupOfPod(p.ix, pod)
	}
	if p.target >= len(p.plan.Targets) {
		return ""
	}
	o := p.plan.Targets[p.target]
	return o.Namespace + "/" + o.Kind + "/" + o.Name
}

// groupOfPod names the owner of a Pod, or the Pod if it has none, as --only and --except take it.
func groupOfPod(ix *inspect.Index, pod *corev1.Pod) string {
	if o := ix.OwnerOf(pod); !o.None() {
		return pod.Namespace + "/" + o.String()
	}
	return pod.Namespace + "/" + drain.KindPod + "/" + pod.Name
}
