package drain

import "github.com/kubectl-localpv/kubectl-localpv/pkg/fact"

// Unfinished says whom the steps alone do not help although the command was asked to: who is left out, else who waits until somebody has done
// what is missing, or what is released only when its Pods end. It is false if there is nobody.
func (p *Plan) Unfinished() (why fact.Fact, unfinished bool) {
	switch {
	case len(p.LeftOut) > 0:
		return TellLeftOut(p.LeftOut), true
	case len(p.StillWaiting) > 0:
		return fact.New("StillWaiting", "names", p.StillWaiting), true
	case len(p.StillHeld) > 0:
		return fact.New("StillHeld", "claims", p.StillHeld), true
	}
	return fact.Fact{}, false
}

// Settle settles the status of a command whose steps are all done.
func (r *Result) Settle() {
	p := Plan{LeftOut: r.LeftOut, StillWaiting: r.StillWaiting, StillHeld: r.StillHeld}
	if why, unfinished := p.Unfinished(); unfinished {
		r.Status, r.Reason = StatusIncomplete, why
	}
}
