package match_test

import (
	"errors"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// matchClaim is an unbound claim for 80Gi of local-ssd that volumes made by matchVolume fit.
func matchClaim(change ...func(*corev1.PersistentVolumeClaim)) *corev1.PersistentVolumeClaim {
	class := "local-ssd"
	c := &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "data-0", UID: "uid-data-0"},
		Spec: corev1.PersistentVolumeClaimSpec{
			StorageClassName: &class,
			AccessModes:      []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Resources: corev1.VolumeResourceRequirements{
				Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("80Gi")},
			},
		},
	}
	for _, f := range change {
		f(c)
	}
	return c
}

// matchVolume is a free volume of 100Gi of local-ssd on node-0.
func matchVolume(name string, change ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
	v := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"disk": "hdd"}},
		Spec: corev1.PersistentVolumeSpec{
			StorageClassName: "local-ssd",
			AccessModes:      []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Capacity:         corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("100Gi")},
		},
		Status: corev1.PersistentVolumeStatus{Phase: corev1.VolumeAvailable},
	}
	onHost("node-0")(v)
	for _, f := range change {
		f(v)
	}
	return v
}

func onHost(host string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
			MatchExpressions: []corev1.NodeSelectorRequirement{
				{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{host}},
			},
		}}}}
	}
}

func ofSize(capacity string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.Capacity = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(capacity)}
	}
}

func claimedBy(namespace, name string, uid types.UID) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: namespace, Name: name, UID: uid}
	}
}

func inPhase(phase corev1.PersistentVolumePhase) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) { v.Status.Phase = phase }
}

func selecting(s metav1.LabelSelector) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) { c.Spec.Selector = &s }
}

func expression(key string, op metav1.LabelSelectorOperator, values ...string) metav1.LabelSelector {
	return metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: key, Operator: op, Values: values}}}
}

func nodeNamed(name string) *corev1.Node {
	return &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelHostname: name}}}
}

