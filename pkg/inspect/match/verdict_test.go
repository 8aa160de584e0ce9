package match_test

import (
	"errors"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

func selecting(s metav1.LabelSelector) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) { c.Spec.Selector = &s }
}

func expression(key string, op metav1.LabelSelectorOperator, values ...string) metav1.LabelSelector {
	return metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: key, Operator: op, Values: values}}}
}

func TestVerdictMessage(t *testing.T) {
	hdd := Volume("pv", VolumeLabel("disk", "hdd"))
	block, attributes := corev1.PersistentVolumeBlock, "gold"
	tests := []struct {
		name    string
		claim   *corev1.PersistentVolumeClaim
		volume  *corev1.PersistentVolume
		takenBy string
		code    inspect.VolumeCode
		want    string
	}{
		{"taken", Claim("data-0"), Volume("pv"), "logs-0", inspect.TakenBySibling, "taken by claim logs-0 of the same Pod"},
		{"taken, twice named", Claim("data-0"), Volume("pv"), "data-0", inspect.TakenBySibling, "taken already for this claim, which the Pod names twice"},
		{"claimed", Claim("data-0"), Volume("pv", ClaimedBy("other", "other-uid")), "", inspect.ClaimedByOther, "claimed by shop/other"},
		{"claim gone", Claim("data-0"), Volume("pv", ClaimedBy("old-0", "uid-old")), "", inspect.ClaimedByOther, "claimed by shop/old-0, which is gone"},
		{"claim replaced", Claim("data-0"), Volume("pv", ClaimedBy("other", "uid-old")), "", inspect.ClaimedByOther, "claimed by an earlier shop/other, not by the claim that now has this name"},
		{"this claim replaced", Claim("data-0"), Volume("pv", ClaimedBy("data-0", "uid-old")), "", inspect.ClaimedByOther, "claimed by an earlier claim of this name"},
		{"reserved", Claim("data-0"), Volume("pv", ReservedFor("other")), "", inspect.ClaimedByOther, "reserved for shop/other"},
		{"reserved ahead", Claim("data-0"), Volume("pv", ReservedFor("next")), "", inspect.ClaimedByOther, "reserved for shop/next, which does not exist"},
		{"claim unreadable", Claim("data-0"), Volume("pv", ClaimedBy("db", "db-uid"), func(v *corev1.PersistentVolume) { v.Spec.ClaimRef.Namespace = "secret" }), "", inspect.ClaimedByOther, "claimed by secret/db, and whether that claim exists is unknown"},
		{"small", Claim("data-0"), Volume("pv", Sized("60Gi")), "", inspect.CapacityTooSmall, "asks 80Gi, has 60Gi"},
		{"no capacity", Claim("data-0"), Volume("pv", func(v *corev1.PersistentVolume) { v.Spec.Capacity = nil }), "", inspect.CapacityTooSmall, "asks 80Gi, has no capacity"},
		{"block", Claim("data-0"), Volume("pv", func(v *corev1.PersistentVolume) { v.Spec.VolumeMode = &block }), "", inspect.VolumeModeMismatch, "asks Filesystem, has Block"},
		{"attributes", Claim("data-0"), Volume("pv", func(v *corev1.PersistentVolume) { v.Spec.VolumeAttributesClassName = &attributes }), "", inspect.AttributesClassMismatch, "asks no attributes class, has attributes class gold"},
		{"terminating", Claim("data-0"), Volume("pv", func(v *corev1.PersistentVolume) { v.DeletionTimestamp = ptr.To(Ago(14 * time.Minute)) }), "", inspect.Terminating, "being deleted for 14m"},
		{"released", Claim("data-0"), Volume("pv", Phase(Released)), "", inspect.NotAvailable, "phase Released"},
		{"no phase", Claim("data-0"), Volume("pv", Phase("")), "", inspect.NotAvailable, "no phase yet"},
		{"label", Claim("data-0", WantsLabel("disk", "ssd")), hdd, "", inspect.SelectorMismatch, "asks disk=ssd, has disk=hdd"},
		{"no label", Claim("data-0", WantsLabel("rack", "a")), hdd, "", inspect.SelectorMismatch, "asks rack=a, has no label rack"},
		{"two labels", Claim("data-0", selecting(metav1.LabelSelector{MatchLabels: map[string]string{"rack": "a", "disk": "ssd"}})), hdd, "", inspect.SelectorMismatch, "asks disk=ssd and rack=a, has disk=hdd and no label rack"},
		{"one label of two", Claim("data-0", selecting(metav1.LabelSelector{MatchLabels: map[string]string{"rack": "a", "disk": "hdd"}})), hdd, "", inspect.SelectorMismatch, "asks rack=a, has no label rack"},
		{"in", Claim("data-0", selecting(expression("disk", metav1.LabelSelectorOpIn, "ssd", "nvme"))), hdd, "", inspect.SelectorMismatch, "asks disk in (nvme,ssd), has disk=hdd"},
		{"not in", Claim("data-0", selecting(expression("disk", metav1.LabelSelectorOpNotIn, "hdd"))), hdd, "", inspect.SelectorMismatch, "asks disk not in (hdd), has disk=hdd"},
		{"exists", Claim("data-0", selecting(expression("rack", metav1.LabelSelectorOpExists))), hdd, "", inspect.SelectorMismatch, "asks label rack, has no label rack"},
		{"does not exist", Claim("data-0", selecting(expression("disk", metav1.LabelSelectorOpDoesNotExist))), hdd, "", inspect.SelectorMismatch, "asks no label disk, has disk=hdd"},
		{"class", Claim("data-0"), Volume("pv", OfClass("local-hdd")), "", inspect.ClassMismatch, "asks class local-ssd, has class local-hdd"},
		{"beta class", Claim("data-0"), Volume("pv", VolumeAnnotation(corev1.BetaStorageClassAnnotation, "")), "", inspect.ClassMismatch, "asks class local-ssd, has no class"},
		{"elsewhere", Claim("data-0"), Volume("pv", On("node-1")), "", inspect.NodeAffinityMismatch, "is on node-1"},
		{"home missing", Claim("data-0"), Volume("pv", On("node-9")), "", inspect.NodeAffinityMismatch, "is on node-9, which no longer exists"},
		{"home unknown", Claim("data-0"), Volume("pv", Within()), "", inspect.NodeAffinityMismatch, "its home is unknown: its node affinity has no terms, so it matches no node"},
		{"reserved elsewhere", Claim("data-0"), Volume("pv", On("node-1"), ReservedFor("data-0")), "", inspect.NodeAffinityMismatch, "reserved for this claim, and is on node-1"},
		{"access modes", Claim("data-0", func(c *corev1.PersistentVolumeClaim) {
			c.Spec.AccessModes = []corev1.PersistentVolumeAccessMode{corev1.ReadWriteMany}
		}), Volume("pv"), "", inspect.AccessModesMismatch, "asks RWX, has RWO"},
		{"no access modes", Claim("data-0"), Volume("pv", func(v *corev1.PersistentVolume) { v.Spec.AccessModes = nil }), "", inspect.AccessModesMismatch, "asks RWO, has no access mode"},
		{"match", Claim("data-0"), Volume("pv"), "", inspect.Match, "fits: asks 80Gi, has 100Gi"},
		{"reserved for it", Claim("data-0"), Volume("pv", ClaimedBy("data-0", "data-0-uid")), "", inspect.Match, "reserved for this claim"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			other := Claim("other")
			m := mustMatcher(t, &inspect.Snapshot{
				TakenAt: Now(),
				Nodes:   []*corev1.Node{Node("node-0"), Node("node-1")},
				Volumes: []*corev1.PersistentVolume{tt.volume},
				Claims:  []*corev1.PersistentVolumeClaim{tt.claim, other},
				Gaps:    []inspect.Gap{{Kind: inspect.PersistentVolumeClaims, Namespace: "secret", Reason: "forbidden"}},
			}, tt.claim)
			got := m.ExplainList([]*corev1.PersistentVolume{tt.volume}, Node("node-0"), map[string]string{"pv": tt.takenBy})[0]
			if tt.code == inspect.ClassMismatch || tt.takenBy != "" {
				got = m.Explain(tt.volume, true, tt.takenBy)
			}
			if got.Code != tt.code || textOf(got) != tt.want {
				t.Errorf("got %s: %s\nwant %s: %s", got.Code, textOf(got), tt.code, tt.want)
			}
		})
	}
}

