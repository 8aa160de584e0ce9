package planner

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// at gives a volume another path.
func at(path string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) { v.Spec.Local.Path = path }
}

// wiped says that a volume was wiped an hour ago.
func wiped(v *corev1.PersistentVolume) {
	VolumeAnnotation(retain.AnnWiped, `{"at":"`+Now().Add(-time.Hour).Format(time.RFC3339)+`","method":"files","verified":true}`)(v)
}

// cordonedVolume cordons a volume.
func cordonedVolume(v *corev1.PersistentVolume) {
	VolumeAnnotation(retain.AnnCordoned, "smart-errors")(v)
}

// diskCases are about volumes that are one disk, and about cordoned ones.
func diskCases() []planCase {
	n := Node("node-0")
	v := Volume("v", Has("c", "c-uid"), Phase(Released))
	twin := func(edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		return Volume("twin", append([]func(*corev1.PersistentVolume){at("/mnt/v/")}, edits...)...)
	}
	reclaim := reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true})
	reserve := reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key("d"), AcceptForeignData: []string{"v"}})
	selected := reclaiming(drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}, KeepData: true})
	reattach := reattaching(drain.ReattachRequest{Volume: "v"})
	bound := []any{twin(Has("theirs", "theirs-uid")), Claim("theirs", BoundTo("twin")), Consumer("other-0", "node-0", "theirs", ControlledBy("StatefulSet", "other"))}
	shared := func(name string, r request, world ...any) planCase {
		return planCase{name: "disk " + name, world: All(n, v, world), request: r, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedSharedDisk}}
	}
	open, reserving := []drain.Action{drain.OpenVolume, drain.AwaitAvailable}, []drain.Action{drain.ReserveVolume, drain.AwaitAvailable}
	reattaching := []drain.Action{drain.ReserveVolume, drain.AwaitBound}
	waiting := Claim("c", WithUID("new-uid"))
	reserved := Volume("v", ReservedFor("c"))
	return []planCase{
		shared("reclaim while another volume of it is used", reclaim, bound...),
		shared("reclaim for one while another volume of it is used", reserve, append(bound, Claim("d"))...),
		withSteps(shared("reattach while another volume of it is used", reattach, append(bound, waiting)...), reattaching...),
		{name: "disk reattach what is reserved, while another volume of it is used", world: All(n, reserved, waiting, bound), request: reattach,
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedSharedDisk}, actions: []drain.Action{drain.AwaitBound}},
		shared("reclaim while a volume below it is bound", reclaim, Volume("twin", at("/mnt/v/sub"), Has("theirs", "theirs-uid")), Claim("theirs", BoundTo("twin"))),
		shared("reclaim while a Pod may use another volume of it", reclaim, twin(Has("theirs", "theirs-uid"), Phase(Released)), Consumer("other-0", "node-0", "theirs")),
		shared("reclaim while another volume of it is reserved", reclaim, twin(ReservedFor("theirs"))),
		shared("reclaim while another volume of it is free", reclaim, twin()),
		withSteps(shared("reattach while another volume of it is free", reattach, twin(), waiting), reattaching...),
		{name: "disk reattach while another volume of it is cordoned", world: []any{n, v, twin(cordonedVolume), waiting}, request: reattach, verdict: drain.Ready, actions: reattaching},
		shared("reclaim for one while another volume of it is free", reserve, twin(), Claim("d")),
		{name: "disk reclaim for one while another volume of it is cordoned", world: []any{n, v, twin(cordonedVolume), Claim("d")}, request: reserve, verdict: drain.Ready, actions: reserving},
		{name: "disk reclaim while another volume of it is released", world: []any{n, v, twin(Has("theirs", "theirs-uid"), Phase(Released))}, request: reclaim, verdict: drain.Ready, actions: open},
		{name: "disk reclaim while the same path elsewhere is used", world: All(n, Node("node-1"), v, twin(On("node-1"), Has("theirs", "theirs-uid")), Claim("theirs", BoundTo("twin"))),
			request: reclaim, verdict: drain.Ready, actions: open},
		{name: "disk reclaim both volumes of it", world: []any{n, v, twin(Has("theirs", "theirs-uid"), Phase(Released))},
			request: reclaiming(drain.ReclaimRequest{Volumes: []string{"v", "twin"}, KeepData: true}), verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedSharedDisk}, actions: open},
		{name: "disk reclaim a selection with both volumes of it", world: []any{n, v, twin(Has("theirs", "theirs-uid"), Phase(Released))}, request: selected, verdict: drain.Ready, actions: open},
		{name: "disk reclaim a selection with one that is used", world: All(n, v, bound, Volume("w", Has("w", "w-uid"), Phase(Released))), request: selected, verdict: drain.Ready, actions: open},
		{name: "disk reclaim a cordoned volume", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(Released), cordonedVolume)}, request: reclaim, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedCordoned}},
		{name: "disk reclaim a volume cordoned by a reservation", world: []any{n, Volume("v", func(v *corev1.PersistentVolume) {
			v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "localpv-cordoned", Name: "slow"}
		})}, request: reserve, verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedCordoned}},
		{name: "disk reclaim a selection with a cordoned volume", world: []any{n, v, Volume("w", Has("w", "w-uid"), Phase(Released), cordonedVolume)}, request: selected, verdict: drain.Ready, actions: open},
		{name: "disk reattach a cordoned volume", world: []any{n, Volume("v", Has("c", "c-uid"), Phase(Released), cordonedVolume), waiting}, request: reattach,
			verdict: drain.Blocked, codes: []drain.BlockerCode{drain.BlockedCordoned}, actions: reattaching},
	}
}

