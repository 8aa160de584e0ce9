package planner

import (
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// byDefault lets a class be that of claims that name none.
func byDefault(c *storagev1.StorageClass) {
	c.Annotations = map[string]string{"storageclass.kubernetes.io/is-default-class": "true"}
}

// classless lets the template for claims of a set name no class.
func classless(c *corev1.PersistentVolumeClaim) { c.Spec.StorageClassName = nil }

func ofSnapshot(c *corev1.PersistentVolumeClaim) {
	c.Spec.DataSource = &corev1.TypedLocalObjectReference{APIGroup: ptr.To("snapshot.storage.k8s.io"), Kind: "VolumeSnapshot", Name: "monday"}
}

// deletion are the parameters of the deletion of a claim.
func deletion(t *testing.T, p *drain.Plan, claim string) *drain.DeleteClaimParameters {
	t.Helper()
	for _, s := range p.Steps {
		if parameters, ok := s.Parameters.(*drain.DeleteClaimParameters); ok && s.Object.Name == claim {
			return parameters
		}
	}
	t.Fatalf("claim %s is not deleted:\n%s", claim, told(p))
	return nil
}

// TestNextClaims: places are found for the claims that will come, not for those that go.
func TestNextClaims(t *testing.T) {
	base := All(Crew(), Db(templateOf(classless)))
	fast := All(StorageClass("fast", byDefault), Volume("n2-fast", On("n2"), OfClass("fast"), Sized("300Gi")))
	dynamic := StorageClass("fast", byDefault, ProvisionedBy("fast.example.com"))
	snapshot := All(Crew(), dynamic, Db(templateOf(classless), templateOf(ofSnapshot)))
	for _, tc := range []struct {
		name    string
		world   []any
		request drain.DrainRequest
		// to is the volume that data-db-1 gets, class the default one that it rests on, "-" for none.
		to, class string
		verdict   drain.Verdict
		says      []string
	}{
		{name: "no default class", world: All(base, Volume("n2-bare", On("n2"), OfClass(""))), to: "n2-bare", class: "", verdict: drain.Ready,
			says: []string{"the next claim shop/data-db-1 asks for no class, by default, and not for class local-ssd"}},
		{name: "the default class is another now", world: All(base, fast), to: "n2-fast", class: "fast", verdict: drain.Ready,
			says: []string{"the next claim shop/data-db-1 asks for class fast, by default, and not for class local-ssd like n1-data", "reserve n2-fast"}},
		{name: "the default class is the same", world: With(base, StorageClass(Class, byDefault)), to: "n3-free", class: Class, verdict: drain.Ready},
		{name: "the template names the class", world: All(Crew(), fast, Db()), to: "n3-free", class: "-", verdict: drain.Ready},
		{name: "reserved by an earlier run for a claim of the earlier class", world: With(All(base, fast), Volume("n3-free", On("n3"), ReservedFor("data-db-1"))), to: "n2-fast", class: "fast",
			verdict: drain.Ready, says: []string{"free n3-free (on n3), which was reserved for claim shop/data-db-1", "reserve n2-fast"}},
		{name: "a snapshot, and a provisioner", world: snapshot, to: "", class: "fast", verdict: drain.Blocked,
			says: []string{"blocked FilledClaim [--accept-data-loss shop/data-db-1]: the next claim shop/data-db-1 is filled from VolumeSnapshot/monday"}},
		{name: "a snapshot, a provisioner, and it is accepted", world: snapshot, request: ToMove(Accepting("data-db-1")), to: "", class: "fast", verdict: drain.Ready,
			says: []string{"outcome: shop/db-1 starts with the data of VolumeSnapshot/monday, which may be OLD.", "the member starts with the data of VolumeSnapshot/monday"}},
		{name: "a snapshot, and a volume that exists", world: All(Crew(), Db(templateOf(ofSnapshot))), to: "n3-free", class: "-", verdict: drain.Ready,
			says: []string{"asks to be filled from VolumeSnapshot/monday, and is not: n3-free (on n3) is bound to it as it is", "shop/db-1 starts WITHOUT ITS DATA"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if !tc.request.MoveClaims {
				tc.request = ToMove()
			}
			plan := drainPlan(t, tc.request, tc.world...)
			text := told(plan)
			for _, want := range tc.says {
				if !strings.Contains(text, want) {
					t.Errorf("it does not say %q", want)
				}
			}
			parameters := deletion(t, plan, "data-db-1")
			place, class := "", "-"
			if parameters.Place != nil {
				place = parameters.Place.Name
			}
			if parameters.DefaultClass != nil {
				class = *parameters.DefaultClass
			}
			if plan.Verdict != tc.verdict || place != tc.to || class != tc.class {
				t.Errorf("%s, to %q by the default class %q; want %s, %q, %q", plan.Verdict, place, class, tc.verdict, tc.to, tc.class)
			}
			if filled := slices.ContainsFunc(plan.Outcome, func(f fact.Fact) bool { return f.Code == "MemberStartsFilled" }); filled && strings.Contains(text, "starts EMPTY") {
				t.Error("it starts with old data and empty")
			}
			checkReadBack(t, plan)
			if t.Failed() {
				t.Log(text)
			}
		})
	}
}

// TestNextPodOfSet: places are found for the Pod of the revision that comes next.
func TestNextPodOfSet(t *testing.T) {
	const earlier, later = "db-earlier", "db-later"
	// the set's template has been edited: its Pods belong to nodes with a label from now on.
	edited := func(edits ...func(*appsv1.StatefulSet)) *appsv1.StatefulSet {
		return StatefulSet("db", 3, append([]func(*appsv1.StatefulSet){func(s *appsv1.StatefulSet) {
			s.Spec.Template.Spec.NodeSelector = map[string]string{"tier": "gold"}
			s.Spec.UpdateStrategy = appsv1.StatefulSetUpdateStrategy{Type: appsv1.OnDeleteStatefulSetStrategyType}
			s.Status.CurrentRevision, s.Status.UpdateRevision = earlier, later
		}}, edits...)...)
	}
	partition := func(n int32) func(*appsv1.StatefulSet) {
		return func(s *appsv1.StatefulSet) {
			s.Spec.UpdateStrategy = appsv1.StatefulSetUpdateStrategy{Type: appsv1.RollingUpdateStatefulSetStrategyType,
				RollingUpdate: &appsv1.RollingUpdateStatefulSetStrategy{Partition: ptr.To(n)}}
		}
	}
	of := func(revision string) func(*corev1.Pod) {
		return PodLabel(appsv1.ControllerRevisionHashLabelKey, revision)
	}
	gold := func(p *corev1.Pod) { p.Spec.NodeSelector = map[string]string{"tier": "gold"} }
	plain := StatefulSet("db", 3)
	pods := func(revision string) []any {
		return []any{MemberPod(plain, 0, "n0", of(revision)), MemberPod(plain, 1, "n1", of(revision)), MemberPod(plain, 2, "n2", of(revision))}
	}
	base := With(All(Crew(), Db()), Node("n2", NodeLabel("tier", "gold")))
	unseen := func(s *appsv1.StatefulSet) {
		s.Generation, s.Status.ObservedGeneration, s.Status.UpdateRevision = 2, 1, earlier
	}
	for _, tc := range []struct {
		name  string
		world []any
		to    string
	}{
		{"as it was", With(base, pods(later)...), "n3"},
		{"edited, and recreated only when it is deleted", With(With(base, pods(earlier)...), edited()), "n2"},
		{"edited, above the partition", With(With(base, pods(earlier)...), edited(partition(1))), "n2"},
		{"edited, below the partition", With(With(base, pods(earlier)...), edited(partition(2))), "n3"},
		{"below the partition, and updated by hand", With(With(base, pods(earlier)...), edited(partition(2)), MemberPod(plain, 1, "n1", of(later), gold)), "n3"},
		{"edited, and no controller has seen it", With(With(base, pods(earlier)...), edited(unseen)), "n2"},
		{"edited, and the replacement waits", With(With(base, pods(earlier)...), edited(), MemberPod(plain, 1, "", of(later), gold)), "n2"},
		{"of the template already", With(With(base, pods(later)...), edited(), MemberPod(plain, 1, "n1", of(later), gold)), "n2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			plan := drainPlan(t, ToMove(), tc.world...)
			if i := slices.IndexFunc(plan.Moves, func(m drain.Move) bool { return m.Member == "shop/db-1" }); i < 0 || plan.Moves[i].ToNode != tc.to {
				t.Errorf("not to %s:\n%s", tc.to, told(plan))
			}
			if len(deletion(t, plan, "data-db-1").Judged) != 1 {
				t.Error("it is not known which Pod was judged")
			}
		})
	}
}

