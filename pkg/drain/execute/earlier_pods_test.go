package execute

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
)

// records is what is saved of Pods.
func records(t *testing.T, names ...string) string {
	t.Helper()
	var pods []*corev1.Pod
	for _, name := range names {
		pods = append(pods, inspect.StripPod(Consumer(name, "", "c")))
	}
	text, err := retain.EncodePods(pods)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestEarlierPodsStay: the only manifests of Pods stay on a volume when another claim is released from it, however often.
func TestEarlierPodsStay(t *testing.T) {
	earlier := Claim("c", WithUID("c0-uid"), BoundTo("v"))
	for _, tc := range []struct {
		name  string
		notes []func(*corev1.PersistentVolume)
		want  []string
	}{
		{"one", []func(*corev1.PersistentVolume){VolumeAnnotation(retain.AnnDeletedPod, records(t, "tool"))}, []string{"tool"}},
		{"two", []func(*corev1.PersistentVolume){VolumeAnnotation(retain.AnnDeletedPod, records(t, "tool", "other"))}, []string{"tool", "other"}},
		{"of two earlier claims", []func(*corev1.PersistentVolume){VolumeAnnotation(retain.AnnDeletedPod, records(t, "tool")),
			VolumeAnnotation(retain.AnnEarlierPods, records(t, "first"))}, []string{"first", "tool"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := Volume("v", append(tc.notes, Has("c", "c-uid"), SavedFrom(earlier))...)
			w := NewWorld(t, v, Claim("c", BoundTo("v")))
			if r := command(t.Context(), t, w, toRelease(drain.ReleaseRequest{Targets: Pvc("c")})); r.Status != drain.StatusDone {
				t.Fatal(said(r.Reason))
			}
			now := w.Volume("v")
			for _, name := range tc.want {
				if got := now.Annotations[retain.AnnEarlierPods]; !strings.Contains(got, `"name":"`+name+`"`) {
					t.Errorf("the manifest of %s is gone: %v", name, now.Annotations)
				}
			}
			if now.Annotations[retain.AnnDeletedPod] != "" {
				t.Error("they count as those of the present claim")
			}
		})
	}
}

// TestAnotherRecordOfPods: a record of Pods that takes the place of another leaves that on the volume, too, and only once.
func TestAnotherRecordOfPods(t *testing.T) {
	claim := Claim("c", BoundTo("v"))
	w := NewWorld(t, Volume("v", Has("c", "c-uid"), SavedFrom(claim), VolumeAnnotation(retain.AnnDeletedPod, records(t, "tool"))), claim)
	for _, next := range []string{records(t, "other"), records(t, "tool"), records(t, "other")} {
		plan := drain.New("drain")
		p := &drain.RecordParameters{Pair: drain.Pair{Volume: drain.VolumeObject(w.Volume("v")), Claim: drain.ClaimObject(claim)}, Annotations: map[string]string{retain.AnnDeletedPod: next}}
		plan.Steps = []drain.Step{{Action: drain.RecordClaim, Object: p.Volume, Parameters: p}}
		d, err := (&Executor{Client: w.Client, Clock: NewInstantClock()}).newRun(plan).newStep(0, actions()[drain.RecordClaim]).recordClaim(t.Context(), p)
		if err != nil || d.write == nil {
			t.Fatalf("%+v, %v", d, err)
		}
		w.Must(d.write(t.Context()))
	}
	v := w.Volume("v")
	both := v.Annotations[retain.AnnDeletedPod] + v.Annotations[retain.AnnEarlierPods]
	if strings.Count(both, `"name":"tool"`) != 1 || strings.Count(both, `"name":"other"`) < 1 {
		t.Errorf("saved: %s", both)
	}
}

// TestClaimThatNoOperatorCreates: the claim of an operator's Pod is created from its manifest if the operator does not do so though it
// was made to look again.
func TestClaimThatNoOperatorCreates(t *testing.T) {
	waiting := Consumer("vm-a", "", "disk", ControlledBy("VirtualMachine", "vm"))
	v := Volume("v", On("n1"), Has("disk", "disk-uid"), Phase(Released), SavedFrom(Claim("disk", BoundTo("v"))))
	for nudges, want := range map[int]string{0: "delete pods vm-a", maxNudges - 1: "delete pods vm-a", maxNudges: "create persistentvolumeclaims"} {
		w := NewWorld(t, waiting, v)
		about := drain.Pair{Volume: drain.VolumeObject(v), Claim: drain.Object{Kind: drain.KindClaim, Namespace: Ns, Name: "disk", UID: "disk-uid"}}
		p := &drain.AwaitReadyParameters{Pair: about, Claims: []drain.Object{about.Claim}, Owner: &drain.Object{Kind: "VirtualMachine", Namespace: Ns, Name: "vm", UID: "vm-uid"}, Members: 1}
		plan := drain.New("recover")
		plan.Steps = []drain.Step{{Action: drain.AwaitReady, Object: drain.Object{Kind: drain.KindPod, Namespace: Ns}, Parameters: p}}
		clock := NewInstantClock()
		s := (&Executor{Client: w.Client, Clock: clock}).newRun(plan).newStep(0, actions()[drain.AwaitReady])
		s.nudges = nudges
		clock.Step(nudgeAfter + time.Second)
		d, err := s.awaitOwner(t.Context(), p)
		if err != nil || d.write == nil {
			t.Fatalf("%d: %+v, %v", nudges, d, err)
		}
		w.Must(d.write(t.Context()))
		if last := w.Calls[len(w.Calls)-1]; last != want {
			t.Errorf("after %d nudges: %s, want %s", nudges, last, want)
		}
	}
}
