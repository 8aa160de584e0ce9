package planner

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/placement"
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
	// refused are the volumes that members without a place would have to be given, and may not.
	refused map[*workload.Member][]refusedVolume
	// accept are the volumes that members may be given although the data of other claims is on them.
	accept []string
	// reserved are the volumes that are reserved for claims that are yet to be recreated.
	reserved map[types.NamespacedName][]*corev1.PersistentVolume
}

// findPlaces looks for places for members, in the order in which they move. Accept names the volumes that they may be given although
// the data of other claims is on them. Its errors are those of the judge, and *NotFoundError.
func findPlaces(ctx context.Context, ix *inspect.Index, newJudge placement.NewJudge, departing map[string]bool, members []*workload.Member,
	accept []string,
) (*places, error) {
	g, err := newGivable(ix, accept)
	if err != nil {
		return nil, err
	}
	asked := candidates(ix, members)
	solution, refused, err := g.search(ctx, placement.Problem{Index: ix, NewJudge: newJudge, Departing: departing, Members: asked})
	if err != nil {
		return nil, err
	}
	p := &places{
		departing: departing, place: map[*workload.Member]*placement.Place{}, why: map[*workload.Member]fact.Fact{}, pods: map[*workload.Member]int{},
		refused: map[*workload.Member][]refusedVolume{}, accept: accept, reserved: solution.Reserved,
	}
	for i, m := range members {
		p.refused[m] = refused[asked[i]]
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

// unreadableForPlaces warns of what the scheduler looks at and could not be read: places are looked for without it.
func (p *planner) unreadableForPlaces() {
	kinds, gaps := map[string][]string{}, []string{} // those that are missing for the same reason, by it
	for _, kind := range []inspect.Kind{inspect.Namespaces, inspect.CSINodes, inspect.CSIDrivers, inspect.CSIStorageCapacities, inspect.Jobs} {
		gap, ok := p.ix.Gap(kind)
		if !ok {
			continue
		}
		if kinds[gap.String()] == nil {
			gaps = append(gaps, gap.String())
		}
		kinds[gap.String()] = append(kinds[gap.String()], string(kind))
	}
	for _, gap := range gaps {
		p.warn(fact.New("JudgedWithout", "kinds", kinds[gap], "gap", gap))
	}
}
