package pending

import (
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// claimFinding is the code of a claim with what there is to say of it.
type claimFinding struct {
	code   inspect.ClaimCode
	reason fact.Fact
	// stops is set if the claim stops the scheduler before it looks at any Node.
	stops bool
}

// finding is one that does not stop the scheduler before the Nodes.
func finding(code inspect.ClaimCode, reason fact.Fact) claimFinding {
	return claimFinding{code: code, reason: reason}
}

// before reports whether a finding stands in the way before another does.
func (f claimFinding) before(o claimFinding) bool {
	if f.stops != o.stops {
		return f.stops
	}
	order := inspect.ClaimCodes()
	return slices.Index(order, f.code) < slices.Index(order, o.code)
}

// codes are those of findings, in their order.
func codes(found []claimFinding) []inspect.ClaimCode {
	out := make([]inspect.ClaimCode, 0, len(found))
	for _, f := range found {
		out = append(out, f.code)
	}
	return out
}

// maxTold is how many names or Facts of a kind are told at most, where there may be one for every Node: the rest is counted.
const maxTold = 5

// some are the first names of a long list. Their number is told beside them.
func some(names []string) []string { return names[:min(len(names), maxTold)] }
