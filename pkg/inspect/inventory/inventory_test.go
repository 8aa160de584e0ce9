package inventory_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// inventory reports the volumes of a Snapshot in full.
func listed(s *inspect.Snapshot, f inventory.VolumeFilter) []inventory.VolumeReport {
	return inventory.Volumes(inspect.NewIndex(s), inventory.VolumeQuery{Filter: f, Detail: true})
}

func reportNames(reports []inventory.VolumeReport) string {
	var names []string
	for i := range reports {
		names = append(names, reports[i].Name)
	}
	return strings.Join(names, " ")
}

// The machine output is a contract: this is all of it, as programs see it.
func TestVolumeReportJSON(t *testing.T) {
	v := Volume("pv-0", Has("data-0", "data-0-uid"))
	v.CreationTimestamp = Ago(0)
	s := Snapshot(t, Node("node-0", Cordoned), v, Claim("data-0"), Pod("db-0", Uses("data-0"), RunsOn("node-0"), ControlledBy("StatefulSet", "db")))

	got, err := json.MarshalIndent(listed(s, inventory.VolumeFilter{}), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want := `[
  {
    "name": "pv-0",
    "uid": "pv-0-uid",
    "phase": "Bound",
    "capacity": "100Gi",
    "capacityBytes": 107374182400,
    "storageClass": "local-ssd",
    "volumeMode": "Filesystem",
    "accessModes": [
      "ReadWriteOnce"
    ],
    "reclaimPolicy": "Retain",
    "source": {
      "type": "local",
      "path": "/mnt/pv-0"
    },
    "home": {
      "state": "node",
      "nodes": [
        {
          "name": "node-0",
          "ready": "True",
          "unschedulable": true
        }
      ]
    },
    "claim": {
      "namespace": "shop",
      "name": "data-0",
      "uid": "data-0-uid",
      "state": "bound"
    },
    "consumers": [
      {
        "namespace": "shop",
        "name": "db-0",
        "phase": "Running",
        "node": "node-0"
      }
    ],
    "owner": {
      "kind": "StatefulSet",
      "name": "db"
    },
    "createdAt": "2026-03-01T12:00:00Z"
  }
]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestClaimStates(t *testing.T) {
	other := Claim("data-0", WithUID("other-uid"))
	for _, tc := range []struct {
		name   string
		change []func(*corev1.PersistentVolume)
		claims []*corev1.PersistentVolumeClaim
		gap    bool
		want   string
	}{
		{name: "none", want: ""},
		{name: "bound", change: []func(*corev1.PersistentVolume){Has("data-0", "data-0-uid")},
			claims: []*corev1.PersistentVolumeClaim{Claim("data-0")}, want: "shop/data-0"},
		{name: "bound, and the claims cannot be read", change: []func(*corev1.PersistentVolume){Has("data-0", "data-0-uid")},
			gap: true, want: "shop/data-0"},
		{name: "bound, and the claim has just gone", change: []func(*corev1.PersistentVolume){Has("data-0", "data-0-uid")},
			want: "shop/data-0 (gone)"},
		{name: "bound to an earlier claim of that name", change: []func(*corev1.PersistentVolume){Has("data-0", "data-0-uid")},
			claims: []*corev1.PersistentVolumeClaim{other}, want: "shop/data-0 (earlier)"},
		{name: "released, and another claim has the name", change: []func(*corev1.PersistentVolume){Has("data-0", "data-0-uid"), Phase(Released)},
			claims: []*corev1.PersistentVolumeClaim{other}, want: "shop/data-0 (earlier)"},
		{name: "released", change: []func(*corev1.PersistentVolume){Has("data-0", "data-0-uid"), Phase(Released)},
			gap: true, want: "shop/data-0 (gone)"},
		{name: "failed", change: []func(*corev1.PersistentVolume){Has("data-0", "data-0-uid"), Phase(corev1.VolumeFailed)},
			want: "shop/data-0 (gone)"},
		{name: "reserved", change: []func(*corev1.PersistentVolume){ReservedFor("next")}, want: "shop/next (reserved)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := &inspect.Snapshot{Nodes: []*corev1.Node{Node("node-0")}, Claims: tc.claims, Volumes: []*corev1.PersistentVolume{Volume("pv", tc.change...)}}
			if tc.gap {
				s.Gaps = []inspect.Gap{{Kind: inspect.PersistentVolumeClaims, Reason: "forbidden: list persistentvolumeclaims"}}
			}
			if got := listed(s, inventory.VolumeFilter{})[0].Claim.Label(); got != tc.want {
				t.Errorf("claim is %q, want %q", got, tc.want)
			}
		})
	}
}

// Who uses a volume is only known of the claim that has it, and only if Pods could be read.
func TestConsumers(t *testing.T) {
	bound := Volume("pv", Has("data-0", "data-0-uid"))
	released := Volume("pv", Has("data-0", "data-0-uid"), Phase(Released))
	gaps := []inspect.Gap{{Kind: inspect.Pods, Reason: "forbidden: list pods"}}
	for _, tc := range []struct {
		name      string
		volume    *corev1.PersistentVolume
		gaps      []inspect.Gap
		want      string
		wantKnown bool
	}{
		{"all Pods that name it", bound, nil, "a,b", true},
		{"not those of a new claim of that name", released, nil, "", true},
		{"unknown", bound, gaps, "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := &inspect.Snapshot{Nodes: []*corev1.Node{Node("node-0")}, Volumes: []*corev1.PersistentVolume{tc.volume}, Gaps: tc.gaps,
				Claims: []*corev1.PersistentVolumeClaim{Claim("data-0")}, Pods: []*corev1.Pod{Pod("b", Uses("data-0")), Pod("a", Uses("data-0")), Pod("c", Uses("other"))}}
			r := listed(s, inventory.VolumeFilter{})[0]
			if got, known := r.PodNames(); got != tc.want || known != tc.wantKnown {
				t.Errorf("Pods are %q (known: %t), want %q (%t)", got, known, tc.want, tc.wantKnown)
			}
		})
	}
}

func TestHomeStatus(t *testing.T) {
	unready, unheard := Condition(corev1.ConditionFalse, time.Hour), func(n *corev1.Node) { n.Status.Conditions = nil }
	for _, tc := range []struct {
		name, label, status string
		hosts               []string
		nodes               []*corev1.Node
		gap                 bool
	}{
		{name: "ready", nodes: []*corev1.Node{Node("node-0")}, label: "node-0", status: "Ready"},
		{name: "cordoned", nodes: []*corev1.Node{Node("node-0", Cordoned)}, label: "node-0", status: "Ready,SchedulingDisabled"},
		{name: "not ready", nodes: []*corev1.Node{Node("node-0", unready)}, label: "node-0", status: "NotReady"},
		{name: "unreachable", nodes: []*corev1.Node{Node("node-0", Unreachable)}, label: "node-0", status: "unreachable"},
		{name: "never heard of", nodes: []*corev1.Node{Node("node-0", unheard)}, label: "node-0", status: "unreachable"},
		{name: "missing", label: "node-0", status: "missing"},
		{name: "unknown", gap: true, label: "node-0", status: "unknown"},
		{name: "two alike", hosts: []string{"node-1", "node-0"}, label: "node-0,node-1", status: "Ready",
			nodes: []*corev1.Node{Node("node-1"), Node("node-0")}},
		{name: "two that differ", hosts: []string{"node-1", "node-0"}, label: "node-0,node-1", status: "NotReady/Ready",
			nodes: []*corev1.Node{Node("node-1"), Node("node-0", unready)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := Volume("pv")
			if tc.hosts != nil {
				Within(Term(In(corev1.LabelHostname, tc.hosts...)))(v)
			}
			s := &inspect.Snapshot{Nodes: tc.nodes, Volumes: []*corev1.PersistentVolume{v}}
			if tc.gap {
				s.Gaps = []inspect.Gap{{Kind: inspect.Nodes, Reason: "forbidden: list nodes"}}
			}
			got := listed(s, inventory.VolumeFilter{})
			if len(got) != 1 || got[0].Home.Label() != tc.label || got[0].Home.Status() != tc.status {
				t.Errorf("got %d reports, first home %q %q, want one, %q %q", len(got), got[0].Home.Label(), got[0].Home.Status(), tc.label, tc.status)
			}
			if got[0].Home.Unreachable() != (tc.status == "unreachable") {
				t.Errorf("unreachable: %t with status %s", got[0].Home.Unreachable(), tc.status)
			}
		})
	}
}

// shelf is one volume for each part of a filter to find.
func shelf() *inspect.Snapshot {
	return &inspect.Snapshot{
		Nodes: []*corev1.Node{Node("node-0"), Node("node-1")},
		Volumes: []*corev1.PersistentVolume{
			Volume("e-elsewhere", On("node-1")),
			Volume("d-gone", On("node-9"), Has("old", "old-uid"), Phase(Released)),
			Volume("c-new", Phase("")),
			Volume("b-bound", Has("data", "data-uid"), func(v *corev1.PersistentVolume) { v.Spec.ClaimRef.Namespace = "bank" }),
			Volume("a-labelled", VolumeLabel("disk", "nvme"), OfClass("fast")),
		},
	}
}

func TestVolumeFilter(t *testing.T) {
	nvme, err := labels.Parse("disk=nvme")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name   string
		filter inventory.VolumeFilter
		want   string
	}{
		{"none", inventory.VolumeFilter{}, "a-labelled b-bound c-new e-elsewhere d-gone"},
		{"node", inventory.VolumeFilter{Nodes: []string{"node-1"}}, "e-elsewhere"},
		{"nodes, one of them gone", inventory.VolumeFilter{Nodes: []string{"node-9", "node-1"}}, "e-elsewhere d-gone"},
		{"phase", inventory.VolumeFilter{Phases: []corev1.PersistentVolumePhase{corev1.VolumeBound}}, "b-bound"},
		{"a volume that nobody has looked at is pending", inventory.VolumeFilter{Phases: []corev1.PersistentVolumePhase{corev1.VolumePending}}, "c-new"},
		{"phases", inventory.VolumeFilter{Phases: []corev1.PersistentVolumePhase{corev1.VolumeReleased, corev1.VolumeBound}}, "b-bound d-gone"},
		{"class", inventory.VolumeFilter{Classes: []string{"fast"}}, "a-labelled"},
		{"selector", inventory.VolumeFilter{Selector: nvme}, "a-labelled"},
		{"namespace of the claim", inventory.VolumeFilter{Namespace: "shop"}, "d-gone"},
		{"orphaned", inventory.VolumeFilter{Orphaned: true}, "d-gone"},
		{"all must hold", inventory.VolumeFilter{Nodes: []string{"node-0"}, Orphaned: true}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := reportNames(listed(shelf(), tc.filter)); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// A home that cannot be told is never one that is missing.
func TestUnknownIsNeverOrphaned(t *testing.T) {
	s := shelf()
	s.Nodes, s.Gaps = nil, []inspect.Gap{{Kind: inspect.Nodes, Reason: "forbidden: list nodes"}}
	if got := reportNames(listed(s, inventory.VolumeFilter{Orphaned: true})); got != "" {
		t.Errorf("orphaned without knowing the nodes: %s", got)
	}
}

func TestSortVolumes(t *testing.T) {
	report := func(name, node, class string, bytes int64, phase corev1.PersistentVolumePhase, days int) inventory.VolumeReport {
		return inventory.VolumeReport{Name: name, StorageClass: class, CapacityBytes: bytes, Phase: phase,
			CreatedAt: metav1.NewTime(Now().AddDate(0, 0, -days)),
			Home:      inventory.HomeReport{State: inspect.HomeNode, Nodes: []inspect.HomeMember{{Name: node}}}}
	}
	reports := []inventory.VolumeReport{
		report("a", "node-2", "slow", 3, corev1.VolumeFailed, 1),
		report("b", "node-1", "fast", 2, corev1.VolumeBound, 3),
		report("c", "node-1", "fast", 1, corev1.VolumeAvailable, 2),
		report("d", "node-0", "slow", 3, corev1.VolumeBound, 2),
	}
	for key, want := range map[inventory.SortKey]string{
		inventory.SortByNode: "d b c a", inventory.SortByName: "a b c d", inventory.SortByCapacity: "c b a d",
		inventory.SortByPhase: "c b d a", inventory.SortByClass: "b c a d", inventory.SortByAge: "a c d b",
	} {
		shuffled := slices.Clone(reports)
		slices.Reverse(shuffled)
		if err := inventory.SortVolumes(shuffled, key); err != nil {
			t.Fatal(err)
		}
		if got := reportNames(shuffled); got != want {
			t.Errorf("by %s: %s, want %s", key, got, want)
		}
	}
	if err := inventory.SortVolumes(reports, "size"); err == nil {
		t.Error("an unknown key was taken")
	}
	for _, key := range inventory.SortKeys() {
		if err := inventory.SortVolumes(reports, key); err != nil {
			t.Error(err)
		}
	}
}

func TestSummarize(t *testing.T) {
	s := shelf()
	big := Volume("f-big", Sized("300Gi"))
	reserved := Volume("g-reserved", Sized("500Gi"), ReservedFor("next"))
	leaving := Volume("h-leaving", Sized("700Gi"), Deleting)
	s.Volumes = append(s.Volumes, big, reserved, leaving, Volume("i"))
	var got []string
	for _, r := range inventory.Summarize(listed(s, inventory.VolumeFilter{})) {
		got = append(got, strings.Join([]string{r.Node, r.Status, r.StorageClass, r.Capacity, r.Phases[corev1.VolumeAvailable].Capacity, r.LargestFree}, " "))
	}
	want := []string{
		"node-0 Ready fast 100Gi 100Gi 100Gi",
		"node-0 Ready local-ssd 1800Gi 1600Gi 300Gi", // not the reserved 500Gi, nor the 700Gi that are going
		"node-1 Ready local-ssd 100Gi 100Gi 100Gi",
		"node-9 missing local-ssd 100Gi  ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTotalsAddUp(t *testing.T) {
	reports := listed(shelf(), inventory.VolumeFilter{})
	all, phases := inventory.Totals(reports)
	n, sum := 0, resource.Quantity{}
	for _, p := range phases {
		n += p.Volumes
		sum.Add(p.Sum())
	}
	if all.Volumes != len(reports) || n != all.Volumes || all.Capacity != "500Gi" || sum.Value() != all.CapacityBytes {
		t.Errorf("all %+v, by phase %d volumes of %s", all, n, sum.String())
	}
}

func TestNamesToChooseFrom(t *testing.T) {
	ix := inspect.NewIndex(shelf())
	if diff := cmp.Diff([]string{"node-0", "node-1", "node-9"}, inventory.PlaceNames(ix)); diff != "" {
		t.Errorf("places: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"fast", "local-ssd"}, inventory.LocalClasses(ix)); diff != "" {
		t.Errorf("classes: -want +got:\n%s", diff)
	}
}

func TestPhaseLabelSaysThatAVolumeGoes(t *testing.T) {
	r := inventory.VolumeReport{Phase: corev1.VolumeBound}
	if got := r.PhaseLabel(); got != "Bound" {
		t.Error(got)
	}
	r.DeletedAt = &metav1.Time{Time: Now()}
	if got := r.PhaseLabel(); got != "Bound,Terminating" {
		t.Error(got)
	}
}

// TestCordonedVolumesAreShown holds that a volume which is given to no claim looks so, and does not count as free.
func TestCordonedVolumesAreShown(t *testing.T) {
	ix := inspect.NewIndex(Snapshot(t, Node("node-0"), Volume("a"), Volume("b", VolumeAnnotation("localpv.dev/cordoned", "smart-errors")),
		Volume("c", VolumeAnnotation("localpv.dev/cordoned", "")), Volume("d", func(v *corev1.PersistentVolume) {
			v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "localpv-cordoned", Name: "slow"}
		})))
	want := map[string]string{"a": "Available", "b": "Available (cordoned: smart-errors)", "c": "Available (cordoned)", "d": "Available (cordoned: slow)"}
	for _, r := range inventory.Volumes(ix, inventory.VolumeQuery{}) {
		if got := r.PhaseLabel(); got != want[r.Name] {
			t.Errorf("%s is %q, want %q", r.Name, got, want[r.Name])
		}
		if r.Free() != (r.Name == "a") {
			t.Errorf("%s is free: %v", r.Name, r.Free())
		}
	}
}
