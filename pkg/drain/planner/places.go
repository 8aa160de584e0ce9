package planner

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// places are where members can run that leave some nodes.
type places struct {
	departing map[string]bool
	// place is the place of each member that has one, why the reason of each that fits nowhere, pods how many Pods each will have.
	place map[*workload.Member]*placement.Place
	why   map[*workload.Member]fact.Fact
	pods  map[*workload.Member]int
	// reserved are the volumes that are reserved for claims that are yet to be recreated.
	reserved map[types.NamespacedName][]*corev1.PersistentVolume
}

// findPlaces looks for places for members, in the order in which they move. Its errors are those of the judge.
func findPlaces(ctx context.Context, ix *inspect.Index, newJudge placement.NewJudge, departing map[string]bool, members []*workload.Member) (*places, error) {
	solution, err := placement.Search(ctx, placement.Problem{Index: ix, NewJudge: newJudge, Departing: departing, Avoid: func(v *corev1.PersistentVolume) bool { return notUnderstood(v) || isAstray(ix, v) }, Members: candidates(ix, members)})
	if err != nil {
		return nil, err
	}
	p := &places{
		departing: departing, place: map[*workload.Member]*placement.Place{}, why: map[*workload.Member]fact.Fact{}, pods: map[*workload.Member]int{},
		reserved: solution.Reserved,
	}
	for i, m := range members {
		p.place[m], p.why[m], p.pods[m] = solution.Places[i], solution.Why[i], solution.Pods[i]
	}
	return p, nil
}

// of is the place of a member, nil if it has none.
func (p *places) of(m *workload.Member) *placement.Place { return p.place[m] }

// volumeFor is the volume that a claim of a member is to have, nil if none is known.
func (p *places) volumeFor(m *workload.Member, c workload.Claim) *corev1.PersistentVolume {
	if p.place[m] == nil {
		return nil
	}
	return p.place[m].Volumes[c.Manifest.Name]
}

// notUnderstood reports whether another version of this program has recorded something on a volume.
func notUnderstood(v *corev1.PersistentVolume) bool { return retain.CheckVersion(v) != nil }
