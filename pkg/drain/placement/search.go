package placement

import (
	"cmp"
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// maxAsked bounds how often the judge is asked while places for all are looked for.
const maxAsked = 4000

// Search gives every member a place for which all later ones still have one, as far as that can be done. Volumes that are reserved
// for claims of members are respected, unless some member has no place then. Its errors are those of the judge.
func Search(ctx context.Context, p Problem) (*Solution, error) {
	s := &search{Problem: p}
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	if len(s.reserved) > 0 && slices.ContainsFunc(p.Members, s.unplaced) {
		s = &search{Problem: p, freed: true}
		if err := s.run(ctx); err != nil {
			return nil, err
		}
	}
	return s.solution(), nil
}

// search is the state of one search. What is about single members is in maps by member.
type search struct {
	Problem
	// freed says that reserved volumes are looked at as if they were free.
	freed bool
	// reserved are the volumes that are reserved for claims that are to be recreated.
	reserved map[types.NamespacedName][]*corev1.PersistentVolume
	// as is the cluster when all members have left and none has a new place, judge the scheduler's filters there. all is as with the
	// volumes that are to be avoided.
	as, all *inspect.Index
	// real are the volumes that were given another class for the search, as they are, by name.
	real  map[string]*corev1.PersistentVolume
	judge inspect.Judge
	// pods are those that each member will have, match what finds volumes for the claims of each Pod, those apart that an
	// earlier Pod of the member has, matchAll what finds them among all.
	pods            map[Member][]*corev1.Pod
	match, matchAll map[*corev1.Pod]*match.PodMatcher
	// fits are the nodes that each member fits while no other has a place, wanted how many members fit each node.
	fits   map[Member][]string
	wanted map[string]int
	// barred are the volumes that no claim of a member may have, worse those that are not preferred; nil if none is.
	barred map[Member][]string
	worse  []string
	// asked counts questions to the judge.
	asked int
	// load counts the members that have a place, by node, and by node and owner.
	load  map[string]int
	group map[nodeGroup]int
	// place is the place of each member that has one, why the reason of each that fits nowhere.
	place map[Member]*Place
	why   map[Member]fact.Fact
	// first is what kept a member from a place where a provisioner could have served it.
	first map[Member]*unwanted
}

// unwanted is a volume on a node that the scheduler binds before it has a new one made.
type unwanted struct{ volume, node string }

// nodeGroup is a node and the members of one owner.
type nodeGroup struct{ node, group string }

// assigned are volumes that are taken, each with the name of the claim that has it.
type assigned map[string]string

// unplaced reports whether a member is to move and has no place.
func (s *search) unplaced(m Member) bool { return m.Moves() && s.place[m] == nil }

// solution is what was found.
func (s *search) solution() *Solution {
	out := &Solution{Reserved: s.reserved}
	for _, m := range s.Members {
		out.Places = append(out.Places, s.place[m])
		out.Why = append(out.Why, s.why[m])
		out.Pods = append(out.Pods, len(s.pods[m]))
	}
	return out
}

// run looks for places once.
func (s *search) run(ctx context.Context) error {
	s.pods, s.match, s.matchAll = map[Member][]*corev1.Pod{}, map[*corev1.Pod]*match.PodMatcher{}, map[*corev1.Pod]*match.PodMatcher{}
	s.fits, s.wanted = map[Member][]string{}, map[string]int{}
	s.place, s.why, s.first = map[Member]*Place{}, map[Member]fact.Fact{}, map[Member]*unwanted{}
	s.clearLoad()
	for _, m := range s.Members {
		s.pods[m] = m.Future()
		for _, pod := range s.pods[m] {
			pod.UID = types.UID("new-" + pod.Namespace + "-" + pod.Name) // which its ephemeral claims name
		}
	}
	s.sortOut()
	after := s.lookAt(s.vacate())
	var err error
	if s.judge, err = s.NewJudge(ctx, after); err != nil {
		return err
	}
	var moving []Member
	for _, m := range s.Members {
		if !m.Moves() {
			continue
		}
		ok, err := s.feasibleAlone(ctx, m)
		if err != nil {
			return err
		}
		if ok {
			moving = append(moving, m)
		}
	}
	found, err := s.backtrack(ctx, moving, inspect.Change{}, assigned{})
	if err != nil || found {
		return err
	}
	return s.oneByOne(ctx, moving)
}

// lookAt indexes the cluster when all members have left, with and without the volumes that are to be avoided, and returns the latter.
func (s *search) lookAt(a *vacated) *inspect.Snapshot {
	all := a.snapshot()
	after := a.avoiding(all)
	s.as = inspect.NewIndex(after)
	if s.all = s.as; after != all {
		s.all = inspect.NewIndex(all)
	}
	return after
}

func (s *search) clearLoad() {
	s.asked, s.load, s.group = 0, map[string]int{}, map[nodeGroup]int{}
}

// feasibleAlone finds the nodes that each Pod of a member fits while no other member has a place.
func (s *search) feasibleAlone(ctx context.Context, m Member) (bool, error) {
	if len(s.pods[m]) == 0 {
		s.why[m] = fact.New("FuturePodUnknown")
		return false, nil
	}
	had := map[string]bool{}
	for i, pod := range s.pods[m] {
		if pod.Spec.NodeName != "" {
			s.why[m] = fact.New("TemplateNamesNode", "node", pod.Spec.NodeName)
			return false, nil
		}
		if err := s.newMatchers(pod, lacking(pod, had)); err != nil {
			s.why[m] = fact.Of(err)
			return false, nil
		}
		verdict, err := s.judge.Verdict(ctx, pod, inspect.Change{}, nil)
		if err != nil {
			return false, err
		}
		fits := slices.DeleteFunc(verdict.Feasible(), func(node string) bool {
			return s.Departing[node] || !s.isReady(node) || i > 0 && !slices.Contains(s.fits[m], node)
		})
		if s.fits[m] = fits; len(fits) == 0 {
			s.why[m] = whyNowhere(verdict.Message, i)
			return false, nil
		}
	}
	for _, node := range s.fits[m] {
		s.wanted[node]++
	}
	return true, nil
}

// newMatchers makes what finds volumes for the claims of a Pod, as it is without those that others have.
func (s *search) newMatchers(pod, without *corev1.Pod) error {
	var err error
	if s.match[pod], err = match.NewPodMatcher(s.as, without); err != nil {
		return err
	}
	s.matchAll[pod] = s.match[pod]
	if s.all != s.as {
		s.matchAll[pod], err = match.NewPodMatcher(s.all, without)
	}
	return err
}

// whyNowhere says why a Pod of a member fits no node, after so many earlier ones that do. The scheduler's own words are passed on.
func whyNowhere(words string, earlier int) fact.Fact {
	switch {
	case words != "":
		return fact.New("SchedulerRefuses", "words", words)
	case earlier > 0:
		return fact.New("FitsNoReadyNodeTogether")
	}
	return fact.New("FitsNoReadyNode")
}

// lacking is a Pod without the claims that earlier Pods of its member have, and notes its own.
func lacking(pod *corev1.Pod, had map[string]bool) *corev1.Pod {
	out := pod.DeepCopy()
	out.Spec.Volumes = slices.DeleteFunc(out.Spec.Volumes, func(v corev1.Volume) bool {
		return v.PersistentVolumeClaim != nil && had[v.PersistentVolumeClaim.ClaimName]
	})
	for _, name := range inspect.ClaimNames(pod) {
		had[name] = true
	}
	return out
}

// isReady reports whether a node is Ready, and stays. One that is not may carry no taint yet, or the Pod may tolerate it; of one that is being deleted
// the scheduler takes no notice.
func (s *search) isReady(node string) bool {
	n := s.as.Node(node)
	condition, _ := inspect.ConditionOf(n)
	return condition == inspect.NodeReady && n.DeletionTimestamp == nil
}

// preferred are the nodes for a member: those where a volume is reserved for it, then those with preferred volumes that have not
// been given to its owner already, then those with the fewest members of its owner, then those that fewest others need, then the
// least taken.
func (s *search) preferred(m Member, taken assigned) []string {
	nodes := slices.Clone(s.fits[m])
	better := s.betterNodes(m, taken)
	slices.SortStableFunc(nodes, func(a, b string) int {
		return cmp.Or(
			cmp.Compare(s.reservedOn(m, b), s.reservedOn(m, a)),
			cmp.Compare(better[a], better[b]),
			cmp.Compare(s.group[nodeGroup{a, m.Group()}]+s.present(m, a), s.group[nodeGroup{b, m.Group()}]+s.present(m, b)),
			cmp.Compare(s.wanted[a], s.wanted[b]),
			cmp.Compare(s.load[a], s.load[b]),
			cmp.Compare(a, b))
	})
	return nodes
}

// reservedOn counts the volumes on a node that are reserved for a member.
func (s *search) reservedOn(m Member, node string) int {
	n := 0
	for _, c := range m.Claims() {
		for _, v := range s.reserved[c.Key] {
			if slices.Contains(s.Index.HomeOf(v).Names(), node) {
				n++
			}
		}
	}
	return n
}

// present counts the Pods of a member's owner that run on a node now.
func (s *search) present(m Member, node string) int {
	if m.Owner().None() {
		return 0
	}
	n := 0
	for _, pod := range s.as.PodsOn(node) {
		if pod.Namespace == m.Key().Namespace && s.Index.OwnerOf(pod) == m.Owner() {
			n++
		}
	}
	return n
}
