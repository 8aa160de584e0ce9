package recover

import (
	"slices"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
	"github.com/kubectl-localpv/kubectl-localpv/test/live/trial"
)

// optional tells permissions without which recover works all the same, or that another flag needs.
func optional(r live.Permission) bool {
	return r.Verb == "watch" || slices.Contains([]string{"namespaces", "csinodes", "csidrivers", "csistoragecapacities", "jobs", "events", "resourcequotas", "poddisruptionbudgets"}, r.Resource) ||
		r.String() == "delete persistentvolumes" || r.String() == "create pods/eviction"
}

// TestPermissions recovers from a Node that dies, so that its lease is looked at.
func TestPermissions(t *testing.T) {
	t.Parallel()
	suite.Permissions(t, path{
		Name: "permissions", Lay: then((*scene).deployment, (*scene).dies), Args: recovering("files"),
		Settle: func(s *scene) { s.WaitDeployment("web") },
		Check: func(_ *testing.T, s *scene) {
			s.moved(move{member: "web", from: s.VolumeName("n1-files"), fromNode: s.node("n1"), to: s.VolumeName("n0-free"), toNode: s.node("n0")})
		},
	}, trial.Needs{
		Needed: func(p live.Permission) bool { return !optional(p) },
		Says:   "csinodes are unknown", Restless: true,
	})
}
