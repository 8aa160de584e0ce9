package planner

import (
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// naming is a claim that was created with spec.volumeName.
func naming(name, volume string, edits ...func(*corev1.PersistentVolumeClaim)) *corev1.PersistentVolumeClaim {
	names := func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = volume }
	return Claim(name, append([]func(*corev1.PersistentVolumeClaim){WithUID("new-uid"), names}, edits...)...)
}

// markedBound is a claim that was restored with the annotation of a bound one, and without its volume.
func markedBound(c *corev1.PersistentVolumeClaim) {
	c.Annotations = map[string]string{"pv.kubernetes.io/bind-completed": "yes"}
	c.Status.Phase = corev1.ClaimLost
}

// block asks for a block device.
func block(c *corev1.PersistentVolumeClaim) {
	mode := corev1.PersistentVolumeBlock
	c.Spec.VolumeMode = &mode
}

// lastNext is the last of what can be done next, in a line, and whether it is missing.
func lastNext(p *drain.Plan) (string, bool) {
	if len(p.Next) == 0 {
		return "", false
	}
	last := p.Next[len(p.Next)-1]
	return nextOf(last), last.Missing
}

// reservesByName wants a Plan to reserve a volume for a claim by its name alone, and nothing else to be done to any volume.
func reservesByName(t *testing.T, p *drain.Plan, volume, claim string) {
	t.Helper()
	if !slices.Equal(actionsOf(p), []drain.Action{drain.ReserveVolume, drain.AwaitAvailable}) {
		t.Fatalf("%s %v\n%s", p.Verdict, actionsOf(p), told(p))
	}
	free, ok := p.Steps[0].Parameters.(*drain.FreeParameters)
	if !ok || free.Volume.Name != volume || free.For == nil || free.For.String() != claim || free.For.UID != "" {
		t.Errorf("it does not reserve %s for whatever claim is called %s: %+v", volume, claim, free)
	}
}

// TestNextClaimGetsTheVolume: the claim of a member names a volume in vain. The member's own volume is reserved for the next claim, and the last thing
// that is said is how the present one gives way: with the Pod that waits for it, since the controller of the set does not watch claims.
func TestNextClaimGetsTheVolume(t *testing.T) {
	set, name := StatefulSet("db", 1), "data-db-0"
	other := Volume("w", Has("theirs", "theirs-uid"))
	base := All(Node("node-0"), set, MemberPod(set, 0, ""), left("v", name), Volume("free"), Claim("theirs", BoundTo("w")))
	for how, tc := range map[string]struct {
		world []any
		why   string
	}{
		"a volume that is gone":                  {[]any{naming(name, "gone")}, "there is none of that name"},
		"a volume that is gone, and Lost":        {[]any{Claim(name, WithUID("new-uid"), BoundTo("gone"), lostClaim)}, "there is none of that name"},
		"a volume with another claim":            {[]any{other, naming(name, "w")}, "names claim shop/theirs"},
		"a volume with another claim, and Lost":  {[]any{other, Claim(name, WithUID("new-uid"), BoundTo("w"), lostClaim)}, "names claim shop/theirs"},
		"a volume that is reserved":              {[]any{Volume("w", ReservedFor("theirs")), naming(name, "w")}, "names claim shop/theirs"},
		"a volume that another claim left":       {[]any{left("w", "d"), naming(name, "w")}, "names claim shop/d"},
		"no volume, and counts as bound":         {[]any{Claim(name, WithUID("new-uid"), markedBound)}, "bind-completed and names no volume"},
		"a free volume that is too small":        {[]any{Volume("w", Sized("1Gi")), naming(name, "w")}, "1Gi"},
		"a free volume of another class":         {[]any{Volume("w", OfClass("slow")), naming(name, "w")}, "slow"},
		"a free volume of the other volume mode": {[]any{Volume("w"), naming(name, "w", block)}, "Block"},
	} {
		t.Run(how, func(t *testing.T) {
			s := Snapshot(t, All(base, tc.world)...)
			asked := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key(name)}), s)
			reservesByName(t, asked, "v", "shop/"+name)
			const command = "kubectl delete pvc/data-db-0 pod/db-0 -n shop"
			last, missing := lastNext(asked)
			if !missing || !strings.HasSuffix(last, command) || !strings.Contains(last, "StatefulSet/db recreates it") || !strings.Contains(last, tc.why) {
				t.Errorf("the last thing it says is %q", last)
			}
			if !slices.Equal(asked.StillWaiting, []string{"shop/" + name}) {
				t.Errorf("still waiting: %v", asked.StillWaiting)
			}
			for _, r := range []drain.ReclaimRequest{{Volumes: []string{"v"}, KeepData: true}, {Selection: &inventory.VolumeFilter{Nodes: []string{"node-0"}}, KeepData: true}} {
				freed := planOf(t, reclaiming(r), s)
				if again, missing := lastNext(freed); freed.Verdict != drain.Ready || !missing || again != last || len(freed.StillWaiting) > 0 {
					t.Errorf("reclaim says last %q, and of who waits %v: %s", again, freed.StillWaiting, told(freed))
				}
			}
			back := planOf(t, reattaching(drain.ReattachRequest{Volume: "v"}), s)
			tells(t, back, drain.Blocked, "first kubectl localpv reclaim v --keep-data --for shop/data-db-0, then "+command, tc.why)
			if lost := strings.HasSuffix(how, ", and Lost"); strings.Contains(told(back), "so it has no data") == lost || strings.Contains(told(back), "so it cannot use what it may have there") != lost {
				t.Errorf("of its data it says: %s", told(back))
			}
			release := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc(name)}), s)
			if text := told(release); release.Verdict != drain.Blocked || strings.Contains(text, "delete pvc") && !strings.Contains(text, "first kubectl localpv reclaim") {
				t.Errorf("release has the claim go before the volume is reserved: %s", text)
			}
		})
	}
}

