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
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// stocked is a free volume of 100Gi on a host, with changes.
func stocked(name, host string, change ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
	v := volume(name, host)
	for _, f := range change {
		f(v)
	}
	return v
}

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
	v := stocked("pv-0", "node-0", claimedBy("shop", "data-0", "uid-claim-1"), inPhase(corev1.VolumeBound))
	v.CreationTimestamp = metav1.NewTime(now())
	p := pod("db-0", "data-0")
	p.Spec.NodeName, p.Status.Phase = "node-0", corev1.PodRunning
	yes := true
	p.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "StatefulSet", Name: "db", UID: "uid-db", Controller: &yes}}
	cordoned := node("node-0")
	cordoned.Spec.Unschedulable = true
	s := &inspect.Snapshot{Nodes: []*corev1.Node{cordoned}, Volumes: []*corev1.PersistentVolume{v},
		Claims: []*corev1.PersistentVolumeClaim{claim("data-0", "80Gi")}, Pods: []*corev1.Pod{p}}

	got, err := json.MarshalIndent(listed(s, inventory.VolumeFilter{}), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want := `[
  {
    "name": "pv-0",
    "uid": "uid-pv-1",
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
      "uid": "uid-claim-1",
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
    "createdAt": "2026-03-01T03:00:00Z"
  }
]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestClaimStates(t *testing.T) {
	other := claim("data-0", "80Gi")
	other.UID = "uid-claim-2"
	for _, tc := range []struct {
		name   string
		change []func(*corev1.PersistentVolume)
		claims []*corev1.PersistentVolumeClaim
		gap    bool
		want   string
	}{
		{name: "none", want: ""},
		{name: "bound", change: []func(*corev1.PersistentVolume){claimedBy("shop", "data-0", "uid-claim-1"), inPhase(corev1.VolumeBound)},
			claims: []*corev1.PersistentVolumeClaim{claim("data-0", "80Gi")}, want: "shop/data-0"},
		{name: "bound, and the claims cannot be read", change: []func(*corev1.PersistentVolume){claimedBy("shop", "data-0", "uid-claim-1"), inPhase(corev1.VolumeBound)},
			gap: true, want: "shop/data-0"},
		{name: "bound, and the claim has just gone", change: []func(*corev1.PersistentVolume){claimedBy("shop", "data-0", "uid-claim-1"), inPhase(corev1.VolumeBound)},
			want: "shop/data-0 (gone)"},
		{name: "bound to an earlier claim of that name", change: []func(*corev1.PersistentVolume){claimedBy("shop", "data-0", "uid-claim-1"), inPhase(corev1.VolumeBound)},
			claims: []*corev1.PersistentVolumeClaim{other}, want: "shop/data-0 (gone)"},
		{name: "released", change: []func(*corev1.PersistentVolume){claimedBy("shop", "data-0", "uid-claim-1"), inPhase(corev1.VolumeReleased)},
			gap: true, want: "shop/data-0 (gone)"},
		{name: "failed", change: []func(*corev1.PersistentVolume){claimedBy("shop", "data-0", "uid-claim-1"), inPhase(corev1.VolumeFailed)},
			want: "shop/data-0 (gone)"},
		{name: "reserved", change: []func(*corev1.PersistentVolume){claimedBy("shop", "next", "")}, want: "shop/next (reserved)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := &inspect.Snapshot{Nodes: []*corev1.Node{node("node-0")}, Claims: tc.claims, Volumes: []*corev1.PersistentVolume{stocked("pv", "node-0", tc.change...)}}
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
	bound := stocked("pv", "node-0", claimedBy("shop", "data-0", "uid-claim-1"), inPhase(corev1.VolumeBound))
	released := stocked("pv", "node-0", claimedBy("shop", "data-0", "uid-claim-1"), inPhase(corev1.VolumeReleased))
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
			s := &inspect.Snapshot{Nodes: []*corev1.Node{node("node-0")}, Volumes: []*corev1.PersistentVolume{tc.volume}, Gaps: tc.gaps,
				Claims: []*corev1.PersistentVolumeClaim{claim("data-0", "80Gi")}, Pods: []*corev1.Pod{pod("b", "data-0"), pod("a", "data-0"), pod("c", "other")}}
			r := listed(s, inventory.VolumeFilter{})[0]
			if got, known := r.PodNames(); got != tc.want || known != tc.wantKnown {
				t.Errorf("Pods are %q (known: %t), want %q (%t)", got, known, tc.want, tc.wantKnown)
			}
		})
	}
}

func TestHomeStatus(t *testing.T) {
	with := func(name string, ready corev1.ConditionStatus, cordoned bool) *corev1.Node {
		n := node(name)
		n.Status.Conditions = []corev1.NodeCondition{{Type: corev1.NodeReady, Status: ready}}
		n.Spec.Unschedulable = cordoned
		return n
	}
	unheard := node("node-0")
	unheard.Status.Conditions = nil
	for _, tc := range []struct {
		name, label, status string
		hosts               []string
		nodes               []*corev1.Node
		gap                 bool
	}{
		{name: "ready", nodes: []*corev1.Node{with("node-0", corev1.ConditionTrue, false)}, label: "node-0", status: "Ready"},
		{name: "cordoned", nodes: []*corev1.Node{with("node-0", corev1.ConditionTrue, true)}, label: "node-0", status: "Ready,SchedulingDisabled"},
		{name: "not ready", nodes: []*corev1.Node{with("node-0", corev1.ConditionFalse, false)}, label: "node-0", status: "NotReady"},
		{name: "unreachable", nodes: []*corev1.Node{with("node-0", corev1.ConditionUnknown, false)}, label: "node-0", status: "unreachable"},
		{name: "never heard of", nodes: []*corev1.Node{unheard}, label: "node-0", status: "unreachable"},
		{name: "missing", label: "node-0", status: "missing"},
		{name: "unknown", gap: true, label: "node-0", status: "unknown"},
		{name: "two alike", hosts: []string{"node-1", "node-0"}, label: "node-0,node-1", status: "Ready",
			nodes: []*corev1.Node{with("node-1", corev1.ConditionTrue, false), with("node-0", corev1.ConditionTrue, false)}},
		{name: "two that differ", hosts: []string{"node-1", "node-0"}, label: "node-0,node-1", status: "NotReady/Ready",
			nodes: []*corev1.Node{with("node-1", corev1.ConditionTrue, false), with("node-0", corev1.ConditionFalse, false)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := stocked("pv", "node-0")
			if tc.hosts != nil {
				v.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Values = tc.hosts
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
		Nodes: []*corev1.Node{node("node-0"), node("node-1")},
		Volumes: []*corev1.PersistentVolume{
			stocked("e-elsewhere", "node-1"),
			stocked("d-gone", "node-9", claimedBy("shop", "old", "uid-old"), inPhase(corev1.VolumeReleased)),
			stocked("c-new", "node-0", inPhase("")),
			stocked("b-bound", "node-0", claimedBy("default", "data", "uid-data"), inPhase(corev1.VolumeBound)),
			stocked("a-labelled", "node-0", func(v *corev1.PersistentVolume) {
				v.Labels = map[string]string{"disk": "nvme"}
				v.Spec.StorageClassName = "fast"
			}),
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
			if tc.filter.Empty() != (tc.name == "none") {
				t.Errorf("Empty is %t", tc.filter.Empty())
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
			CreatedAt: metav1.NewTime(now().AddDate(0, 0, -days)),
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
	big := stocked("f-big", "node-0", ofSize("300Gi"))
	reserved := stocked("g-reserved", "node-0", ofSize("500Gi"), claimedBy("shop", "next", ""))
	leaving := stocked("h-leaving", "node-0", ofSize("700Gi"), func(v *corev1.PersistentVolume) {
		v.DeletionTimestamp = &metav1.Time{Time: now().Add(-time.Minute)}
	})
	s.Volumes = append(s.Volumes, big, reserved, leaving, stocked("i", "node-0"))
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
	r.DeletedAt = &metav1.Time{Time: now()}
	if got := r.PhaseLabel(); got != "Bound,Terminating" {
		t.Error(got)
	}
}