func textOf(v match.VolumeVerdict) string { return phrase.New(phrase.Connection{}).Text(v.Fact()) }

func mustMatcher(t *testing.T, s *inspect.Snapshot, c *corev1.PersistentVolumeClaim) *match.Matcher {
	t.Helper()
	m, err := match.NewMatcher(inspect.NewIndex(s), c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestNotChosenMessage(t *testing.T) {
	tests := []struct {
		name  string
		other *corev1.PersistentVolume
		want  string
	}{
		{"smaller", Volume("a", Sized("90Gi")), "fits, but a is smaller (90Gi, this one 100Gi)"},
		{"equal", Volume("a"), "fits, but a is as large and may be taken as well"},
		{"reserved", Volume("a", Sized("500Gi"), ReservedFor("data-0")), "fits, but a is reserved for this claim"},
		{"blocked", Volume("a", On("node-1"), ReservedFor("data-0")), "fits, but a is reserved for this claim and cannot be used on this Node"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			volume := Volume("b")
			m := mustMatcher(t, &inspect.Snapshot{
				Nodes:   []*corev1.Node{Node("node-0"), Node("node-1")},
				Volumes: []*corev1.PersistentVolume{tt.other, volume},
			}, Claim("data-0"))
			verdicts := m.OnNode("node-0", nil)
			if len(verdicts) != 2 || verdicts[1].Code != inspect.NotChosen || textOf(verdicts[1]) != tt.want {
				t.Errorf("got %s: %s\nwant %s: %s", verdicts[1].Code, textOf(verdicts[1]), inspect.NotChosen, tt.want)
			}
		})
	}
}

func TestInvalidSelector(t *testing.T) {
	claim := Claim("data-0", selecting(expression("disk", "Near", "ssd")))
	_, err := match.NewMatcher(inspect.NewIndex(&inspect.Snapshot{}), claim)
	var selectorErr *match.SelectorError
	if !errors.As(err, &selectorErr) || selectorErr.Unwrap() == nil {
		t.Fatalf("got error %v, want a SelectorError with a cause", err)
	}
	want := `claim shop/data-0 cannot be matched to any volume: its selector is invalid ("Near" is not a valid label selector operator); ` +
		"a claim's selector cannot be changed, so delete the claim and create it with a valid one"
	if got := phrase.New(phrase.Connection{}).Text(match.SelectorFact(err)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