// sharing moves the free volume of n3, where db-1 would go, below the path of another volume there.
func sharing(edits ...func(*corev1.PersistentVolume)) []any {
	twin := Volume("n3-twin", append([]func(*corev1.PersistentVolume){On("n3"), at("/mnt/n3-free/sub/..")}, edits...)...)
	return With(All(Fleet(), Db()), twin)
}

// recoverDiskCases are about places on disks that somebody has, and on cordoned volumes.
func recoverDiskCases() []recoverCase {
	theirs := All(sharing(Has("theirs", "theirs-uid")), Claim("theirs", BoundTo("n3-twin")), Consumer("other-0", "n3", "theirs"))
	nowhere := func(world []any) []any {
		return Without(world, "PersistentVolume n0-free", "PersistentVolume n2-free")
	}
	pending := func(r *drain.RecoverRequest) { r.AllowPending = true }
	shared, cordonedOnly := []drain.BlockerCode{drain.BlockedSharedDisk}, []drain.BlockerCode{drain.BlockedCordoned}
	s := StatefulSet("db", 3)
	two := All(nowhere(Fleet()), Free("n3-twin"), StatefulSet("a", 1), StatefulSet("b", 1), MemberPod(StatefulSet("a", 1), 0, "n1"), MemberPod(StatefulSet("b", 1), 0, "n1"),
		HeldBy("data-a-0", "n1-a", "n1"), HeldBy("data-b-0", "n1-b", "n1"))
	accept := func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims("data-a-0", "data-b-0") }
	return []recoverCase{
		{name: "not on a disk that somebody has", world: theirs, verdict: drain.Ready, moves: []string{"data-db-1 > n0-free (n0)"}},
		{name: "only a disk that somebody has", world: nowhere(theirs), verdict: drain.Blocked, codes: shared, moves: []string{"data-db-1 > nowhere"}},
		{name: "only a disk that somebody has, allowed to be pending", world: nowhere(theirs), ask: pending, verdict: drain.Blocked, codes: shared},
		{name: "reserved on a disk that somebody has", world: With(theirs, MemberPod(s, 1, ""), Volume("n3-free", On("n3"), heldFor("data-db-1"))), verdict: drain.Blocked, codes: shared},
		{name: "not on a disk with another free volume", world: sharing(), verdict: drain.Ready, moves: []string{"data-db-1 > n0-free (n0)"}},
		{name: "only a disk with another free volume", world: nowhere(sharing()), verdict: drain.Blocked, codes: shared, moves: []string{"data-db-1 > nowhere"}},
		{name: "on a disk with another cordoned volume", world: nowhere(sharing(cordonedVolume)), verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)"}},
		{name: "reserved on a disk with another free volume", world: With(sharing(), MemberPod(s, 1, ""), Volume("n3-free", On("n3"), heldFor("data-db-1"))), verdict: drain.Blocked, codes: shared},
		{name: "two free volumes of one disk are no place", world: With(two, Volume("n3-twin", On("n3"), at("/mnt/n3-free"))), ask: accept, verdict: drain.Blocked,
			codes: append(shared, shared...)},
		{name: "two free volumes of two disks are two places", world: two, ask: accept, verdict: drain.Ready, moves: []string{"data-a-0 > n3-free (n3)", "data-b-0 > n3-twin (n3)"}},
		{name: "two claims of a member get two disks", world: All(nowhere(Fleet()), Db(WithTemplate("wal")), Volume("n3-twin", On("n3"), at("/mnt/n3-free")), Free("n3-yyy", "n3-zzz")),
			verdict: drain.Ready, moves: []string{"data-db-1 > n3-yyy (n3)", "wal-db-1 > n3-zzz (n3)"}},
		{name: "not on a cordoned volume", world: With(All(Fleet(), Db()), Volume("n3-free", On("n3"), cordonedVolume)), verdict: drain.Ready, moves: []string{"data-db-1 > n0-free (n0)"}},
		{name: "only a cordoned volume", world: nowhere(With(All(Fleet(), Db()), Volume("n3-free", On("n3"), cordonedVolume))), verdict: drain.Blocked, codes: cordonedOnly},
	}
}