func TestVerdictMessage(t *testing.T) {
	now := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	block, attributes := corev1.PersistentVolumeBlock, "gold"
	tests := []struct {
		name    string
		claim   *corev1.PersistentVolumeClaim
		volume  *corev1.PersistentVolume
		takenBy string
		code    inspect.VolumeCode
		want    string
	}{
		{"taken", matchClaim(), matchVolume("pv"), "logs-0", inspect.TakenBySibling, "taken by claim logs-0 of the same Pod"},
		{"taken, twice named", matchClaim(), matchVolume("pv"), "data-0", inspect.TakenBySibling, "taken already for this claim, which the Pod names twice"},
		{"claimed", matchClaim(), matchVolume("pv", claimedBy("shop", "other", "uid-other")), "", inspect.ClaimedByOther, "claimed by shop/other"},
		{"claim gone", matchClaim(), matchVolume("pv", claimedBy("shop", "old-0", "uid-old")), "", inspect.ClaimedByOther, "claimed by shop/old-0, which is gone"},
		{"claim replaced", matchClaim(), matchVolume("pv", claimedBy("shop", "other", "uid-old")), "", inspect.ClaimedByOther, "claimed by an earlier shop/other, not by the claim that now has this name"},
		{"this claim replaced", matchClaim(), matchVolume("pv", claimedBy("shop", "data-0", "uid-old")), "", inspect.ClaimedByOther, "claimed by an earlier claim of this name"},
		{"reserved", matchClaim(), matchVolume("pv", claimedBy("shop", "other", "")), "", inspect.ClaimedByOther, "reserved for shop/other"},
		{"reserved ahead", matchClaim(), matchVolume("pv", claimedBy("shop", "next", "")), "", inspect.ClaimedByOther, "reserved for shop/next, which does not exist"},
		{"claim unreadable", matchClaim(), matchVolume("pv", claimedBy("secret", "db", "uid-db")), "", inspect.ClaimedByOther, "claimed by secret/db, and whether that claim exists is unknown"},
		{"small", matchClaim(), matchVolume("pv", ofSize("60Gi")), "", inspect.CapacityTooSmall, "asks 80Gi, has 60Gi"},
		{"no capacity", matchClaim(), matchVolume("pv", func(v *corev1.PersistentVolume) { v.Spec.Capacity = nil }), "", inspect.CapacityTooSmall, "asks 80Gi, has no capacity"},
		{"block", matchClaim(), matchVolume("pv", func(v *corev1.PersistentVolume) { v.Spec.VolumeMode = &block }), "", inspect.VolumeModeMismatch, "asks Filesystem, has Block"},
		{"attributes", matchClaim(), matchVolume("pv", func(v *corev1.PersistentVolume) { v.Spec.VolumeAttributesClassName = &attributes }), "", inspect.AttributesClassMismatch, "asks no attributes class, has attributes class gold"},
		{"terminating", matchClaim(), matchVolume("pv", func(v *corev1.PersistentVolume) { v.DeletionTimestamp = &metav1.Time{Time: now.Add(-14 * time.Minute)} }), "", inspect.Terminating, "being deleted for 14m"},
		{"released", matchClaim(), matchVolume("pv", inPhase(corev1.VolumeReleased)), "", inspect.NotAvailable, "phase Released"},
		{"no phase", matchClaim(), matchVolume("pv", inPhase("")), "", inspect.NotAvailable, "no phase yet"},
		{"label", matchClaim(selecting(metav1.LabelSelector{MatchLabels: map[string]string{"disk": "ssd"}})), matchVolume("pv"), "", inspect.SelectorMismatch, "asks disk=ssd, has disk=hdd"},
		{"no label", matchClaim(selecting(metav1.LabelSelector{MatchLabels: map[string]string{"rack": "a"}})), matchVolume("pv"), "", inspect.SelectorMismatch, "asks rack=a, has no label rack"},
		{"two labels", matchClaim(selecting(metav1.LabelSelector{MatchLabels: map[string]string{"rack": "a", "disk": "ssd"}})), matchVolume("pv"), "", inspect.SelectorMismatch, "asks disk=ssd and rack=a, has disk=hdd and no label rack"},
		{"one label of two", matchClaim(selecting(metav1.LabelSelector{MatchLabels: map[string]string{"rack": "a", "disk": "hdd"}})), matchVolume("pv"), "", inspect.SelectorMismatch, "asks rack=a, has no label rack"},
		{"in", matchClaim(selecting(expression("disk", metav1.LabelSelectorOpIn, "ssd", "nvme"))), matchVolume("pv"), "", inspect.SelectorMismatch, "asks disk in (nvme,ssd), has disk=hdd"},
		{"not in", matchClaim(selecting(expression("disk", metav1.LabelSelectorOpNotIn, "hdd"))), matchVolume("pv"), "", inspect.SelectorMismatch, "asks disk not in (hdd), has disk=hdd"},
		{"exists", matchClaim(selecting(expression("rack", metav1.LabelSelectorOpExists))), matchVolume("pv"), "", inspect.SelectorMismatch, "asks label rack, has no label rack"},
		{"does not exist", matchClaim(selecting(expression("disk", metav1.LabelSelectorOpDoesNotExist))), matchVolume("pv"), "", inspect.SelectorMismatch, "asks no label disk, has disk=hdd"},
		{"class", matchClaim(), matchVolume("pv", func(v *corev1.PersistentVolume) { v.Spec.StorageClassName = "local-hdd" }), "", inspect.ClassMismatch, "asks class local-ssd, has class local-hdd"},
		{"beta class", matchClaim(), matchVolume("pv", func(v *corev1.PersistentVolume) {
			v.Annotations = map[string]string{corev1.BetaStorageClassAnnotation: ""}
		}), "", inspect.ClassMismatch, "asks class local-ssd, has no class"},
		{"elsewhere", matchClaim(), matchVolume("pv", onHost("node-1")), "", inspect.NodeAffinityMismatch, "is on node-1"},
		{"home missing", matchClaim(), matchVolume("pv", onHost("node-9")), "", inspect.NodeAffinityMismatch, "is on node-9, which no longer exists"},
		{"home unknown", matchClaim(), matchVolume("pv", func(v *corev1.PersistentVolume) {
			v.Spec.NodeAffinity.Required.NodeSelectorTerms = nil
		}), "", inspect.NodeAffinityMismatch, "its home is unknown: its node affinity has no terms, so it matches no node"},
		{"reserved elsewhere", matchClaim(), matchVolume("pv", onHost("node-1"), claimedBy("shop", "data-0", "")), "", inspect.NodeAffinityMismatch, "reserved for this claim, and is on node-1"},
		{"access modes", matchClaim(func(c *corev1.PersistentVolumeClaim) {
			c.Spec.AccessModes = []corev1.PersistentVolumeAccessMode{corev1.ReadWriteMany}
		}), matchVolume("pv"), "", inspect.AccessModesMismatch, "asks RWX, has RWO"},
		{"no access modes", matchClaim(), matchVolume("pv", func(v *corev1.PersistentVolume) { v.Spec.AccessModes = nil }), "", inspect.AccessModesMismatch, "asks RWO, has no access mode"},
		{"match", matchClaim(), matchVolume("pv"), "", inspect.Match, "fits: asks 80Gi, has 100Gi"},
		{"reserved for it", matchClaim(), matchVolume("pv", claimedBy("shop", "data-0", "uid-data-0")), "", inspect.Match, "reserved for this claim"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			other := matchClaim(func(c *corev1.PersistentVolumeClaim) { c.Name, c.UID = "other", "uid-other" })
			m := mustMatcher(t, &inspect.Snapshot{
				TakenAt: now,
				Nodes:   []*corev1.Node{nodeNamed("node-0"), nodeNamed("node-1")},
				Volumes: []*corev1.PersistentVolume{tt.volume},
				Claims:  []*corev1.PersistentVolumeClaim{tt.claim, other},
				Gaps:    []inspect.Gap{{Kind: inspect.PersistentVolumeClaims, Namespace: "secret", Reason: "forbidden"}},
			}, tt.claim)
			got := m.ExplainList([]*corev1.PersistentVolume{tt.volume}, nodeNamed("node-0"), map[string]string{"pv": tt.takenBy})[0]
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
		{"smaller", matchVolume("a", ofSize("90Gi")), "fits, but a is smaller (90Gi, this one 100Gi)"},
		{"equal", matchVolume("a"), "fits, but a is as large and may be taken as well"},
		{"reserved", matchVolume("a", ofSize("500Gi"), claimedBy("shop", "data-0", "")), "fits, but a is reserved for this claim"},
		{"blocked", matchVolume("a", onHost("node-1"), claimedBy("shop", "data-0", "")), "fits, but a is reserved for this claim and cannot be used on this Node"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			volume := matchVolume("b")
			m := mustMatcher(t, &inspect.Snapshot{
				Nodes:   []*corev1.Node{nodeNamed("node-0"), nodeNamed("node-1")},
				Volumes: []*corev1.PersistentVolume{tt.other, volume},
			}, matchClaim())
			verdicts := m.OnNode("node-0", nil)
			if len(verdicts) != 2 || verdicts[1].Code != inspect.NotChosen || textOf(verdicts[1]) != tt.want {
				t.Errorf("got %s: %s\nwant %s: %s", verdicts[1].Code, textOf(verdicts[1]), inspect.NotChosen, tt.want)
			}
		})
	}
}

func TestInvalidSelector(t *testing.T) {
	claim := matchClaim(selecting(expression("disk", "Near", "ssd")))
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
