package planner

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestNextClaimIsGivenNobodysDisk: a claim that goes with a Pod which is evicted, or that is released, is recreated by its StatefulSet, and what the
// scheduler gives to the next one nobody has reserved. So it is refused if that could be the data of another claim, or a disk that somebody has.
func TestNextClaimIsGivenNobodysDisk(t *testing.T) {
	of := VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"ledger","uid":"ledger-uid"}`)
	cordoned := VolumeAnnotation("localpv.dev/cordoned", "failing")
	hostPath := func(v *corev1.PersistentVolume) {
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/mnt/any"}}
	}
	dying := Claim("data-db-1", BoundTo("n1-data"), Deleting)
	base := Without(All(Crew(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")
	shared := All(Volume("n3-free", On("n3"), at("/mnt/one")), Volume("n3-held", On("n3"), at("/mnt/one"), Has("big", "big-uid")), Claim("big", BoundTo("n3-held")),
		Consumer("big-0", "n3", "big"))
	for name, tc := range map[string]struct {
		free    []any
		code    drain.BlockerCode // none, if it may be had
		says    string
		noKeeps bool // it does not matter to drain
	}{
		"data of nobody":                    {All(Free("n3-free")), "", "", false},
		"data of another claim":             {All(Volume("n3-free", On("n3"), of)), drain.BlockedForeignData, "could give it n3-free (on n3), which it may not have: the data of claim shop/ledger is recorded on it", false},
		"a disk that somebody has":          {shared, drain.BlockedSharedDisk, "claim shop/big has n3-held, and Pod shop/big-0 uses it", false},
		"cordoned in name only":             {All(Volume("n3-free", On("n3"), cordoned)), drain.BlockedCordoned, "it is cordoned (failing), but only by its annotation", false},
		"a smaller one is there":            {All(Volume("n3-free", On("n3"), of, Sized("200Gi")), Volume("n3-free2", On("n3"))), "", "", false},
		"another node has one":              {All(Volume("n3-free", On("n3"), of), Free("n2-free")), drain.BlockedForeignData, "could give it n3-free", false},
		"its node takes no Pods":            {All(Volume("n3-free", On("n3"), of), Node("n3", Cordoned)), "", "", false},
		"too small":                         {All(Volume("n3-free", On("n3"), of, Sized("1Gi"))), "", "", false},
		"its own data":                      {All(Volume("n3-free", On("n3"), VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"data-db-1","uid":"earlier"}`))), "", "", false},
		"one is reserved for the next":      {All(Volume("n3-free", On("n3"), of), Volume("n2-free", On("n2"), ReservedFor("data-db-1"))), "", "", false},
		"the reserved one is another's":     {All(Volume("n3-free", On("n3"), of, ReservedFor("data-db-1")), Free("n2-free")), drain.BlockedForeignData, "n3-free (on n3) is reserved for it, which it may not have: the data of claim shop/ledger", false},
		"the reserved one is somebody's":    {All(shared, Volume("n3-free", On("n3"), at("/mnt/one"), ReservedFor("data-db-1"))), drain.BlockedSharedDisk, "claim shop/big has n3-held", false},
		"a directory of each node":          {All(Volume("any-free", hostPath, Anywhere)), drain.BlockedShared, "could give it any-free", false},
		"on the node itself, which is left": {All(Volume("n1-free", On("n1"), of)), drain.BlockedForeignData, "could give it n1-free", true},
	} {
		t.Run(name, func(t *testing.T) {
			wants := func(plan *drain.Plan, blocks bool) {
				t.Helper()
				if !blocks {
					without(t, plan, "which it may not have")
					return
				}
				tells(t, plan, drain.Blocked, "blocked "+string(tc.code)+" []: StatefulSet/db recreates claim shop/data-db-1 as soon as that is gone", tc.says)
			}
			keeps := drainPlan(t, ToKeep(), With(With(base, dying), tc.free...)...)
			wants(keeps, tc.code != "" && !tc.noKeeps)
			waits := With(All(base, tc.free), MemberPod(StatefulSet("db", 3), 1, ""))
			released := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("data-db-1")}), Snapshot(t, With(waits, tc.free...)...))
			wants(released, tc.code != "")
			reserved := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("data-db-1"), Reserve: true}), Snapshot(t, With(waits, tc.free...)...))
			without(t, reserved, "which it may not have")
		})
	}
}

// TestNextClaimBesideOneThatStays: a member that keeps another claim goes nowhere else, and is given there what is free when the node is back.
func TestNextClaimBesideOneThatStays(t *testing.T) {
	of := VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"ledger","uid":"ledger-uid"}`)
	dying := Claim("data-db-1", BoundTo("n1-data"), Deleting)
	base := All(Without(Crew(), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free"), Db(WithTemplate("wal")))
	elsewhere := drainPlan(t, ToKeep(), With(All(base, Volume("n3-free", On("n3"), of)), dying)...)
	without(t, elsewhere, "which it may not have")
	here := drainPlan(t, ToKeep(), With(All(base, Volume("n1-free", On("n1"), of)), dying)...)
	tells(t, here, drain.Blocked, "could give it n1-free (on n1), which it may not have")
}

// TestVolumeOfALivingClaimIsNotCordoned: who names the volume is bound to it, and nobody may be told to keep it from everybody.
func TestVolumeOfALivingClaimIsNotCordoned(t *testing.T) {
	base := Without(All(Crew(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free")
	hot := All(Free("n3-free"), Claim("hot", BoundTo("n3-free")), Consumer("hot-0", "n3", "hot"))
	dying := Claim("data-db-1", BoundTo("n1-data"), Deleting)
	plan := drainPlan(t, ToKeep(), With(All(base, hot), dying)...)
	tells(t, plan, drain.Blocked, "could give it n3-free (on n3), which it may not have: claim shop/hot", "kubectl localpv reattach n3-free --claim shop/hot")
	without(t, plan, "localpv-cordoned")
}

// TestClaimsThatComeWithThePod: what the replacement Pod brings with it is given what is free, like the next claim of a member.
func TestClaimsThatComeWithThePod(t *testing.T) {
	of := VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"ledger","uid":"ledger-uid"}`)
	base := All(Without(Crew(), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free"), Db())
	added := With(base, StatefulSet("db", 3, WithTemplate("wal")))
	const says = "StatefulSet/db creates claim shop/wal-db-1 with its next Pod, and the scheduler could give it n1-free"
	tells(t, drainPlan(t, ToKeep(), All(added, Volume("n1-free", On("n1"), of))...), drain.Blocked, says)
	without(t, drainPlan(t, ToKeep(), All(added, Free("n1-free"))...), "which it may not have")
	renamed := With(base, StatefulSet("db", 3, func(s *appsv1.StatefulSet) { s.Spec.VolumeClaimTemplates[0].Name = "data2" }))
	allowed := ToKeep(func(r *drain.DrainRequest) { r.AllowDown = true })
	tells(t, drainPlan(t, allowed, All(renamed, Volume("n3-free", On("n3"), of))...), drain.Blocked,
		"StatefulSet/db creates claim shop/data2-db-1 with its next Pod, and the scheduler could give it n3-free")
}