// TestNewClaimGetsTheVolume: nothing recreates the claim, so it is said how somebody does, and Pods that nothing recreates are left alone.
func TestNewClaimGetsTheVolume(t *testing.T) {
	pod := Consumer("web-1", "", "c", ControlledBy("ReplicaSet", "web"))
	saved := SavedFrom(Claim("c", WithUID("earlier-c")))
	const remove = "kubectl delete pvc c -n shop"
	for how, tc := range map[string]struct {
		volume, claim any
		says          []string
	}{
		"standalone":          {left("v", "c"), naming("c", "gone"), []string{"without spec.volumeName", "kubectl get pvc c -n shop -o yaml > c.yaml && " + remove}},
		"saved on the volume": {left("v", "c", saved), naming("c", "gone"), []string{remove + " && kubectl localpv reattach v"}},
		"of an operator":      {left("v", "c"), naming("c", "gone", OwnedBy("Cluster", "pg")), []string{"which Cluster/pg may create", remove}},
		"of a Pod":            {left("v", "c"), naming("c", "gone", OwnedBy(drain.KindPod, "web-1")), []string{"Pod/web-1 recreates it", remove}},
	} {
		t.Run(how, func(t *testing.T) {
			s := Snapshot(t, Node("node-0"), tc.volume, tc.claim, pod)
			plan := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key("c")}), s)
			reservesByName(t, plan, "v", "shop/c")
			last, missing := lastNext(plan)
			for _, want := range tc.says {
				if !missing || !strings.Contains(last, want) || strings.Contains(last, "pod/") {
					t.Errorf("the last thing it says is %q, without %q", last, want)
				}
			}
			back := planOf(t, reattaching(drain.ReattachRequest{Volume: "v"}), s)
			tells(t, back, drain.Blocked, "first kubectl localpv reclaim v --keep-data --for shop/c, then kubectl", remove)
		})
	}
}

