package execute

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/access"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// needing is a step that is looked at until it has nothing more to write, in a world in which it asks for much.
type needing struct {
	name  string
	world []any
	step  drain.Step
	// later are the steps that follow it, and rests the nodes that the Plan takes for dead.
	later []drain.Step
	rests []liveness.DeadNode
	// edit changes what has happened to the step already.
	edit func(*stepRun)
}

// TestNeedsAreWhatIsAsked holds that whatever a step asks of the server is among its needs, or it is stopped in the middle of a change; and
// that each need is one that some step of its action has.
func TestNeedsAreWhatIsAsked(t *testing.T) {
	needed, made := map[drain.Action][]Permission{}, map[drain.Action][]Permission{}
	for _, tc := range slices.Concat(needingVolumes(), needingPods(), needingClaims(), needingWaits()) {
		plan := drain.New("test")
		plan.Steps, plan.RestsOn = append([]drain.Step{tc.step}, tc.later...), tc.rests
		a, needs := tc.step.Action, Needs(plan, tc.step)
		w := NewWorld(t, tc.world...)
		asked := recorded(w)
		s := (&Executor{Client: w.Client, Clock: NewInstantClock()}).newRun(plan).newStep(0, actions()[a])
		if tc.edit != nil {
			tc.edit(s)
		}
		for range 3 {
			d, err := s.look(t.Context())
			if err != nil || d.write == nil {
				break
			}
			if err := d.write(t.Context()); err != nil {
				t.Errorf("%s, %s: %v", a, tc.name, err)
			}
		}
		for _, p := range *asked {
			if p != podsEverywhere() && !covers(needs, p) {
				t.Errorf("%s, %s: it asks to %v, which is not among its needs: %v", a, tc.name, p, needs)
			}
		}
		needed[a], made[a] = append(needed[a], needs...), append(made[a], *asked...)
	}
	for _, a := range drain.Actions() {
		if len(made[a]) == 0 {
			t.Errorf("%s is not tried", a)
		}
		for _, p := range needed[a] {
			if !slices.ContainsFunc(made[a], func(m Permission) bool { return covers([]Permission{p}, m) }) {
				t.Errorf("%s needs to %v, which no step of it asks for", a, p)
			}
		}
	}
}

// recorded are the permissions for the requests to a world, as they are made.
func recorded(w *World) *[]Permission {
	var all []Permission
	before := w.Before
	w.Before = func(n int, a clienttesting.Action) {
		if before != nil {
			before(n, a)
		}
		resource := a.GetResource().Resource
		if sub := a.GetSubresource(); sub != "" {
			resource += "/" + sub
		}
		all = append(all, Permission{Need{a.GetVerb(), resource}, a.GetNamespace()})
	}
	return &all
}

// covers reports whether some permissions allow a request.
func covers(all []Permission, p Permission) bool {
	return slices.ContainsFunc(all, func(have Permission) bool {
		return have.Need == p.Need && (have.Namespace == "" || have.Namespace == p.Namespace)
	})
}

// elsewhere has a volume's claim in another namespace.
func elsewhere(v *corev1.PersistentVolume) { v.Spec.ClaimRef.Namespace = "ops" }

func claimNamed(name, uid string) drain.Object {
	return drain.Object{Kind: drain.KindClaim, Namespace: Ns, Name: name, UID: UID(uid)}
}

func pairOf(volume, claim string) drain.Pair {
	return drain.Pair{Volume: drain.VolumeObject(Volume(volume)), Claim: claimNamed(claim, claim)}
}

// others is another volume of a disk, as a Plan names it.
func others(v *corev1.PersistentVolume) []drain.OtherVolume {
	claim := drain.RefObject(v.Spec.ClaimRef)
	return []drain.OtherVolume{{Object: drain.VolumeObject(v), Claim: &claim}}
}

// TestNeedsOfADiskAreNamespaced: who may look at the claims and Pods of the namespaces that the other volumes of a disk are of needs no more.
func TestNeedsOfADiskAreNamespaced(t *testing.T) {
	twin := Volume("twin", samePath, Has("theirs", "theirs-uid"), Phase(Released), elsewhere)
	free := drain.OtherVolume{Object: drain.VolumeObject(Volume("free", samePath))}
	for _, p := range Needs(drain.New("test"), drain.Step{Action: drain.OpenVolume, Object: drain.VolumeObject(Volume("v")),
		Parameters: &drain.FreeParameters{Pair: pairOf("v", "c"), Disk: append(others(twin), free)}}) {
		if !access.ClusterScoped(p.Resource) && p.Namespace != Ns && p.Namespace != "ops" {
			t.Errorf("it needs to %v", p)
		}
	}
}

