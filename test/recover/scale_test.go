package recover

import (
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestScale recovers one member of each of many sets from three nodes that die at once, and counts what that asks of the server.
// hack/bench does the same on a larger scale.
func TestScale(t *testing.T) {
	t.Parallel()
	const nodes, sets = 20, 20
	var short []string
	for i := range nodes {
		short = append(short, fmt.Sprintf("n%d", i))
	}
	s := open(t, "scale", short...)
	on := func(i int) string { return short[i%nodes] }
	var free, names []string
	for i := range sets {
		name := fmt.Sprintf("db%d", i)
		for member, n := range []string{on(i), on(i + 7), on(i + 13)} {
			s.held(fmt.Sprintf("data-%s-%d", name, member), n)
		}
		s.StatefulSet(name, 3, func(set *appsv1.StatefulSet) {
			if i%2 == 0 {
				live.Ordered(set)
			}
		})
		free, names = append(free, on(i)+"-free"), append(names, name)
	}
	s.free(free...)
	for _, name := range names {
		s.WaitStatefulSet(name)
	}
	dead := []string{"n0", "n1", "n2"}
	s.die(dead...)
	r := s.recovered(dead, "--concurrency=8")
	for _, name := range names {
		s.WaitStatefulSet(name)
	}
	members := len(s.moves(r))
	if members != 9 {
		t.Errorf("%d members were recovered, want 9", members)
	}
	if per := len(r.Requests) / members; per >= 50 { // three of them ask the server first, two who else mounts the disk
		t.Errorf("%d requests for each of %d members: %s", per, members, r)
	}
	t.Logf("%d requests for %d members", len(r.Requests), members)
	if strings.Contains(r.Err, "throttl") {
		t.Errorf("the client held itself back: %s", r.Err)
	}
}
