package pending_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// asks has the claim ask for another size.
func asks(size string) func(*scene) {
	return func(s *scene) { Asks(size)(s.Claim) }
}

// given has other claims have all volumes but the last n.
func given(free int) func(*scene) {
	return func(s *scene) {
		for _, v := range s.Snapshot.Volumes[:len(s.Snapshot.Volumes)-free] {
			v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "bank", Name: "ledger-" + v.Name, UID: "uid-ledger"}
			v.Status.Phase = corev1.VolumeBound
		}
	}
}

func all(changes ...func(*scene)) func(*scene) {
	return func(s *scene) {
		for _, change := range changes {
			change(s)
		}
	}
}

// TestCausesInWords holds the sentences that the numbers of volumes, nodes and reasons make.
func TestCausesInWords(t *testing.T) {
	for name, tc := range map[string]struct {
		alter func(*scene)
		says  string // all that follows the name of the Pod
	}{
		"one volume is free": {all(given(1), asks("500Gi")), "fits no node: claim data asks for 500Gi, and the only free volume of class local-ssd has 100Gi."},
		"no volume is free":  {given(0), "fits no node: claim data: all 3 volumes of class local-ssd were left by other claims, which are gone."},
		"one volume in all":  {all(given(2), func(s *scene) { s.Snapshot.Volumes = s.Snapshot.Volumes[:1] }), "fits no node: claim data: v-n0, the only volume of class local-ssd, is claimed by bank/ledger-v-n0, which is gone."},
		"no two fail alike":  {all(asks("500Gi"), failDifferently), "fits no node: claim data: no volume matches; 3 volumes of class local-ssd: 1 too small, 1 of another volume mode, 1 not Available."},
		"the nodes are gone": {func(s *scene) { s.Snapshot.Nodes, s.Snapshot.Volumes = s.Snapshot.Nodes[:1], s.Snapshot.Volumes[1:] }, "fits no node: claim data: both unclaimed volumes of class local-ssd are on nodes that no longer exist (e.g. v-n1, on n1)."},
		"one has no phase": {func(s *scene) {
			s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
			s.Volume("v-n0").Status.Phase = ""
		}, "fits no node: claim data cannot have v-n0, the only unclaimed volume of class local-ssd: no phase yet."},
		"two are not Available": {func(s *scene) {
			s.Snapshot.Volumes = s.Snapshot.Volumes[:2]
			s.Volume("v-n0").Status.Phase, s.Volume("v-n1").Status.Phase = corev1.VolumePending, corev1.VolumeFailed
		}, "fits no node: claim data: both unclaimed volumes of class local-ssd are not Available (e.g. v-n0: phase Pending)."},
		"two are another's": {func(s *scene) { given(0)(s); s.Snapshot.Volumes = s.Snapshot.Volumes[:2] },
			"fits no node: claim data: both volumes of class local-ssd were left by other claims, which are gone."},
		"placed by a manifest": {func(s *scene) { s.Bind(s.Volume("v-n1")); s.Pod.Spec.NodeName, s.Pod.Status.Phase = "n1", "" },
			"has been placed on n1 and waits for that node to start it, not for a volume to be found."},
		"no class, no volume": {func(s *scene) { s.Claim.Spec.StorageClassName = ptr.To("") }, "fits no node: claim data has no storage class, so it waits for a volume without one, and there is no volume without a storage class."},
		"reserved, too small": {all(asks("500Gi"), reservedOn("n0", corev1.VolumeAvailable), func(s *scene) { s.Snapshot.Volumes = s.Snapshot.Volumes[:1] }),
			"fits no node: claim data asks for 500Gi, and the only free volume of class local-ssd has 100Gi."},
		"Lost to a reservation": {func(s *scene) {
			s.Bind(s.Volume("v-n1"))
			s.Claim.Status.Phase = corev1.ClaimLost
			s.Volume("v-n1").Spec.ClaimRef = &corev1.ObjectReference{Namespace: "bank", Name: "ledger"}
		}, "fits no node: claim data is Lost: volume v-n1, which it names, belongs to bank/ledger (without a uid)."},
		"cordoned where the volume is": {func(s *scene) {
			s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
			s.Pod.Spec.NodeSelector = map[string]string{corev1.LabelHostname: "n0"}
			s.cordonAndTaint("n0")
		}, "fits no node, but not because of volumes: n0 has a volume for it and is cordoned."},
		"cordoned where volumes are": {func(s *scene) { s.Snapshot.Volumes = s.Snapshot.Volumes[1:]; s.cordonAndTaint("n1", "n2") },
			"fits no node: n1, n2 have a volume for it and are cordoned; the other node has no volume for it."},
		"many nodes": {func(s *scene) { s.grow(9) }, "fits n0, n1, n2, n3 and 5 more as things stand: it only waits for the scheduler to try again."},
		"many reasons": {func(s *scene) {
			s.grow(9)
			for i, n := range s.Snapshot.Nodes {
				Tainted("team", fmt.Sprint(max(i, 1)), corev1.TaintEffectNoSchedule)(n)
			}
		}, "fits no node, but not because of volumes: 2 nodes: taint team=1:NoSchedule; 1 node: taint team=2:NoSchedule; " +
			"1 node: taint team=3:NoSchedule; 1 node: taint team=4:NoSchedule; 4 more reasons."},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			tc.alter(s)
			r := s.Explain(t)
			if got, want := text(r.Cause.Reason), "Pod shop/db-0 "+tc.says; got != want {
				t.Errorf("cause %s:\ngot  %s\nwant %s", r.Cause.Code, got, want)
			}
			checkReport(t, r)
		})
	}
}