// gone1 is the node n1, which is dead.
func gone1() []liveness.DeadNode { return []liveness.DeadNode{{Name: "n1", UID: UID("n1")}} }

// gone2 are two nodes that are dead.
func gone2() []liveness.DeadNode {
	return append(gone1(), liveness.DeadNode{Name: "n2", UID: UID("n2")})
}

func needingVolumes() []needing {
	v := drain.VolumeObject(Volume("v"))
	node := drain.NodeObject(Node("n1"))
	bound := All(Claim("c", BoundTo("v")), Volume("v", Has("c", "c-uid"), Deletes))
	twin := Volume("twin", samePath, Has("theirs", "theirs-uid"), Phase(Released), elsewhere)
	left := All(Node("node-0"), Volume("v", Has("c", "c-uid"), Phase(Released)), twin)
	disk := others(twin)
	next := drain.Object{Kind: drain.KindClaim, Namespace: "ops", Name: "next"}
	cordoned := Node("n1", Cordoned)
	cordoned.Annotations = map[string]string{drain.AnnCordonedFor: "v"}
	record := &drain.RecordParameters{Pair: pairOf("v", "c"), Unused: true}
	former := claimNamed("c", "c")
	former.Namespace = "ops"
	return []needing{
		{name: "a node", world: All(Node("n1")), step: drain.Step{Action: drain.CordonNode, Object: node, Parameters: &drain.CordonParameters{}}},
		{name: "a node", world: All(cordoned), step: drain.Step{Action: drain.UncordonNode, Object: node, Parameters: &drain.CordonParameters{For: "v"}}},
		{name: "unused", world: bound, step: drain.Step{Action: drain.RetainVolume, Object: v, Parameters: record}},
		{name: "unused", world: bound, step: drain.Step{Action: drain.RecordClaim, Object: v, Parameters: record}},
		{name: "a disk of two volumes", world: left, step: drain.Step{Action: drain.ReserveVolume, Object: v,
			Parameters: &drain.FreeParameters{Pair: pairOf("v", "c"), For: &next, Disk: disk}}},
		{name: "for a claim that is gone", world: All(Volume("v", ReservedFor("d"))), step: drain.Step{Action: drain.ReserveVolume, Object: v,
			Parameters: &drain.FreeParameters{Pair: drain.Pair{Volume: v, Claim: drain.Object{Kind: drain.KindClaim, Namespace: Ns, Name: "d"}}, For: &former, Former: true}}},
		{name: "a disk of two volumes", world: left, step: drain.Step{Action: drain.OpenVolume, Object: v, Parameters: &drain.FreeParameters{Pair: pairOf("v", "c"), Disk: disk}}},
		{name: "a volume that no claim had", world: All(Volume("v", ReservedFor("d"))), step: drain.Step{Action: drain.OpenVolume, Object: v,
			Parameters: &drain.FreeParameters{Pair: drain.Pair{Volume: v}}}},
		{name: "a volume", world: left, step: drain.Step{Action: drain.AwaitAvailable, Object: v, Parameters: &drain.Pair{Volume: v}}},
		{name: "of a dead node", world: All(left, Node("n1", Unreachable)), rests: gone1(),
			step: drain.Step{Action: drain.ForgetVolume, Object: v, Parameters: &drain.ForgetParameters{Pair: drain.Pair{Volume: v}, Nodes: gone1()}}},
	}
}

// reservedDB is a set of three, a volume on n3 that is reserved for the claim of db-1, and another one of the same disk.
func reservedDB() ([]any, drain.Reservation, *drain.Safeguards) {
	twin := Volume("twin", sameDisk, Has("theirs", "theirs-uid"), Phase(Released), elsewhere)
	world := All(Node("n0"), Node("n1"), Node("n2"), Node("n3"), Db(), Volume("p", On("n3"), ReservedFor("data-db-1")), twin)
	r := drain.Reservation{Pair: pairOf("p", "data-db-1"), Disk: others(twin)}
	return world, r, &drain.Safeguards{Owner: "StatefulSet/db", OwnerUID: UID("db"), Named: []string{"db-0", "db-2"}, Ready: 2, Node: "n3"}
}

