package drain

import "github.com/kubectl-localpv/kubectl-localpv/pkg/fact"

// Unfinished says whom the steps alone do not help although the command was asked to: who is left out, else who waits until somebody has done
// what is missing. It is false if there is nobody.
func (p *Plan) Unfinished() (why fact.Fact, unfinished bool) {
	switch {
	case len(p.LeftOut) > 0:
		return TellLeftOut(p.LeftOut), true
	case len(p.StillWaiting) > 0:
		return fact.New("StillWaiting", "names", p.StillWaiting), true
	}
	return fact.Fact{}, false
}

// Settle settles the status of a command whose steps are all done.
func (r *Result) Settle() {
	p := Plan{LeftOut: r.LeftOut, StillWaiting: r.StillWaiting}
	if why, unfinished := p.Unfinished(); unfinished {
		r.Status, r.Reason = StatusIncomplete, why
	}
}