func failDifferently(s *scene) {
	s.Volume("v-n1").Spec.VolumeMode = ptr.To(corev1.PersistentVolumeBlock)
	s.Volume("v-n2").Status.Phase = corev1.VolumePending
	for _, name := range []string{"v-n1", "v-n2"} {
		s.Volume(name).Spec.Capacity[corev1.ResourceStorage] = resource.MustParse("500Gi")
	}
}

// cordonAndTaint is what kubectl does, and then the node controller.
func (s *scene) cordonAndTaint(nodes ...string) {
	s.Cordon(nodes...)
	for _, name := range nodes {
		Tainted(corev1.TaintNodeUnschedulable, "", corev1.TaintEffectNoSchedule)(s.Node(name))
	}
}

// grow adds nodes with a volume each.
func (s *scene) grow(nodes int) {
	for i := len(s.Snapshot.Nodes); i < nodes; i++ {
		name := fmt.Sprintf("n%d", i)
		s.Snapshot.Nodes = append(s.Snapshot.Nodes, Node(name))
		s.Snapshot.Volumes = append(s.Snapshot.Volumes, Volume("v-"+name, On(name)))
	}
}

// checkReport holds what programs and the page rely on: each Fact has a sentence, a cause names the Pod, and what is said of a
// claim names it.
func checkReport(t *testing.T, r *pending.PodReport) {
	t.Helper()
	told := append([]fact.Fact{r.Cause.Reason}, r.Notes...)
	if r.Cause.Reason.Values["about"].Fact() == nil {
		t.Errorf("%v is about nothing", r.Cause.Reason)
	}
	for _, c := range r.Claims {
		told = append(told, c.Reason)
		if c.Reason.Get("claim") != c.Name {
			t.Errorf("claim %s: %v is about another claim", c.Name, c.Reason)
		}
	}
	for _, n := range r.Nodes {
		for _, v := range n.Volumes {
			checkRepeated(t, v.Fact(), map[string]string{"subject": v.Subject, "want": v.Want, "have": v.Have})
		}
		for _, reason := range n.Reasons {
			checkRepeated(t, reason.Reason, map[string]string{"subject": reason.Subject, "want": reason.Want, "have": reason.Have})
		}
	}
	for _, f := range told {
		for one := range f.All() {
			if text(one) == one.String() {
				t.Errorf("%v has no sentence", one)
			}
		}
	}
}

// checkRepeated holds fields to the values of their reason by the same names: they are the same, as a string.
func checkRepeated(t *testing.T, reason fact.Fact, fields map[string]string) {
	t.Helper()
	for name, field := range fields {
		_, told := reason.Values[name]
		alsoSubject := name == "have" && field != "" && field == reason.Get("subject")
		if told && field != reason.Get(name) || !told && field != "" && !alsoSubject {
			t.Errorf("%s is %q beside %v", name, field, reason)
		}
	}
}

// TestGapsOfOneReasonAreOneNote: a server that serves none of three kinds gives one reason for all.
func TestGapsOfOneReasonAreOneNote(t *testing.T) {
	s := newScene()
	s.refused()
	s.Snapshot.Classes = []*storagev1.StorageClass{StorageClass(Class, ProvisionedBy("topolvm.io"))}
	for _, kind := range []inspect.Kind{inspect.CSINodes, inspect.CSIDrivers} {
		s.Snapshot.Gaps = append(s.Snapshot.Gaps, inspect.Gap{Kind: kind, Reason: "not served by this server"})
	}
	s.forbidden(inspect.CSIStorageCapacities)
	r := s.Explain(t)
	var got []string
	for _, n := range r.Notes {
		got = append(got, text(n))
	}
	want := []string{
		"csinodes, csidrivers: unknown (not served by this server); the answer rests on what could be read",
		"csistoragecapacities: unknown (forbidden: list csistoragecapacities); the answer rests on what could be read",
	}
	if !slices.Equal(got, want) {
		t.Errorf("notes:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	checkReport(t, r)
}
