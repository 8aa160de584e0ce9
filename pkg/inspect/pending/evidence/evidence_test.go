package evidence_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/pendingtest"
)

// gathered is the evidence of a scene. The Judge fails the test if what it said is written to.
func gathered(t *testing.T, s *pendingtest.Scene) evidence.Evidence {
	t.Helper()
	e, err := evidence.Gather(t.Context(), s.Judge(t), evidence.NewQuestion(inspect.NewIndex(s.Snapshot), s.Pod, fact.Fact{}))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestUses: each claim is there once, in the order of the volumes, whether it exists or not.
func TestUses(t *testing.T) {
	s := pendingtest.New()
	Uses("gone", "data")(s.Pod)
	WithEphemeral("scratch")(s.Pod)
	s.With("broken", "1Gi", Class).Spec.Selector = &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "disk", Operator: "Nearly"}}}
	BoundTo("v-n0")(s.With("bound", "1Gi", Class))
	type use struct {
		Name                                            string
		Ephemeral, Exists, Unbound, HasMatcher, Invalid bool
	}
	var got []use
	for _, u := range evidence.NewQuestion(inspect.NewIndex(s.Snapshot), s.Pod, fact.Fact{}).Uses {
		got = append(got, use{u.Name, u.Ephemeral, u.Claim != nil, u.Unbound(), u.Matcher != nil, !u.Invalid.IsZero()})
	}
	want := []use{
		{Name: "data", Exists: true, Unbound: true, HasMatcher: true}, {Name: "gone"}, {Name: "db-0-scratch", Ephemeral: true},
		{Name: "broken", Exists: true, Unbound: true, Invalid: true}, {Name: "bound", Exists: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("uses (-want +got):\n%s", diff)
	}
	if e := gathered(t, s); e.Invalid.IsZero() || slices.ContainsFunc(e.Matches, func(m match.PodMatch) bool { return len(m.Claims) > 0 }) {
		t.Errorf("with an invalid selector: %v, %v", e.Invalid, e.Matches)
	}
}

// TestTies has two claims of which one can have either of two equal volumes, and the other only one of them, beside a claim whose place
// is decided.
func TestTies(t *testing.T) {
	for _, tc := range []struct {
		name  string
		alter func(s *pendingtest.Scene)
		fits  []string
		reach string
	}{
		{"where the bound claim is", func(s *pendingtest.Scene) { s.Bind(s.Volume("v-n2")) }, []string{"n2"}, "n2"},
		{"out of reach of the bound claim", func(s *pendingtest.Scene) { s.Bind(s.Volume("v-n1")) }, nil, "n1"},
		{"beside a claim that was handed over", func(s *pendingtest.Scene) {
			s.Snapshot.Classes = append(s.Snapshot.Classes, StorageClass("topolvm", ProvisionedBy("topolvm.io")))
			WantsClass("topolvm")(s.Claim)
			ClaimAnnotation("volume.kubernetes.io/selected-node", "n2")(s.Claim)
		}, nil, "n2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := pendingtest.New()
			tc.alter(s)
			s.Snapshot.Volumes = append(slices.DeleteFunc(s.Snapshot.Volumes, func(v *corev1.PersistentVolume) bool { return v.Spec.ClaimRef == nil }),
				Volume("v-a", On("n2"), VolumeLabel("disk", "ssd")), Volume("v-b", On("n2")))
			s.With("cb", "10Gi", Class)
			WantsLabel("disk", "ssd")(s.With("cc", "10Gi", Class))
			e := gathered(t, s)
			var told []string
			for _, tie := range e.Ties {
				told = append(told, tie.Get("node"))
			}
			if !slices.Equal(e.Verdict.Feasible(), tc.fits) || !slices.Equal(told, tc.fits) || e.Schedulable() != (len(tc.fits) > 0) {
				t.Errorf("fits %v, with ties on %v; want %v", e.Verdict.Feasible(), told, tc.fits)
			}
			for _, node := range []string{"n0", "n1", "n2"} {
				if e.InReach(node) != (node == tc.reach) {
					t.Errorf("in reach: %s is %t, and only %s is", node, e.InReach(node), tc.reach)
				}
			}
		})
	}
}

// TestLeft: Pods that have ended hold nothing, and others may hold more than there is.
func TestLeft(t *testing.T) {
	s := pendingtest.New()
	ended := Pod("ended", RunsOn("n0"), Requests(corev1.ResourceCPU, "1"))
	Ended(ended)
	s.Snapshot.Pods = append(s.Snapshot.Pods, ended)
	for _, tc := range []struct{ allocatable, left string }{{"4500m", "500m"}, {"1", "-3"}} {
		s.Node("n0").Status.Allocatable[corev1.ResourceCPU] = resource.MustParse(tc.allocatable)
		s.Snapshot.Pods = s.Snapshot.Pods[:2]
		s.Fill("n0")
		if left := evidence.Left(inspect.NewIndex(s.Snapshot), s.Node("n0"), corev1.ResourceCPU); left.String() != tc.left {
			t.Errorf("of %s, %s is left; want %s", tc.allocatable, left.String(), tc.left)
		}
	}
}
