package execute

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// samePath gives a volume the path of v.
func samePath(v *corev1.PersistentVolume) { v.Spec.Local.Path = "/mnt/v" }

// TestDiskIsCheckedAgain lets somebody get the disk of a volume, by another volume, between the Plan and its first step.
func TestDiskIsCheckedAgain(t *testing.T) {
	old := Volume("v", Has("c", "c-uid"), Phase(Released))
	twin := Volume("twin", samePath, Has("theirs", "theirs-uid"), Phase(Released))
	reclaim := drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}
	reserve := drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key("d"), AcceptForeignData: []string{"v"}}
	becomes := func(edits ...func(*corev1.PersistentVolume)) func(*World) {
		return func(w *World) {
			w.Must(w.Client.Tracker().Update(Pvs(), Volume("twin", append([]func(*corev1.PersistentVolume){samePath}, edits...)...), ""))
		}
	}
	for _, tc := range []struct {
		name    string
		request drain.ReclaimRequest
		act     func(*World)
		status  drain.Status
		message string
	}{
		{"nothing happens", reclaim, func(*World) {}, drain.StatusDone, ""},
		{"it is bound", reclaim, becomes(Has("next", "next-uid")), drain.StatusBlocked, "volume twin, which is the same disk as v (/mnt/v), is Bound for claim shop/next now"},
		{"it is bound", reserve, becomes(Has("next", "next-uid")), drain.StatusBlocked, "volume twin, which is the same disk as v (/mnt/v), is Bound for claim shop/next now"},
		{"it is being bound", reclaim, func(w *World) {
			w.Must(w.Client.Tracker().Add(Claim("next")))
			becomes(ClaimedBy("next", "next-uid"))(w)
		}, drain.StatusBlocked, "is Available for claim shop/next now"},
		{"it is reserved", reclaim, becomes(ReservedFor("next")), drain.StatusBlocked, "is Available for claim shop/next now"},
		{"it is reserved for who gets this one", reserve, becomes(ReservedFor("d")), drain.StatusDone, ""},
		{"it is free", reclaim, becomes(), drain.StatusBlocked, "volume twin, which is the same disk as v (/mnt/v), is open to any claim now"},
		{"it is free", reserve, becomes(), drain.StatusBlocked, "volume twin, which is the same disk as v (/mnt/v), is open to any claim now"},
		{"it is free and cordoned", reserve, becomes(VolumeAnnotation(retain.AnnCordoned, "same-disk")), drain.StatusDone, ""},
		{"a Pod uses it", reclaim, func(w *World) { w.Must(w.Client.Tracker().Add(Consumer("late", "node-0", "theirs"))) }, drain.StatusBlocked,
			"volume twin, which is the same disk as v (/mnt/v), is in use by late (Running on node-0)"},
		{"a Pod has ended with it", reclaim, func(w *World) { w.Must(w.Client.Tracker().Add(Consumer("late", "node-0", "theirs", Ended))) }, drain.StatusDone, ""},
		{"it goes", reclaim, func(w *World) { w.Must(w.Client.Tracker().Delete(Pvs(), "", "twin")) }, drain.StatusDone, ""},
		{"it is another volume", reclaim, becomes(Has("next", "next-uid"), func(v *corev1.PersistentVolume) { v.UID = "other" }), drain.StatusBlocked,
			"volume twin, which is the same disk as v (/mnt/v), has been created since this was planned, and is Bound"},
		{"there is one more", reserve, func(w *World) { w.Must(w.Client.Tracker().Add(Volume("third", samePath))) }, drain.StatusBlocked,
			"volume third, which is the same disk as v (/mnt/v), has been created since this was planned, and is Available"},
		{"there is one below it", reclaim, func(w *World) {
			w.Must(w.Client.Tracker().Add(Volume("third", func(v *corev1.PersistentVolume) { v.Spec.Local.Path = "/mnt/v/sub" })))
		}, drain.StatusBlocked, "volume third, which is the same disk as v"},
		{"one more is cordoned", reclaim, func(w *World) {
			w.Must(w.Client.Tracker().Add(Volume("third", samePath, VolumeAnnotation(retain.AnnCordoned, "twin"))))
		}, drain.StatusDone, ""},
		{"there is one on another node", reclaim, func(w *World) { w.Must(w.Client.Tracker().Add(Volume("third", samePath, On("node-1")))) }, drain.StatusDone, ""},
		{"the volume is cordoned", reclaim, func(w *World) {
			w.Must(w.Client.Tracker().Update(Pvs(), Volume("v", Has("c", "c-uid"), Phase(Released), VolumeAnnotation(retain.AnnCordoned, "slow")), ""))
		}, drain.StatusBlocked, "volume v is cordoned (slow)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := NewWorld(t, old, twin)
			plan := planned(t, toReclaim(tc.request), w.Everything())
			tc.act(w)
			result := carryOut(t.Context(), t, w, plan)
			if result.Status != tc.status || !strings.Contains(said(result.Reason), tc.message) {
				t.Errorf("%s: %s; want %s: %s", result.Status, said(result.Reason), tc.status, tc.message)
			}
			if tc.status == drain.StatusBlocked && w.Writes > 0 {
				t.Errorf("%d writes although it is blocked", w.Writes)
			}
		})
	}
}

// TestDataIsNoted holds that a volume says whose data is on it once its claimRef is gone, and no longer that it was wiped.
func TestDataIsNoted(t *testing.T) {
	wiped := func(ago time.Duration) func(*corev1.PersistentVolume) {
		return VolumeAnnotation(retain.AnnWiped, `{"at":"`+Now().Add(-ago).Format(time.RFC3339)+`","method":"files","verified":true}`)
	}
	for name, tc := range map[string]struct {
		edit func(*corev1.PersistentVolume)
		want disk.State
	}{
		"without annotations":       {func(v *corev1.PersistentVolume) { v.Annotations = nil }, disk.Known},
		"with another":              {VolumeAnnotation("note", "x"), disk.Known},
		"wiped before it was bound": {wiped(5 * time.Hour), disk.Known},
		"wiped since":               {wiped(time.Hour), disk.Wiped},
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, Volume("v", Has("c", "c-uid"), Phase(Released), tc.edit))
			if result := command(t.Context(), t, w, toReclaim(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true})); result.Status != drain.StatusDone {
				t.Fatalf("%s: %s", result.Status, said(result.Reason))
			}
			v := w.Volume("v")
			data := disk.DataOf(v, Now())
			if data.State != tc.want || tc.want == disk.Known && data.Claim != (disk.Owner{Namespace: Ns, Name: "c", UID: "c-uid"}) {
				t.Errorf("its data is %+v, want it to be %s", data, tc.want)
			}
			if v.Spec.ClaimRef != nil || name == "with another" && !metav1.HasAnnotation(v.ObjectMeta, "note") {
				t.Errorf("claimRef %v, annotations %v", v.Spec.ClaimRef, v.Annotations)
			}
		})
	}
}