// recoverDataCases are about the data on the volumes that members get.
func recoverDataCases() []recoverCase {
	of := func(claim string) func(*corev1.PersistentVolume) { return SavedFrom(Claim(claim)) }
	only := func(edits ...func(*corev1.PersistentVolume)) []any {
		world := Without(All(Fleet(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free")
		return With(world, Volume("n3-free", append(edits, On("n3"))...))
	}
	with := func(volumes ...any) []any { return With(All(Fleet(), Db()), volumes...) }
	accept := func(names ...string) func(*drain.RecoverRequest) {
		return func(r *drain.RecoverRequest) { r.AcceptForeignData = names }
	}
	foreign := []drain.BlockerCode{drain.BlockedForeignData}
	s := StatefulSet("db", 3)
	return []recoverCase{
		{name: "not on the data of another", world: with(Volume("n3-free", On("n3"), of("data-db-2"))), verdict: drain.Ready, moves: []string{"data-db-1 > n0-free (n0)"}},
		{name: "only the data of another", world: only(of("data-db-2")), verdict: drain.Blocked, codes: foreign, moves: []string{"data-db-1 > nowhere"}},
		{name: "only the data of another, allowed to be pending", world: only(of("data-db-2")), ask: func(r *drain.RecoverRequest) { r.AllowPending = true }, verdict: drain.Blocked, codes: foreign},
		{name: "only the data of another, another accepted", world: All(only(of("data-db-2")), Volume("n1-x", On("n1"))), ask: accept("n1-x"), verdict: drain.Blocked, codes: foreign},
		{name: "only the data of another, accepted", world: only(of("data-db-2")), ask: accept("n3-free"), verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)"}},
		{name: "the data of another, accepted and not needed", world: with(Volume("n3-free", On("n3"), of("data-db-2"))), ask: accept("n3-free"), verdict: drain.Ready, moves: []string{"data-db-1 > n0-free (n0)"}},
		{name: "reserved, with the data of another", world: All(only(of("data-db-2"), heldFor("data-db-1"))), verdict: drain.Blocked, codes: foreign, moves: []string{"data-db-1 > n3-free (n3)"}},
		{name: "its own older data", world: only(of("data-db-1")), verdict: drain.Ready, moves: []string{"data-db-1 > n3-free (n3)"}},
		{name: "the older data of another member that moves too", world: All(Without(Fleet(), "PersistentVolume n0-free", "PersistentVolume n2-free"), Volume("n3-other", On("n3"), of("data-a-0")),
			StatefulSet("a", 1), StatefulSet("b", 1), MemberPod(StatefulSet("a", 1), 0, "n1"), MemberPod(StatefulSet("b", 1), 0, "n1"), HeldBy("data-a-0", "n1-a", "n1"), HeldBy("data-b-0", "n1-b", "n1")),
			ask: func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims("data-a-0", "data-b-0") }, verdict: drain.Ready, moves: []string{"data-a-0 > n3-other (n3)", "data-b-0 > n3-free (n3)"}},
		{name: "wiped before unknown", world: with(Volume("n0-free", On("n0"), wiped)), verdict: drain.Ready, moves: []string{"data-db-1 > n0-free (n0)"}},
		{name: "wiped before a smaller one", world: All(only(), Volume("n3-wiped", On("n3"), Sized("200Gi"), wiped)), verdict: drain.Ready, moves: []string{"data-db-1 > n3-wiped (n3)"}},
		{name: "wiped, and then the data of another", world: only(wiped, of("data-db-2"), func(v *corev1.PersistentVolume) {
			VolumeAnnotation(retain.AnnWiped, strings.Replace(v.Annotations[retain.AnnWiped], "2026-03-01", "2026-02-01", 1))(v)
		}), verdict: drain.Blocked, codes: foreign},
		{name: "reserved before wiped", world: With(with(Volume("n0-free", On("n0"), wiped)), MemberPod(s, 1, ""), Volume("n2-free", On("n2"), heldFor("data-db-1"))), verdict: drain.Ready,
			moves: []string{"data-db-1 > n2-free (n2)"}},
	}
}

// recoverProvisionerCases are about volumes that members may not be given, where a provisioner could make new ones: the scheduler takes
// any volume that is there before it has one made.
func recoverProvisionerCases() []recoverCase {
	dynamic := StorageClass(Class, ProvisionedBy("disks.example.com"))
	of := SavedFrom(Claim("data-db-2"))
	// without are the Fleet and its set where no volume is free, and then some.
	without := func(more ...any) []any {
		return With(Without(All(Fleet(), Db()), "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free"), append(more, dynamic)...)
	}
	// only leaves n3 as the one node for members.
	only := func(more ...any) []any {
		return With(without(more...), Node("n0", Cordoned), Node("n2", Cordoned))
	}
	twin := All(Volume("n3-free", On("n3")), Volume("n3-twin", On("n3"), at("/mnt/n3-free"), Has("theirs", "theirs-uid")),
		Claim("theirs", BoundTo("n3-twin")), Consumer("other-0", "n3", "theirs"))
	another, cordonedOne := Volume("n3-free", On("n3"), of), Volume("n3-free", On("n3"), cordonedVolume)
	pair := All(StatefulSet("a", 1), StatefulSet("b", 1), MemberPod(StatefulSet("a", 1), 0, "n1"), MemberPod(StatefulSet("b", 1), 0, "n1"), HeldBy("data-a-0", "n1-a", "n1"), HeldBy("data-b-0", "n1-b", "n1"))
	onePair := func(volumes ...any) []any {
		return With(Without(All(Fleet(), pair), "PersistentVolume n0-free", "PersistentVolume n2-free"), append(volumes, dynamic, Node("n0", Cordoned), Node("n2", Cordoned))...)
	}
	both := func(r *drain.RecoverRequest) { r.AcceptDataLoss = claims("data-a-0", "data-b-0") }
	accept := func(r *drain.RecoverRequest) { r.AcceptForeignData = []string{"n3-free"} }
	blocked := func(name string, code drain.BlockerCode, world []any) recoverCase {
		return recoverCase{name: "provisioner, " + name, world: world, verdict: drain.Blocked, codes: []drain.BlockerCode{code}, moves: []string{"data-db-1 > nowhere"}}
	}
	ready := func(name string, world []any, moves ...string) recoverCase {
		return recoverCase{name: "provisioner, " + name, world: world, verdict: drain.Ready, moves: moves}
	}
	// undirected is about nodes of which one has such a volume: the scheduler may choose that one.
	undirected := func(name string, code drain.BlockerCode, world []any) recoverCase {
		return recoverCase{name: "provisioner, " + name, world: With(world, Node("n0", Cordoned)), verdict: drain.Blocked, codes: []drain.BlockerCode{code}, moves: []string{"data-db-1 >  (n2)"}}
	}
	accepted := ready("only the data of another, accepted", only(another), "data-db-1 > n3-free (n3)")
	accepted.ask = accept
	first := ready("one free volume and one to be made", onePair(), "data-a-0 > n3-free (n3)", "data-b-0 >  (n3)")
	second := recoverCase{name: "provisioner, two free volumes of one disk", world: onePair(Volume("n3-twin", On("n3"), at("/mnt/n3-free"))), verdict: drain.Blocked,
		codes: []drain.BlockerCode{drain.BlockedSharedDisk, drain.BlockedSharedDisk}}
	first.ask, second.ask = both, both
	return []recoverCase{
		ready("no volume in its way", only(), "data-db-1 >  (n3)"),
		blocked("only the data of another", drain.BlockedForeignData, only(another)),
		accepted,
		undirected("the data of another on one of the nodes", drain.BlockedForeignData, without(another)),
		blocked("only a cordoned volume", drain.BlockedCordoned, only(cordonedOne)),
		undirected("a cordoned volume on one of the nodes", drain.BlockedCordoned, without(cordonedOne)),
		blocked("only a disk that somebody has", drain.BlockedSharedDisk, only(twin...)),
		undirected("a disk that somebody has on one of the nodes", drain.BlockedSharedDisk, without(twin...)),
		blocked("only what another version has recorded on", drain.BlockedNewer, only(Volume("n3-free", On("n3"), newer))),
		undirected("what another version has recorded on, on one of the nodes", drain.BlockedNewer, With(without(Volume("n3-free", On("n3"), newer)), Node("n0", Cordoned))),
		ready("what is too small is not in its way", only(Volume("n3-free", On("n3"), of, Sized("1Gi"))), "data-db-1 >  (n3)"),
		ready("what is reserved for another is not in its way", only(Volume("n3-free", On("n3"), of, ReservedFor("elsewhere"))), "data-db-1 >  (n3)"),
		first, second,
	}
}

// TestForeignDataOfNoVolume holds that a volume which is accepted has to be there: a typing error accepts nothing.
func TestForeignDataOfNoVolume(t *testing.T) {
	p := recoverCase{}
	s := Snapshot(t, All(Fleet(), Db())...)
	r := p.request(s)
	r.AcceptForeignData = []string{"n3-fre"}
	if plan, err := PlanRecover(t.Context(), inspect.NewIndex(s), Scheduler, r); err == nil {
		t.Fatalf("got a Plan that is %s", plan.Verdict)
	} else if !strings.Contains(err.Error(), "n3-fre") {
		t.Errorf("the error does not name the volume: %v", err)
	}
}
