package pending

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// nodeReports are the Nodes that the judge was asked about, those for which exactly the same is found as one, in the order of
// the first name of each.
func nodeReports(e evidence.Evidence) []NodeReport {
	rooms := roomsByNode(e)
	reports := make([]NodeReport, 0, len(e.Verdict.Nodes))
	place := map[string]int{}
	for i, n := range e.Verdict.Nodes {
		r := nodeReport(e, n, e.Matches[i], rooms)
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

// nodeReport is what is found of one Node.
func nodeReport(e evidence.Evidence, n inspect.NodeVerdict, served match.PodMatch, rooms map[string][]Room) NodeReport {
	r := NodeReport{Names: []string{n.Node}, Feasible: n.Fits() && len(e.Verdict.PreFilter) == 0, Reasons: []NodeReason{}, Volumes: []VolumeReason{}}
	node := e.Index.Node(n.Node)
	for _, refusal := range n.Refusals {
		if refusal.Plugin == inspect.PluginVolumeLimits && len(e.Verdict.PreFilter) > 0 {
			continue // it stumbles over the claim that the scheduler has stopped at already
		}
		r.Reasons = append(r.Reasons, nodeReasons(e.Index, e.Pod, node, refusal)...)
	}
	for _, u := range e.Uses {
		if u.Claim != nil && inspect.FullyBound(u.Claim) {
			r.Volumes = append(r.Volumes, boundReason(e.Index, u.Claim, n.Node))
		}
	}
	for _, c := range served.Claims {
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