// TestReserveForTheNext: release reserves a volume only for a claim that fits it.
func TestReserveForTheNext(t *testing.T) {
	set := func(edits ...func(*corev1.PersistentVolumeClaim)) *appsv1.StatefulSet {
		s := StatefulSet("db", 1)
		for _, edit := range edits {
			templateOf(edit)(s)
		}
		return s
	}
	base := All(Node("n1"), StorageClass(Class), HeldBy("data-db-0", "n1-data", "n1"), StorageClass("fast", byDefault))
	gap := inspect.Gap{Kind: inspect.StorageClasses, Reason: "forbidden: list storageclasses"}
	for _, tc := range []struct {
		name  string
		world []any
		codes []drain.BlockerCode
		says  string
	}{
		{"the template as the claim", All(base, set()), nil, ""},
		{"the default class is another now", All(base, set(classless)), []drain.BlockerCode{drain.BlockedNoFit}, "does not fit n1-data: asks class fast, has class local-ssd (by default)"},
		{"the template names another class", All(base, set(WantsClass("slow"))), []drain.BlockerCode{drain.BlockedNoFit}, "asks class slow, has class local-ssd"},
		{"the template asks for more", All(base, set(Asks("500Gi"))), []drain.BlockerCode{drain.BlockedNoFit}, "500Gi"},
		{"classes unknown, and the template names one", All(base, set(), gap), nil, ""},
		{"classes unknown, and the template names none", All(base, set(classless), gap), []drain.BlockerCode{drain.BlockedUnknown}, "names no class"},
		{"nobody is known to create it", base, nil, "it has to ask for class local-ssd, like n1-data"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			plan := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("data-db-0"), Reserve: true}), Snapshot(t, tc.world...))
			if text := told(plan); !slices.Equal(codesOf(plan), tc.codes) || !strings.Contains(text, tc.says) {
				t.Errorf("want %v and %q:\n%s", tc.codes, tc.says, text)
			}
		})
	}
}