func needingPods() []needing {
	db, reserved, safeguards := reservedDB()
	pod, run := drain.PodObject(MemberPod(StatefulSet("db", 3), 1, "n1")), Consumer("sum-a", "n1", "files", ControlledBy("Job", "sum"))
	deletes := drain.Step{Action: drain.DeleteClaim, Parameters: &drain.DeleteClaimParameters{Pair: pairOf("n1-data", "data-db-1")}}
	job, dead := All(run, Job("sum")), All(run, Job("sum"), Node("n1", Unreachable), Node("n2", Unreachable))
	force := drain.Step{Action: drain.ForceDeletePod, Object: drain.PodObject(run), Parameters: &drain.DeletePodParameters{KeepsJob: true, Nodes: gone1()}}
	return []needing{
		{name: "of a Job", world: dead, rests: gone1(), step: force},
		{name: "others are dead", world: dead, rests: gone2(), step: force},
		{name: "of a member", world: db, later: []drain.Step{deletes}, step: drain.Step{Action: drain.EvictPod, Object: pod,
			Parameters: &drain.EvictParameters{PodGuards: drain.PodGuards{Member: "db-1", Safeguards: safeguards}, Reserved: []drain.Reservation{reserved}}}},
		{name: "whose claim stays", world: db, step: drain.Step{Action: drain.EvictPod, Object: pod, Parameters: &drain.EvictParameters{
			PodGuards: drain.PodGuards{Member: "db-1", Safeguards: &drain.Safeguards{OwnerUID: UID("db"), Node: "n1", Kept: true, Next: []drain.Demands{{}}}},
			Keeps:     []drain.Pair{pairOf("n1-data", "data-db-1")}}}},
		{name: "of a Job", world: All(job, Node("n1")), step: drain.Step{Action: drain.EvictPod, Object: drain.PodObject(run),
			Parameters: &drain.EvictParameters{PodGuards: drain.PodGuards{KeepsJob: true}}}},
		{name: "its machine took the name of another", world: All(run, Node("n1")), rests: gone1(), step: drain.Step{Action: drain.EvictPod, Object: drain.PodObject(run),
			Parameters: &drain.EvictParameters{Nodes: gone1()}}},
		{name: "a node", world: db, step: drain.Step{Action: drain.CheckEmpty, Object: drain.NodeObject(Node("n1")), Parameters: &drain.CheckEmptyParameters{}}},
		{name: "held", world: db, step: drain.Step{Action: drain.AwaitUnused, Object: pod,
			Parameters: &drain.AwaitUnusedParameters{Pair: pairOf("n1-data", "data-db-1"), Claims: []drain.Object{claimNamed("data-db-1", "data-db-1")}}}},
	}
}

func needingClaims() []needing {
	db, reserved, safeguards := reservedDB()
	claim, class := claimNamed("data-db-1", "data-db-1"), Class
	waits := With(db, MemberPod(StatefulSet("db", 3), 1, ""))
	of := func(p drain.DeleteClaimParameters) drain.Step {
		p.Pair, p.Policy = pairOf("n1-data", "data-db-1"), corev1.PersistentVolumeReclaimRetain
		return drain.Step{Action: drain.DeleteClaim, Object: claim, Parameters: &p}
	}
	saved := Volume("v", ReservedFor("c"), SavedFrom(Claim("c", WithUID("old"))))
	creates := drain.Step{Action: drain.CreateClaim, Object: claimNamed("c", "c"), Parameters: &drain.Pair{Volume: drain.VolumeObject(saved), Claim: claimNamed("c", "old")}}
	return []needing{
		{name: "with safeguards", world: waits, step: of(drain.DeleteClaimParameters{Member: "db-1", Safeguards: safeguards, Place: &reserved.Volume, Disk: reserved.Disk})},
		{name: "unused", world: All(waits, StorageClass(class)), step: of(drain.DeleteClaimParameters{Unused: true, DefaultClass: new(string)})},
		{name: "of a dead node", world: With(waits, Node("n1", Unreachable)), rests: gone1(),
			step: of(drain.DeleteClaimParameters{Member: "db-1", Safeguards: &drain.Safeguards{}, Nodes: gone1()})},
		{name: "of a dead node, without safeguards", world: With(waits, Node("n1", Unreachable)), rests: gone1(), step: of(drain.DeleteClaimParameters{Nodes: gone1()})},
		{name: "that nobody else needs", world: waits, step: of(drain.DeleteClaimParameters{Place: &reserved.Volume, Disk: reserved.Disk, DefaultClass: &class})},
		{name: "of what is erased", world: With(waits, Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Deletes)), step: drain.Step{Action: drain.DeleteClaim, Object: claim,
			Parameters: &drain.DeleteClaimParameters{Pair: pairOf("n1-data", "data-db-1"), Policy: corev1.PersistentVolumeReclaimDelete}}},
		{name: "saved", world: All(saved), step: creates},
		{name: "one of the name is going", world: All(saved, Claim("c", Deleting)), step: creates},
	}
}