// TestNextClaimWouldNotFit: a volume is not reserved for a next claim that could not be bound to it, or that names the same volume in vain.
func TestNextClaimWouldNotFit(t *testing.T) {
	name := "data-db-0"
	named := func(s *appsv1.StatefulSet) { s.Spec.VolumeClaimTemplates[0].Spec.VolumeName = "gone" }
	for how, tc := range map[string]struct {
		world []any
		says  string
	}{
		"the template asks for more":        {[]any{StatefulSet("db", 1, templateOf(Asks("900Gi"))), naming(name, "gone")}, "900Gi"},
		"the template names the volume":     {[]any{StatefulSet("db", 1, named), naming(name, "gone")}, "its template names volume gone (spec.volumeName)"},
		"the claim itself asks for more":    {[]any{naming(name, "gone", Asks("900Gi"))}, "900Gi"},
		"the claim itself asks for a class": {[]any{naming(name, "gone", WantsClass("slow"))}, "slow"},
	} {
		t.Run(how, func(t *testing.T) {
			s := Snapshot(t, All(Node("node-0"), left("v", name), tc.world)...)
			asked := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key(name)}), s)
			tells(t, asked, drain.Blocked, tc.says)
			freed := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), s)
			tells(t, freed, drain.Blocked, tc.says)
			if len(asked.StillWaiting) > 0 {
				t.Errorf("still waiting beside a blocker: %v", asked.StillWaiting)
			}
			back := planOf(t, reattaching(drain.ReattachRequest{Volume: "v"}), s)
			tells(t, back, drain.Blocked, "cannot be reserved for the next claim of that name: ", tc.says)
			if strings.Contains(told(back), "kubectl delete") {
				t.Errorf("a claim is to be deleted for nothing: %s", told(back))
			}
		})
	}
}

// TestClaimDoesNotNameInVain: a claim that may get the volume which it names, or has data, is not told to go, and the volume is not reserved.
func TestClaimDoesNotNameInVain(t *testing.T) {
	name, lacking := "c", inspect.Gap{Kind: inspect.PersistentVolumes, Reason: "forbidden: list persistentvolumes"}
	for how, world := range map[string][]any{
		"it is bound to another":           {Claim(name, BoundTo("w")), Volume("w", Has(name, "c-uid"))},
		"it will be bound to another":      {naming(name, "w"), Volume("w")},
		"another is reserved for it":       {naming(name, "w"), Volume("w", ReservedFor(name))},
		"a Pod runs with it":               {Claim(name, WithUID("new-uid"), BoundTo("gone"), lostClaim, young), Consumer("p", "node-1", name), Node("node-1")},
		"volumes could not be read":        {naming(name, "gone"), lacking},
		"it counts as bound to a free one": {Claim(name, BoundTo("w")), Volume("w")},
	} {
		t.Run(how, func(t *testing.T) {
			s := Snapshot(t, All(Node("node-0"), left("v", name), world)...)
			plan := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key(name)}), s)
			if text := told(plan); plan.Verdict != drain.Blocked || strings.Contains(text, "kubectl delete pvc") {
				t.Error(text)
			}
		})
	}
}

// young has a claim be created this moment.
func young(c *corev1.PersistentVolumeClaim) { c.CreationTimestamp = Ago(0) }

