package match

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// GreedyOutcome says whether the scheduler finds a volume for every claim of a Pod on a Node. Among volumes of
// equal capacity, and among several that are reserved for one claim, it takes whichever it meets first, in no
// fixed order; so the outcome of one attempt may differ from that of the next.
type GreedyOutcome string

// The outcomes.
const (
	// GreedyNever: however equal volumes are met, some claim gets nothing.
	GreedyNever GreedyOutcome = "Never"
	// GreedySometimes: it depends on the order in which equal volumes are met (or there are too many ways to
	// try, which takes thousands of different volumes of one size).
	GreedySometimes GreedyOutcome = "Sometimes"
	// GreedyAlways: every claim gets a volume, however equal volumes are met.
	GreedyAlways GreedyOutcome = "Always"
)

// Greedy compares what the scheduler's order of serving claims (smallest first, each taking its smallest volume)
// comes to with what is possible on one Node.
type Greedy struct {
	Node    string
	Outcome GreedyOutcome
	// Assignment gives every claim a volume of its own, in the order in which the claims are served. Nil if no
	// such assignment exists. It is one of possibly many, and need not be the one the scheduler would find.
	Assignment []Assigned
}

// Assigned is one claim and the volume that it could have.
type Assigned struct {
	Claim  *corev1.PersistentVolumeClaim
	Volume *corev1.PersistentVolume
}

// Miss reports whether the volumes would do for all claims, and the scheduler misses that always or sometimes.
func (g Greedy) Miss() bool { return g.Assignment != nil && g.Outcome != GreedyAlways }

// maxGreedyStates bounds how many ways of meeting equal volumes are tried.
const maxGreedyStates = 10000

// Greedy tells what the scheduler's order comes to on a Node, and what is possible there.
func (p *PodMatcher) Greedy(node string) Greedy {
	t := p.table(node)
	return Greedy{Node: node, Outcome: t.outcome(maxGreedyStates), Assignment: t.assignment()}
}

// fit says what a volume is to a claim on a Node, before any volume is taken.
type fit byte

const (
	fitNo fit = iota
	// fitYes: passes every check.
	fitYes
	// fitReserved: reserved for the claim, and passes.
	fitReserved
	// fitBlocks: reserved for the claim, and its affinity refuses the Node. Met first, it leaves the claim with
	// nothing.
	fitBlocks
)

// fitTable holds what each volume that counts on a Node is to each claim.
type fitTable struct {
	matchers []*Matcher
	// volumes are sorted by capacity, then name.
	volumes []*corev1.PersistentVolume
	// fits has one row per volume, one column per matcher.
	fits [][]fit
}

func (p *PodMatcher) table(node string) fitTable {
	t := fitTable{matchers: p.matchers}
	rows := map[string][]fit{}
	for column, m := range p.matchers {
		for _, v := range m.eachOnNode(node, nil) {
			f := fitOf(v)
			if f == fitNo {
				continue
			}
			if rows[v.Volume.Name] == nil {
				rows[v.Volume.Name] = make([]fit, len(p.matchers))
				t.volumes = append(t.volumes, v.Volume)
			}
			rows[v.Volume.Name][column] = f
		}
	}
	slices.SortFunc(t.volumes, func(a, b *corev1.PersistentVolume) int {
		return cmp.Or(CapacityOf(a).Cmp(*CapacityOf(b)), cmp.Compare(a.Name, b.Name))
	})
	for _, v := range t.volumes {
		t.fits = append(t.fits, rows[v.Name])
	}
	return t
}

// fitOf is what a volume is to the claim of its verdict.
func fitOf(v VolumeVerdict) fit {
	switch {
	case v.Code == inspect.Match && v.Reserved():
		return fitReserved
	case v.Code == inspect.Match:
		return fitYes
	case v.decides():
		return fitBlocks
	default:
		return fitNo
	}
}