func needingWaits() []needing {
	v, pair := Volume("v", On("n3"), Has("c", "c-uid")), pairOf("v", "c")
	held := All(v, Claim("c", BoundTo("v"), Deleting), Consumer("web", "n3", "c"))
	waits := func(name string, a drain.Action, world ...any) needing {
		return needing{name: name, world: world, step: drain.Step{Action: a, Object: pair.Claim, Parameters: &pair}}
	}
	pod := Consumer("pg-1", "", "c", ControlledBy("Cluster", "pg"))
	cluster := drain.Object{Kind: "Cluster", Namespace: Ns, Name: "pg", UID: UID("pg")}
	ready := func(name string, p drain.AwaitReadyParameters, nudges int, world ...any) needing {
		p.Pair, p.Claims, p.Member = drain.Pair{Volume: pair.Volume, Claim: claimNamed("c", "old")}, []drain.Object{claimNamed("c", "old")}, "pg-1"
		return needing{name: name, world: world, step: drain.Step{Action: drain.AwaitReady, Object: drain.Object{Kind: drain.KindPod, Namespace: Ns}, Parameters: &p},
			edit: func(s *stepRun) { s.lastNudge, s.nudges = s.lastNudge.Add(-time.Minute), nudges }}
	}
	saved := Volume("v", On("n3"), ReservedFor("c"), SavedFrom(Claim("c", WithUID("old"))))
	return []needing{
		waits("held", drain.AwaitReleased, held...), waits("gone", drain.AwaitReleased, v),
		waits("held", drain.AwaitCleaned, held...), waits("held", drain.AwaitBound, held...),
		ready("apart from its volume", drain.AwaitReadyParameters{}, 0, Node("n3"), Node("n6"), v, Claim("c", BoundTo("v")), Consumer("pg-1", "n6", "c")),
		ready("its claim is missing", drain.AwaitReadyParameters{}, 0, saved, pod),
		ready("its operator makes no claim", drain.AwaitReadyParameters{Owner: &cluster, Members: 1}, maxNudges, saved, pod),
	}
}

// TestPreflightKnowsNoMoreThanIsNeeded: what needs a permission is known by its parameters, and not by its action alone.
func TestPreflightKnowsNoMoreThanIsNeeded(t *testing.T) {
	plan := planned(t, toRelease(drain.ReleaseRequest{Targets: Pvc("c")}), NewWorld(t, Claim("c", BoundTo("v")), Volume("v", Has("c", "c-uid"), Deletes)).Everything())
	for _, p := range (&Executor{Clock: NewInstantClock()}).newRun(plan).needs() {
		if p.Resource == "nodes" || p.Resource == "jobs" || p.Namespace == "" && !access.ClusterScoped(p.Resource) {
			t.Errorf("a release needs to %v", p)
		}
	}
}

// TestMissingPermissionsSayWhere: who may list Pods of a namespace is told that those of all are meant.
func TestMissingPermissionsSayWhere(t *testing.T) {
	err := &DeniedError{Missing: []Permission{{Need{"list", "pods"}, ""}, {Need{"list", "pods"}, Ns}, {Need{"list", "nodes"}, ""}}}
	const want = "not allowed to list pods in all namespaces, nor to list pods in namespace shop, nor to list nodes; nothing was changed; ask an administrator for those permissions"
	if got := said(err.Fact()); got != want {
		t.Errorf("it says %q, not %q", got, want)
	}
}
