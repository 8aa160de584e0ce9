package pending_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// leave has an earlier claim of a name leave a volume.
func leave(s *scene, volume, claim string) {
	v := s.Volume(volume)
	Has(claim, "earlier-"+claim)(v)
	Phase(corev1.VolumeReleased)(v)
}

// TestWhoHasTheVolumes: of volumes that the claim cannot have it is told who has them, and first of all that one has its own data.
func TestWhoHasTheVolumes(t *testing.T) {
	s := newScene()
	leave(s, "v-n0", "data")
	leave(s, "v-n1", "another")
	ReservedFor("next")(s.Volume("v-n2"))
	r := s.Explain(t)
	const want = "claim data: v-n0 on n0 has the data of an earlier claim of this name and is Released: it still names that one, so it is not bound to this claim by itself"
	if got := text(r.Cause.Reason); !strings.Contains(got, want) {
		t.Errorf("%s\nwant %s", got, want)
	}
	claimed := []match.Claimed{
		{By: match.OwnEarlierClaim, Count: 1, Claims: []string{"shop/data"}}, {By: match.GoneClaim, Count: 1, Claims: []string{"shop/another"}},
		{By: match.Reservation, Count: 1, Claims: []string{"shop/next"}},
	}
	if diff := cmp.Diff(claimed, r.Claims[0].ClaimedBy); diff != "" {
		t.Error(diff)
	}
}

// TestLostClaims: only where the volume controller binds a Lost claim by itself is that said.
func TestLostClaims(t *testing.T) {
	const never, soon = "this does not end by itself", "the volume controller binds the two again in a moment"
	for name, tc := range map[string]struct {
		ref  *corev1.ObjectReference
		want string
	}{
		"an earlier claim of the name": {&corev1.ObjectReference{Namespace: Ns, Name: "data", UID: "earlier"}, never},
		"the name without a UID":       {&corev1.ObjectReference{Namespace: Ns, Name: "data"}, never},
		"no claim":                     {nil, soon},
		"this claim":                   {&corev1.ObjectReference{Namespace: Ns, Name: "data", UID: UID("data")}, soon},
		"another claim":                {&corev1.ObjectReference{Namespace: Ns, Name: "other", UID: "other"}, "belongs to shop/other"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			BoundTo("v-n0")(s.Claim)
			s.Claim.Status.Phase = corev1.ClaimLost
			s.Volume("v-n0").Spec.ClaimRef = tc.ref
			if got := text(s.Explain(t).Cause.Reason); !strings.Contains(got, tc.want) {
				t.Errorf("%s\nwant %s", got, tc.want)
			}
		})
	}
}

// TestAbsentClaims: who creates a claim that does not exist, and what an earlier one of its name left.
func TestAbsentClaims(t *testing.T) {
	for name, tc := range map[string]struct {
		alter func(*scene)
		want  string
	}{
		"nobody": {func(*scene) {}, "claim data does not exist in namespace shop."},
		"a set, and a volume is left": {func(s *scene) {
			ControlledBy("StatefulSet", "db")(s.Pod)
			s.Pod.Spec.Volumes[0].PersistentVolumeClaim.ClaimName = "data-db-0"
			leave(s, "v-n1", "data-db-0")
		}, "claim data-db-0 does not exist in namespace shop; an earlier claim of this name left v-n1 (Released, on n1; to give it back: kubectl localpv reattach v-n1); StatefulSet/db creates it, " +
			"on old versions of Kubernetes only with a replacement of the Pod: kubectl delete pod db-0 -n shop"},
		"an operator":                     {func(s *scene) { ControlledBy("Cluster", "pg")(s.Pod) }, "the operator of Cluster/pg may create it with a replacement of the Pod: kubectl delete pod db-0 -n shop"},
		"a set that has no such template": {func(s *scene) { ControlledBy("StatefulSet", "db")(s.Pod) }, "StatefulSet/db does not create claims of that name: create it"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			s.Snapshot.Claims = nil
			tc.alter(s)
			if got := text(s.Explain(t).Cause.Reason); !strings.Contains(got, tc.want) {
				t.Errorf("%s\nwant %s", got, tc.want)
			}
		})
	}
}

// TestEndedPodsHoldAClaim: a claim that is being deleted is held by Pods that have ended until they are deleted.
func TestEndedPodsHoldAClaim(t *testing.T) {
	s := newScene()
	s.Bind(s.Volume("v-n0"))
	Deletes(s.Volume("v-n0"))
	Deleting(s.Claim)
	for name, phase := range map[string]corev1.PodPhase{"build-1": corev1.PodSucceeded, "build-2": corev1.PodFailed} {
		p := Pod(name, RunsOn("n0"), Uses("data"))
		p.Status.Phase = phase
		s.Snapshot.Pods = append(s.Snapshot.Pods, p)
	}
	got := text(s.Explain(t).Cause.Reason)
	for _, want := range []string{"build-1 (Succeeded, on n0), build-2 (Failed, on n0)", "kubectl delete pod build-1 build-2 -n shop", "the data on v-n0, which has policy Delete, goes with the claim"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}
