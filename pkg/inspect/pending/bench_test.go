package pending_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/simulate"
)

// BenchmarkWhyPending is the worst case: every volume is free and big enough, and none has the label that the
// claim asks for. It measures everything after loading: index, simulator, verdicts, fixes.
func BenchmarkWhyPending(b *testing.B) {
	for _, size := range []struct{ nodes, volumes int }{{1000, 20}, {1000, 10}, {2000, 10}, {5000, 10}} {
		s := newScene()
		s.Snapshot.Nodes, s.Snapshot.Volumes = nil, nil
		for i := range size.nodes {
			name := fmt.Sprintf("node-%d", i)
			s.Snapshot.Nodes = append(s.Snapshot.Nodes, Node(name))
			for j := range size.volumes {
				s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume(fmt.Sprintf("pv-%d-%d", i, j), On(name)))
			}
		}
		WantsLabel("disk", "ssd")(s.Claim)
		b.Run(fmt.Sprintf("nodes=%d/volumes=%d", size.nodes, size.volumes), func(b *testing.B) {
			for b.Loop() {
				ctx := context.Background()
				judge, err := simulate.New(ctx, s.Snapshot)
				if err != nil {
					b.Fatal(err)
				}
				r, err := pending.ExplainPod(ctx, inspect.NewIndex(s.Snapshot), judge, s.Pod)
				if err != nil {
					b.Fatal(err)
				}
				asked := 0
				for _, n := range r.Nodes {
					asked += len(n.Names)
				}
				if len(r.Fixes) == 0 || asked != size.nodes {
					b.Fatalf("%d fixes, %d nodes", len(r.Fixes), asked)
				}
			}
		})
	}
}
