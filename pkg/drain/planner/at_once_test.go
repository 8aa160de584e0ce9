package planner

import (
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestClaimsThatWaitForNoPod: a claim whose class binds at once, or does not exist, or that asks for none, is bound to what is reserved for it as
// soon as it is recreated. So a volume that exists is a place for it.
func TestClaimsThatWaitForNoPod(t *testing.T) {
	base := func(class string, more ...any) []any {
		set := StatefulSet("db", 3, templateOf(WantsClass(class)))
		world := []any{Node("n0"), Node("n1", Unreachable), Node("n2"), Node("n3"), set}
		for i, host := range []string{"n0", "n1", "n2"} {
			claim := "data-db-" + string(host[1])
			world = append(world, Lease(host, host+"-lease-7"), MemberPod(set, i, host), Claim(claim, BoundTo(host+"-data"), WantsClass(class)),
				Volume(host+"-data", On(host), OfClass(class), Has(claim, claim+"-uid")))
		}
		return append(world, more...)
	}
	free := func(class string, edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		return Volume("n3-free", append(edits, On("n3"), OfClass(class))...)
	}
	betaClass := func(v *corev1.PersistentVolume) {
		VolumeAnnotation(corev1.BetaStorageClassAnnotation, "manual")(v)
		v.Spec.StorageClassName = ""
	}
	made := StorageClass("quick", Immediate, ProvisionedBy("quick.example.com"))
	moved := append([]string{"cordon-node n1"}, once("data-db-1", "n1-data", "db-1", "n3-free")...)
	const nowhere = "blocked Nowhere [--allow-pending]: shop/db-1 fits nowhere: 0/4 nodes are available: "
	for _, tc := range []struct {
		name    string
		world   []any
		verdict drain.Verdict
		says    []string
	}{
		{"no class", base("", free("")), drain.Ready, nil},
		{"a class without an object", base("manual", free("manual")), drain.Ready, nil},
		{"a class without an object, by annotation", base("manual", Volume("n3-free", On("n3"), betaClass)), drain.Ready, nil},
		{"a class that binds at once", base("local", free("local"), StorageClass("local", Immediate)), drain.Ready, nil},
		{"a class that binds at once, of a provisioner", base("quick", free("quick"), made), drain.Ready, nil},
		{"reserved by an earlier run", base("", free("", ReservedFor("data-db-1"))), drain.Ready, nil},
		{"no class, and the volume has one", base("", free("manual")), drain.Blocked,
			[]string{nowhere, "note: claim shop/data-db-1 asks for no class, so no new volume is made for it: it needs one that exists, has no class either, and fits"}},
		{"a class without an object, and the volume has none", base("manual", free("")), drain.Blocked,
			[]string{nowhere, "note: claim shop/data-db-1 asks for class manual, and no such StorageClass exists"}},
		{"a class that binds at once and no volume", base("quick", made), drain.Blocked,
			[]string{nowhere, "note: claim shop/data-db-1 asks for class quick, which binds before its Pod has a node"}},
		{"too small", base("", free("", Sized("1Gi"))), drain.Blocked, []string{nowhere}},
		{"on a node that is cordoned", With(base("", free("")), Node("n3", Cordoned)), drain.Blocked, []string{nowhere}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			plan := recoverPlan(t, nil, tc.world...)
			says(t, plan, tc.verdict, tc.says...)
			want := slices.DeleteFunc(slices.Clone(moved), func(s string) bool { return s == "reserve-volume n3-free" && tc.name == "reserved by an earlier run" })
			if steps := stepsOf(plan); tc.verdict == drain.Ready && !slices.Equal(steps, want) {
				t.Errorf("steps %q\n%s", steps, told(plan))
			}
			for _, s := range plan.Steps {
				if p, ok := s.Parameters.(*drain.DeleteClaimParameters); ok && tc.verdict == drain.Ready && (p.Place == nil || p.Place.Name != "n3-free") {
					t.Errorf("its place is %v", p.Place)
				}
			}
		})
	}
}

// TestAClaimToComeThatWaitsForNoPod: it is bound as soon as the replacement Pod is created, so its volume is reserved before the Pod goes.
func TestAClaimToComeThatWaitsForNoPod(t *testing.T) {
	set := StatefulSet("db", 3, WithTemplate("wal"), func(s *appsv1.StatefulSet) { s.Spec.VolumeClaimTemplates[1].Spec.StorageClassName = new(string) })
	plan := recoverPlan(t, nil, With(All(Fleet(), Db()), set, Volume("n3-wal", On("n3"), OfClass("")))...)
	says(t, plan, drain.Ready)
	steps := stepsOf(plan)
	if reserved := slices.Index(steps, "reserve-volume n3-wal"); reserved < 0 || reserved > slices.Index(steps, "force-delete-pod db-1") {
		t.Errorf("steps %q", steps)
	}
}