// TestReservedForTheNextClaimAlready: run again, reclaim says again what is missing; and the volume is opened to nobody, although a claim counts as
// bound to another that is not there.
func TestReservedForTheNextClaimAlready(t *testing.T) {
	set, name := StatefulSet("db", 1), "data-db-0"
	for how, claim := range map[string]any{"Pending": naming(name, "gone"), "Lost": Claim(name, WithUID("new-uid"), BoundTo("gone"), lostClaim)} {
		t.Run(how, func(t *testing.T) {
			s := Snapshot(t, All(Node("node-0"), set, MemberPod(set, 0, ""), Volume("v", ReservedFor(name)), claim)...)
			again := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key(name)}), s)
			last, missing := lastNext(again)
			if again.Verdict != drain.NothingToDo || !missing || !strings.HasSuffix(last, "kubectl delete pvc/data-db-0 pod/db-0 -n shop") || len(again.StillWaiting) != 1 {
				t.Errorf("%s, last %q: %s", again.Verdict, last, told(again))
			}
			if open := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), s); slices.Contains(actionsOf(open), drain.OpenVolume) {
				t.Errorf("it opens what is reserved for the next claim: %s", told(open))
			}
			back := planOf(t, reattaching(drain.ReattachRequest{Volume: "v"}), s)
			tells(t, back, drain.Blocked, "v is reserved already", "kubectl delete pvc/data-db-0 pod/db-0 -n shop")
			if strings.Contains(told(back), "localpv reclaim") {
				t.Errorf("what is reserved is to be reserved: %s", told(back))
			}
		})
	}
}

// TestOwnDataIsKeptForAClaimThatNamesAnother: a claim that has another volume, or gets one, does not need its earlier data, and that is opened.
func TestOwnDataIsKeptForAClaimThatNamesAnother(t *testing.T) {
	for how, world := range map[string][]any{
		"bound to another":             {Claim("c", BoundTo("w")), Volume("w", Has("c", "c-uid"))},
		"about to be bound to another": {naming("c", "w"), Volume("w")},
	} {
		plan := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), Snapshot(t, All(Node("node-0"), left("v", "c"), world)...))
		if plan.Verdict != drain.Ready || !slices.Contains(actionsOf(plan), drain.OpenVolume) {
			t.Errorf("%s: %s", how, told(plan))
		}
	}
}

// TestVolumeThatARestoredClaimCountsOn: of two volumes that claims of one name left, a restored claim counts on one, so the other is not chosen for it.
func TestVolumeThatARestoredClaimCountsOn(t *testing.T) {
	s := Snapshot(t, Node("node-0"), left("v", "c"), left("w", "c"), restoredClaim("c", "w"))
	plan := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), s)
	if !slices.Equal(codesOf(plan), []drain.BlockerCode{drain.BlockedAnother}) || strings.Contains(told(plan), "kubectl delete") {
		t.Error(told(plan))
	}
}

// TestReleaseOfAClaimThatNamesInVain: an earlier release has left its data on a volume, and no volume is to be released that is not there.
func TestReleaseOfAClaimThatNamesInVain(t *testing.T) {
	s := Snapshot(t, Node("node-0"), left("v", "c", SavedFrom(Claim("c", WithUID("earlier-c")))), naming("c", "gone"))
	plan := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("c")}), s)
	tells(t, plan, drain.Blocked, "first kubectl localpv reclaim v --keep-data --for shop/c, then kubectl delete pvc c -n shop && kubectl localpv reattach v")
	if strings.Contains(told(plan), "release pv/gone") {
		t.Errorf("a volume is to be released that is not there: %s", told(plan))
	}
	alone := planOf(t, releasing(drain.ReleaseRequest{Targets: Pvc("c")}), Snapshot(t, Node("node-0"), naming("c", "gone")))
	tells(t, alone, drain.Blocked, "its volume gone does not exist", "kubectl delete pvc c -n shop")
}

// TestReservationForTheNextClaimIsKept: nobody else is given what is reserved for the next claim of a name, while the present one names another
// volume in vain.
func TestReservationForTheNextClaimIsKept(t *testing.T) {
	world := All(Node("node-0"), Volume("v", ReservedFor("c")), Claim("c", WithUID("new"), BoundTo("gone"), lostClaim), Claim("other"))
	plan := planOf(t, reattaching(drain.ReattachRequest{Volume: "v", Claim: Key("other")}), Snapshot(t, world...))
	if text := told(plan); plan.Verdict != drain.Blocked || !strings.Contains(text, "v is Available and belongs to claim shop/c") && !strings.Contains(text, "reserved for claim shop/c") {
		t.Error(text)
	}
}
