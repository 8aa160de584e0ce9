package execute

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// freeSince lets a volume be Available for so long.
func freeSince(ago time.Duration) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		since := Ago(ago)
		v.Status.LastPhaseTransitionTime = &since
	}
}

// TestDataComesToThePlace: between the Plan and the reservation somebody else's data comes to the free volume that a member was to get, or
// may have come. Nothing is reserved then, and no claim is deleted.
func TestDataComesToThePlace(t *testing.T) {
	wiped := VolumeAnnotation("localpv.dev/wiped", `{"at":"`+Now().Add(-time.Hour).Format(time.RFC3339)+`","method":"files","verified":true}`)
	for name, tc := range map[string]struct {
		before, since func(*corev1.PersistentVolume)
		says          string
	}{
		"nothing happens": {freeSince(time.Hour), freeSince(time.Hour), ""},
		"it is noted whose it is": {freeSince(time.Hour), func(v *corev1.PersistentVolume) {
			freeSince(time.Hour)(v)
			VolumeAnnotation("localpv.dev/data-of", theirs)(v)
		}, "it was unknown, and is the data of claim shop/theirs"},
		"a claim has had it":       {freeSince(time.Hour), freeSince(time.Minute), "volume n3-free has not been Available all the time since this was planned"},
		"it is wiped no more":      {wiped, func(*corev1.PersistentVolume) {}, "it was wiped, and is unknown"},
		"a label is put on it":     {freeSince(time.Hour), func(v *corev1.PersistentVolume) { freeSince(time.Hour)(v); VolumeLabel("shelf", "3")(v) }, ""},
		"a claim was released":     {freeSince(time.Hour), SavedFrom(Claim("theirs", BoundTo("n3-free"))), "it was unknown, and is the data of claim shop/theirs"},
		"nothing is known of when": {func(*corev1.PersistentVolume) {}, freeSince(time.Minute), ""},
	} {
		for command, s := range map[string]scene{
			"recover": {objects: All(Fleet(), Db()), request: toRecoverN1(t)},
			"drain":   {objects: All(Crew(), Db()), request: toDrain(t, ToMove())},
		} {
			t.Run(command+", "+name, func(t *testing.T) {
				w := NewWorld(t, With(s.objects, Volume("n3-free", On("n3"), tc.before))...)
				plan := planned(t, s.request, w.Everything())
				w.Must(w.Client.Tracker().Update(Pvs(), Volume("n3-free", On("n3"), tc.since), ""))
				result := carryOut(t.Context(), t, w, plan)
				if tc.says == "" {
					if result.Status != drain.StatusDone {
						t.Errorf("%s: %s", result.Status, said(result.Reason))
					}
					return
				}
				if result.Status != drain.StatusFailed || !strings.Contains(said(result.Reason), tc.says) {
					t.Errorf("%s: %s, want %s", result.Status, said(result.Reason), tc.says)
				}
				if c := w.Claim("data-db-1"); c == nil || c.DeletionTimestamp != nil || w.Volume("n3-free").Spec.ClaimRef != nil {
					t.Error("the claim goes, or the volume is reserved")
				}
			})
		}
	}
}

// TestDataChangesUnderAClaimThatComesBack: what reattach gives back is what the Plan said.
func TestDataChangesUnderAClaimThatComesBack(t *testing.T) {
	s := scenes()[3]
	w := NewWorld(t, s.objects...)
	plan := planned(t, s.request, w.Everything())
	v := w.Volume("v")
	at := metav1.NewTime(Now())
	v.Status.LastPhaseTransitionTime = &metav1.Time{Time: Now().Add(-2 * time.Hour)}
	VolumeAnnotation("localpv.dev/wiped", `{"at":"`+at.Format(time.RFC3339)+`","method":"files","verified":true}`)(v)
	w.Must(w.Client.Tracker().Update(Pvs(), v, ""))
	result := carryOut(t.Context(), t, w, plan)
	want := "what is known of the data on volume v has changed since this was planned: it was the data of claim shop/c, and is wiped"
	if result.Status != drain.StatusBlocked || said(result.Reason) != want || w.Writes > 0 {
		t.Errorf("%s: %s, %d writes", result.Status, said(result.Reason), w.Writes)
	}
}

// TestTwinComesBeforeTheClaimGoes: a second volume object of the disk that a member was to get is created after the reservation.
func TestTwinComesBeforeTheClaimGoes(t *testing.T) {
	w := NewWorld(t, All(Fleet(), Db())...)
	w.Before = func(_ int, a clienttesting.Action) {
		if describedCall(a) == "patch persistentvolumes  n3-free" {
			w.Must(w.Client.Tracker().Add(Volume("late", On("n3"), func(v *corev1.PersistentVolume) { v.Spec.Local.Path = "/mnt/n3-free" })))
		}
	}
	result := command(t.Context(), t, w, toRecoverN1(t))
	if result.Status != drain.StatusFailed || !strings.Contains(said(result.Reason), "volume late, which is the same disk as n3-free (/mnt/n3-free), has been created since this was planned") {
		t.Errorf("%s: %s", result.Status, said(result.Reason))
	}
	if c := w.Claim("data-db-1"); c == nil || c.DeletionTimestamp != nil {
		t.Error("the claim is gone")
	}
}
