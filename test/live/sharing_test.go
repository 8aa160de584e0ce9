package live

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// TestSharingIsSeen makes sure that two claims or two Pods with one volume would be seen.
func TestSharingIsSeen(t *testing.T) {
	claim := func(name, volume string) *corev1.PersistentVolumeClaim {
		c := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{"pv.kubernetes.io/bind-completed": "yes"}}}
		c.Spec.VolumeName = volume
		return c
	}
	pod := func(name, claim string) *corev1.Pod {
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}}
		p.Spec.NodeName = "node-0"
		p.Spec.Volumes = []corev1.Volume{{VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim}}}}
		return p
	}
	for name, tc := range map[string]struct {
		claims []*corev1.PersistentVolumeClaim
		pods   []*corev1.Pod
		want   string
	}{
		"each its own": {claims: []*corev1.PersistentVolumeClaim{claim("a", "v"), claim("b", "w")}, pods: []*corev1.Pod{pod("a", "a"), pod("b", "b")}},
		"two claims":   {claims: []*corev1.PersistentVolumeClaim{claim("a", "v"), claim("b", "v")}, want: "volume v has the claims a and b"},
		"two Pods":     {claims: []*corev1.PersistentVolumeClaim{claim("a", "v")}, pods: []*corev1.Pod{pod("y", "a"), pod("x", "a")}, want: "volume v has the Pods x and y"},
	} {
		t.Run(name, func(t *testing.T) {
			m := NewMoment()
			for i, c := range tc.claims {
				c.UID = types.UID(fmt.Sprintf("claim-%d", i))
				m.Claims[c.UID] = c
			}
			for i, p := range tc.pods {
				p.UID = types.UID(fmt.Sprintf("pod-%d", i))
				m.Pods[p.UID] = p
			}
			got := ""
			if err := NoSharing(m); err != nil {
				got = err.Error()
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
