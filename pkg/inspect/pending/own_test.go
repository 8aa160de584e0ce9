package pending_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
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
	for name, edit := range map[string]func(*corev1.PersistentVolume){
		"w-n1": Has("db", "db-uid"), "x-n1": Has("web", "earlier-web"),
	} {
		s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume(name, On("n1"), edit))
	}
	Phase(corev1.VolumeReleased)(s.Volume("x-n1"))
	s.Snapshot.Claims = append(s.Snapshot.Claims, Claim("db", BoundTo("w-n1")), Claim("web"))
	r := s.Explain(t)
	const want = "claim data: v-n0 on n0 has the data of an earlier claim of this name and is Released: it still names that one, so it is not bound to this claim by itself"
	if got := text(r.Cause.Reason); !strings.Contains(got, want) {
		t.Errorf("%s\nwant %s", got, want)
	}
	claimed := []match.Claimed{
		{By: match.OwnEarlierClaim, Count: 1, Claims: []string{"shop/data"}}, {By: match.GoneClaim, Count: 1, Claims: []string{"shop/another"}},
		{By: match.EarlierClaim, Count: 1, Claims: []string{"shop/web"}},
		{By: match.Reservation, Count: 1, Claims: []string{"shop/next"}}, {By: match.LivingClaim, Count: 1, Claims: []string{"shop/db"}},
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
		}, "claim data-db-0 does not exist in namespace shop; an earlier claim of this name left v-n1 (Released for 3h, on n1, which is Ready), to give it back: kubectl localpv reattach v-n1; StatefulSet/db creates it, " +
			"on old versions of Kubernetes only with a replacement of the Pod: kubectl delete pod db-0 -n shop"},
		"a set, and the node is gone": {func(s *scene) {
			ControlledBy("StatefulSet", "db")(s.Pod)
			s.Pod.Spec.Volumes[0].PersistentVolumeClaim.ClaimName = "data-db-0"
			leave(s, "v-n1", "data-db-0")
			s.Snapshot.Nodes = slices.DeleteFunc(s.Snapshot.Nodes, func(n *corev1.Node) bool { return n.Name == "n1" })
		}, "left v-n1 (Released for 3h, on n1, which is missing), which no Pod can use before that node is back; StatefulSet/db creates it"},
		"nobody, and a volume is left": {func(s *scene) {
			ControlledBy("ReplicaSet", "web")(s.Pod)
			leave(s, "v-n1", "data")
		}, "to reserve it for the next one, before that is created: kubectl localpv reclaim v-n1 --keep-data --for shop/data, and ReplicaSet/web does not create claims of that name: create it"},
		"nobody, and a volume with its manifest is left": {func(s *scene) {
			leave(s, "v-n1", "data")
			VolumeAnnotation(inspect.AnnReleasedClaim, `{"kind":"PersistentVolumeClaim","metadata":{"name":"data","namespace":"shop","uid":"earlier-data"}}`)(s.Volume("v-n1"))
		}, "to give it back: kubectl localpv reattach v-n1"},
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

// TestOwnDataOfAPodThatFits: a Pod that fits would start without the data that an earlier claim of its claim's name left, and that is said
// before it happens; not if it gets that data by itself.
func TestOwnDataOfAPodThatFits(t *testing.T) {
	const without = "Pod shop/db-0 fits n0, n2 as things stand, but it would start without its own earlier data: that of claim data is on v-n1 (Released for 3h, on n1, which is Ready)."
	const back = "claim data: its own earlier data is on v-n1 (Released for 3h, on n1, which is Ready); to bring it back before the claim is bound to another volume: kubectl localpv reattach v-n1"
	for name, tc := range map[string]struct {
		alter       func(*scene)
		cause, note string
	}{
		"released": {func(s *scene) { leave(s, "v-n1", "data") }, without, back},
		"released, of a claim that is recorded": {func(s *scene) {
			leave(s, "v-n1", "data")
			VolumeAnnotation("localpv.dev/released-claim", `{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"namespace":"shop","name":"data","uid":"earlier-data","creationTimestamp":"`+
				Ago(50*time.Hour).UTC().Format(time.RFC3339)+`"}}`)(s.Volume("v-n1"))
		}, "v-n1 (Released for 3h, of a claim that was made 2d2h ago, on n1, which is Ready)", "to bring it back"},
		"on a node that is gone": {func(s *scene) {
			leave(s, "v-n1", "data")
			s.Snapshot.Nodes = append(s.Snapshot.Nodes[:1], s.Snapshot.Nodes[2])
		}, "it only waits for the scheduler", "claim data: its own earlier data is on v-n1 (Released for 3h, on n1, which is missing); no Pod can use it before that node is back"},
		"of another class": {func(s *scene) {
			leave(s, "v-n1", "data")
			OfClass("older")(s.Volume("v-n1"))
		}, "it only waits for the scheduler", "which it cannot be bound to: asks class local-ssd, has class older; to bring it back: recreate claim data with class older, and name the volume in spec.volumeName, " +
			"then kubectl localpv reattach v-n1"},
		"cordoned": {func(s *scene) {
			leave(s, "v-n1", "data")
			VolumeAnnotation("localpv.dev/cordoned", "slow")(s.Volume("v-n1"))
		}, "it only waits for the scheduler", "which it cannot be bound to: cordoned (slow), so it is given to no claim"},
		"the disk of another": {func(s *scene) {
			leave(s, "v-n1", "data")
			s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("w-n1", On("n1"), Has("db", "db-uid"), func(v *corev1.PersistentVolume) { v.Spec.Local.Path = "/mnt/v-n1" }))
			s.Snapshot.Claims = append(s.Snapshot.Claims, Claim("db", WithUID("db-uid"), BoundTo("w-n1")))
		}, "it only waits for the scheduler", "which it cannot be bound to: the same disk as w-n1, of claim shop/db"},
		"recorded on a volume that is free": {func(s *scene) {
			VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"data","uid":"earlier"}`)(s.Volume("v-n1"))
		}, "but it may start without its own earlier data: that of claim data is on v-n1 (Available", "kubectl localpv reattach v-n1 --claim shop/data"},
		"wiped since": {func(s *scene) {
			leave(s, "v-n1", "data")
			VolumeAnnotation("localpv.dev/wiped", `{"at":"`+Ago(time.Hour).UTC().Format(time.RFC3339)+`","verified":true}`)(s.Volume("v-n1"))
		}, "it only waits for the scheduler", ""},
		"recorded on the one volume that it gets": {func(s *scene) {
			s.Snapshot.Volumes = s.Snapshot.Volumes[1:2]
			VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"data","uid":"earlier"}`)(s.Volume("v-n1"))
		}, "it only waits for the scheduler", ""},
		"another's": {func(s *scene) { leave(s, "v-n1", "other") }, "it only waits for the scheduler", ""},
		"a record that cannot be read": {func(s *scene) { VolumeAnnotation("localpv.dev/data-of", "data")(s.Volume("v-n1")) }, "it only waits for the scheduler",
			"v-n1: its annotation localpv.dev/data-of cannot be read, so it does not tell whose data is on the volume"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			tc.alter(s)
			r := s.Explain(t)
			notes := strings.Join(phrase.New(phrase.Connection{}).Texts(r.Notes), "\n")
			if r.Cause.Code != pending.CauseSchedulable || !strings.Contains(text(r.Cause.Reason), tc.cause) {
				t.Errorf("%s: %s\nwant %s", r.Cause.Code, text(r.Cause.Reason), tc.cause)
			}
			if !strings.Contains(notes, tc.note) || tc.note == "" && notes != "" {
				t.Errorf("notes %q\nwant %q", notes, tc.note)
			}
		})
	}
}

