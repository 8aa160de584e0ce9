package planner

import (
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
)

// recoverPlanner plans to leave dead nodes.
type recoverPlanner struct {
	planner
	req       drain.RecoverRequest
	departing map[string]bool
	// down counts the nodes that are not Ready.
	down int
	// finder finds what is on the nodes, members are what is to leave them, relocator plans how.
	finder    *workload.Finder
	members   []*workload.Member
	relocator *relocator
}
