package planner

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// scalesTooFar says which members besides go when a StatefulSet is scaled down until a Pod that holds a claim is gone: it goes from the last
// one on. Nothing if that Pod is the last. One member alone is moved by drain.
func (p *releasePlanner) scalesTooFar(pods []*corev1.Pod, why fact.Fact) fact.Fact {
	if len(pods) != 1 || why.Code != "ClaimUsedByScalable" {
		return why
	}
	pod := pods[0]
	for _, s := range p.ix.StatefulSets {
		if s.UID != workload.DirectOwner(pod).UID {
			continue
		}
		text := strings.TrimPrefix(pod.Name, s.Name+"-")
		if !inspect.IsOrdinal(s, text) {
			return why
		}
		ordinal, _ := strconv.Atoi(text)
		later := p.membersBehind(pod, s.Name, ordinal)
		if len(later) == 0 {
			return why
		}
		to := ordinal
		if s.Spec.Ordinals != nil {
			to -= int(s.Spec.Ordinals.Start)
		}
		owner := drain.Object{Kind: "StatefulSet", Namespace: s.Namespace, Name: s.Name}
		return fact.New("ScalesDownOthers", "why", why, "to", to, "later", later, "member", pod.Name).
			Offering(fact.Plugin("drain", pod.Spec.NodeName).With("--move-claims", "--only", owner.Namespace+"/"+owner.Kind+"/"+owner.Name))
	}
	return why
}

// membersBehind are the Pods of a StatefulSet with higher ordinals than one of them, in that order.
func (p *releasePlanner) membersBehind(pod *corev1.Pod, set string, ordinal int) []string {
	var later []int
	for _, other := range p.ix.Pods {
		if other.Namespace != pod.Namespace || workload.DirectOwner(other).UID != workload.DirectOwner(pod).UID {
			continue
		}
		if n, err := strconv.Atoi(strings.TrimPrefix(other.Name, set+"-")); err == nil && n > ordinal {
			later = append(later, n)
		}
	}
	slices.Sort(later)
	names := make([]string, 0, len(later))
	for _, n := range later {
		names = append(names, set+"-"+strconv.Itoa(n))
	}
	return names
}