// TestSeveralOwnVolumesAreNamed: none of several is taken without a word of the others.
func TestSeveralOwnVolumesAreNamed(t *testing.T) {
	s := newScene()
	s.Snapshot.Volumes = s.Snapshot.Volumes[:2]
	leave(s, "v-n0", "data")
	leave(s, "v-n1", "data")
	s.Volume("v-n1").Status.LastPhaseTransitionTime = ptr.To(Ago(time.Hour))
	s.Cordon("n0")
	const want = "claim data: v-n1 (Released for 60m, on n1, which is Ready), v-n0 (Released for 3h, on n0, which is cordoned) have the data of earlier claims of this name, the last one first"
	if got := text(s.Explain(t).Cause.Reason); !strings.Contains(got, want) {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestDataLeftBesides: of a claim that has a volume while its earlier data is on another, it is told how the member gets that back, whether its
// Pod runs or waits; not if it cannot be given back.
func TestDataLeftBesides(t *testing.T) {
	const want = "claim data has v-n0, and the data of an earlier claim of its name is on v-n1 (Released for 3h, on n1, which is Ready); " +
		"to have that instead, while what is on v-n0 stays there: kubectl localpv reattach v-n1 --replace"
	for name, tc := range map[string]struct {
		alter func(*scene)
		want  string
	}{
		"released": {func(s *scene) { leave(s, "v-n1", "data") }, want},
		"recorded": {func(s *scene) {
			VolumeAnnotation("localpv.dev/data-of", `{"namespace":"shop","name":"data","uid":"earlier"}`)(s.Volume("v-n1"))
		}, "kubectl localpv reattach v-n1 --claim shop/data --replace"},
		"nothing":    {func(*scene) {}, ""},
		"of another": {func(s *scene) { leave(s, "v-n1", "other") }, ""},
		"wiped": {func(s *scene) {
			leave(s, "v-n1", "data")
			VolumeAnnotation("localpv.dev/wiped", `{"at":"`+Ago(time.Hour).UTC().Format(time.RFC3339)+`","verified":true}`)(s.Volume("v-n1"))
		}, ""},
		"cordoned": {func(s *scene) {
			leave(s, "v-n1", "data")
			VolumeAnnotation("localpv.dev/cordoned", "slow")(s.Volume("v-n1"))
		}, ""},
		"of other size": {func(s *scene) { leave(s, "v-n1", "data"); Sized("1Gi")(s.Volume("v-n1")) }, ""},
		"its node is gone": {func(s *scene) {
			leave(s, "v-n1", "data")
			s.Snapshot.Nodes = append(s.Snapshot.Nodes[:1], s.Snapshot.Nodes[2])
		}, ""},
	} {
		for _, runs := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, runs %v", name, runs), func(t *testing.T) {
				s := newScene()
				s.Bind(s.Volume("v-n0"))
				if runs {
					RunsOn("n0")(s.Pod)
				} else {
					s.Cordon("n0")
				}
				tc.alter(s)
				notes := strings.Join(phrase.New(phrase.Connection{}).Texts(s.Explain(t).Notes), "\n")
				if !strings.Contains(notes, tc.want) || tc.want == "" && notes != "" {
					t.Errorf("notes %q\nwant %q", notes, tc.want)
				}
			})
		}
	}
}
