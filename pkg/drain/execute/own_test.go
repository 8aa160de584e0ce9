package execute

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// left is a volume that an earlier claim left.
func left(name, claim string, edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
	return Volume(name, append([]func(*corev1.PersistentVolume){Has(claim, "earlier-"+claim), Phase(Released)}, edits...)...)
}

// restoredClaim counts as bound to a volume, as one does that was created from a backup, and is Lost.
func restoredClaim(name, volume string) *corev1.PersistentVolumeClaim {
	return Claim(name, WithUID("restored-uid"), BoundTo(volume), func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost })
}

// TestMembersGetTheirOwnDisks: the claims of three members were recreated, and all their volumes are reclaimed at once.
func TestMembersGetTheirOwnDisks(t *testing.T) {
	own := map[string]string{"data-web-0": "disk-2", "data-web-1": "disk-0", "data-web-2": "disk-1"}
	var world []any
	for claim, volume := range own {
		world = append(world, left(volume, claim), Claim(claim, WithUID("new-"+claim)))
	}
	w := NewWorld(t, world...)
	result := command(t.Context(), t, w, toReclaim(drain.ReclaimRequest{Selection: &inventory.VolumeFilter{}, KeepData: true}))
	if result.Status != drain.StatusDone {
		t.Fatalf("%s: %s", result.Status, said(result.Reason))
	}
	for claim, volume := range own {
		if got := w.Claim(claim).Spec.VolumeName; got != volume {
			t.Errorf("claim %s is bound to %q, and its data is on %s", claim, got, volume)
		}
	}
}

// TestOwnClaimComesBeforeItIsOpened: between the Plan and its steps a claim of the name is created whose data is on the volume.
func TestOwnClaimComesBeforeItIsOpened(t *testing.T) {
	w := NewWorld(t, left("v", "c"))
	plan := planned(t, toReclaim(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}), w.Everything())
	w.Must(w.Client.Tracker().Add(Claim("c", WithUID("new-uid"))))
	result := carryOut(t.Context(), t, w, plan)
	want := "claim shop/c, whose earlier data is on volume v, waits for a volume now, so it is not given to any other"
	if result.Status != drain.StatusBlocked || said(result.Reason) != want || w.Writes > 0 {
		t.Errorf("%s: %s, %d writes; want blocked: %s", result.Status, said(result.Reason), w.Writes, want)
	}
}

// TestReattachEndsForARestoredClaim: the volume controller binds a claim that counts as bound already only if the volume names it with
// its UID.
func TestReattachEndsForARestoredClaim(t *testing.T) {
	for name, v := range map[string]*corev1.PersistentVolume{
		"of an earlier claim": left("v", "c"),
		"without a UID":       Volume("v", ReservedFor("c")),
		"of no claim":         Volume("v"),
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, v, restoredClaim("c", "v"))
			result := command(t.Context(), t, w, toReattach(drain.ReattachRequest{Volume: "v", Claim: Key("c")}))
			if result.Status != drain.StatusDone {
				t.Fatalf("%s: %s", result.Status, said(result.Reason))
			}
			if c, v := w.Claim("c"), w.Volume("v"); c.Status.Phase != corev1.ClaimBound || v.Spec.ClaimRef.UID != c.UID || v.Status.Phase != corev1.VolumeBound {
				t.Errorf("claim %s, volume %s names %v", c.Status.Phase, v.Status.Phase, v.Spec.ClaimRef)
			}
		})
	}
}

// TestRestoredClaimHasChanged: a claim that was replaced since the Plan is not named with the UID of the one before.
func TestRestoredClaimHasChanged(t *testing.T) {
	for name, now := range map[string]*corev1.PersistentVolumeClaim{"replaced": Claim("c", WithUID("other-uid")), "gone": nil} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, left("v", "c"), restoredClaim("c", "v"))
			plan := planned(t, toReattach(drain.ReattachRequest{Volume: "v"}), w.Everything())
			w.Must(w.Client.Tracker().Delete(Pvcs(), Ns, "c"))
			if now != nil {
				w.Must(w.Client.Tracker().Add(now))
			}
			if result := carryOut(t.Context(), t, w, plan); result.Status != drain.StatusBlocked || result.Reason.Code != "RestoredClaimChanged" || w.Writes > 0 {
				t.Errorf("%s: %s, %d writes", result.Status, said(result.Reason), w.Writes)
			}
		})
	}
}

// TestReservationIsTakenBack: what release --reserve, or a mistyped --for, has done to a volume is undone, and nobody gets its data.
func TestReservationIsTakenBack(t *testing.T) {
	for name, before := range map[string]asked{
		"reclaim for a mistyped claim": toReclaim(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key("typo"), AcceptForeignData: []string{"v"}}),
		"reclaim for its own claim":    toReclaim(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true, For: Key("c")}),
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWorld(t, left("v", "c"), Claim("other"))
			for _, r := range []asked{before, toReclaim(drain.ReclaimRequest{Volumes: []string{"v"}, Unreserve: true})} {
				if result := command(t.Context(), t, w, r); result.Status != drain.StatusDone {
					t.Fatalf("%s: %s", result.Status, said(result.Reason))
				}
			}
			v := w.Volume("v")
			if v.Status.Phase != Released || v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != "earlier-c" || disk.DataOf(v, Now()).Claim.Name != "c" {
				t.Errorf("%s, names %v", v.Status.Phase, v.Spec.ClaimRef)
			}
		})
	}
}
