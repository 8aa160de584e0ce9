package execute

import (
	"slices"

	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// isOut reports whether nothing is done for a target.
func (r *run) isOut(target int) bool {
	_, out := r.out[target]
	return out
}

// leaveOut settles what becomes of the targets for which the server would refuse something. It reports whether anything is left to do:
// only recover and drain go on with others, which are of other owners.
func (r *run) leaveOut() bool {
	if r.plan.Command != "recover" && r.plan.Command != "drain" {
		return false
	}
	others := slices.ContainsFunc(r.plan.Steps, func(s drain.Step) bool { return !r.isOut(s.Target) && (s.Member != "" || s.Action == drain.EvictPod) })
	if !others {
		return false
	}
	volumes := r.outVolumes()
	for _, s := range r.plan.Steps {
		if s.Action == drain.ForgetVolume && slices.Contains(volumes, s.Object.Name) {
			r.out[s.Target] = fact.Fact{} // it stays with its claim
		}
		if why := r.out[s.Target]; !why.IsZero() {
			r.noteOut(s, why)
		}
	}
	return true
}

// noteOut notes once in the Result that the member, or the Pod, of a step is left out.
func (r *run) noteOut(s drain.Step, why fact.Fact) {
	name := s.Member
	if name == "" && s.Action == drain.EvictPod {
		name = s.Object.String()
	}
	if name == "" || slices.Contains(drain.LeftOutNames(r.result.LeftOut), name) {
		return
	}
	l := drain.LeftOut{Member: name, Code: drain.BlockedRefused, Reason: why}
	if i := slices.IndexFunc(r.plan.Moves, func(m drain.Move) bool { return m.Member == name }); i >= 0 {
		l.Owner = r.plan.Moves[i].Owner
	}
	r.result.LeftOut = append(r.result.LeftOut, l)
	r.note(fact.New("MemberLeftOut", "member", name, "why", why))
}

// outVolumes are the volumes that targets are about which are left out.
func (r *run) outVolumes() []string {
	var names []string
	for _, s := range r.plan.Steps {
		if name := s.Parameters.About().Volume.Name; name != "" && r.isOut(s.Target) {
			names = append(names, name)
		}
	}
	return names
}

// isOutPod reports whether a Pod stays since its target is left out.
func (r *run) isOutPod(uid types.UID) bool {
	return slices.ContainsFunc(r.plan.Steps, func(s drain.Step) bool {
		return s.Action == drain.EvictPod && s.Object.UID == uid && r.isOut(s.Target)
	})
}

// nextWithout is what the Plan says can be done next, as far as that is so although targets were left out.
func (r *run) nextWithout() []drain.Next {
	if len(r.out) == 0 {
		return r.plan.Next
	}
	volumes := r.outVolumes()
	var out []drain.Next
	for _, n := range r.plan.Next {
		switch n.Fact.Code {
		case "NodeStaysCordoned", "NodeStaysOutOfService":
			out = append(out, n)
		case "ReattachIfDiskReturns", "ReattachIfLostDiskReturns", "ReattachToGoBack", "ReattachPerhapsToGoBack":
			if n.Command != nil && !slices.ContainsFunc(n.Command.Args, func(name string) bool { return slices.Contains(volumes, name) }) {
				out = append(out, n)
			}
		}
	}
	if r.plan.Command == "drain" {
		for _, s := range r.plan.Steps {
			if s.Action == drain.CheckEmpty {
				out = append(out, drain.NextIs(fact.New("NodeRunsLeftOut", "node", s.Object.Name, "members", drain.LeftOutNames(r.result.LeftOut))))
			}
		}
	}
	return out
}
