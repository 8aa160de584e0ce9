package pending

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"

	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// nodeReports are the Nodes that the judge was asked about, those for which exactly the same is found as one, in the order of
// the first name of each.
func (q *inquiry) nodeReports() []NodeReport {
	rooms := q.rooms()
	reports := make([]NodeReport, 0, len(q.verdict.Nodes))
	place := map[string]int{}
	for i, n := range q.verdict.Nodes {
		r := q.nodeReport(n, q.matches[i], rooms)
		key := r.likeness()
		if at, ok := place[key]; ok {
			reports[at].Names = append(reports[at].Names, n.Node)
			continue
		}
		place[key] = len(reports)
		reports = append(reports, r)
	}
	for _, r := range reports {
		slices.Sort(r.Names)
	}
	slices.SortFunc(reports, func(a, b NodeReport) int { return cmp.Compare(a.Names[0], b.Names[0]) })
	return reports
}

// likeness is the same for two Nodes if all that is reported of them is, but for their names. What is told of a volume follows
// from the values that are compared here.
func (n *NodeReport) likeness() string {
	var b strings.Builder
	add := func(parts ...string) {
		for _, part := range parts {
			b.WriteString(part)
			b.WriteByte(0)
		}
		b.WriteByte('\n')
	}
	if n.Feasible {
		add("feasible")
	}
	for _, r := range n.Reasons {
		add(r.Plugin, r.Code, r.Reason.String())
	}
	for i := range n.Volumes {
		v := &n.Volumes[i]
		add(v.Name, v.Claim, string(v.Code), v.Subject, v.Want, v.Have)
	}
	for _, r := range n.Room {
		add(r.Claim, r.StorageClass, r.Driver, r.Want, r.Have)
	}
	return b.String()
}

func (q *inquiry) nodeReport(n inspect.NodeVerdict, match match.PodMatch, rooms map[string][]Room) NodeReport {
	r := NodeReport{Names: []string{n.Node}, Feasible: n.Fits() && len(q.verdict.PreFilter) == 0, Reasons: []NodeReason{}, Volumes: []VolumeReason{}}
	node := q.ix.Node(n.Node)
	for _, refusal := range n.Refusals {
		if refusal.Plugin == inspect.PluginVolumeLimits && len(q.verdict.PreFilter) > 0 {
			continue // it stumbles over the claim that the scheduler has stopped at already
		}
		r.Reasons = append(r.Reasons, nodeReasons(q.ix, q.pod, node, refusal)...)
	}
	for _, u := range q.uses {
		if u.claim != nil && inspect.FullyBound(u.claim) {
			r.Volumes = append(r.Volumes, boundReason(q.ix, u.claim, n.Node))
		}
	}
	for _, c := range match.Claims {
		r.Volumes = slices.Grow(r.Volumes, len(c.Volumes))
		for i := range c.Volumes {
			v := &c.Volumes[i]
			want, have := v.Compared(v.Code)
			r.Volumes = append(r.Volumes, VolumeReason{Name: v.Volume.Name, Claim: c.Claim.Name, Code: v.Code,
				Subject: v.Subject(v.Code), Want: want, Have: have, verdict: v})
		}
	}
	r.Room = rooms[n.Node]
	return r
}

// boundReason says of a bound claim's volume whether it can be used on a Node.
func boundReason(ix *inspect.Index, c *corev1.PersistentVolumeClaim, node string) VolumeReason {
	r := VolumeReason{Name: c.Spec.VolumeName, Claim: c.Name, Code: inspect.NodeAffinityMismatch}
	v := ix.Volume(c.Spec.VolumeName)
	gap, blind := ix.Gap(inspect.PersistentVolumes)
	switch {
	case v == nil && blind:
		r.Reason = fact.New("BoundVolumeNotRead", "why", gap.Reason)
	case v == nil:
		r.Reason = fact.New("BoundVolumeGone")
	case inspect.AnyNode(v) || slices.Contains(ix.HomeOf(v).Names(), node):
		r.Code, r.Reason = inspect.Match, fact.New("BoundVolumeHere")
	case ix.HomeOf(v).State == inspect.HomeUnknown:
		r.Reason = fact.New(CodeBoundHomeUnknown, "why", ix.HomeOf(v).Why)
	default:
		homes := ix.HomeOf(v).Names()
		r.Have, r.Reason = strings.Join(homes, ","), fact.New("BoundVolumeElsewhere", "have", homes)
	}
	return r
}
