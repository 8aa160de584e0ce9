package retain_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
)

func volumeWith(annotations map[string]string) *corev1.PersistentVolume {
	return &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "v", Annotations: annotations}}
}

func TestVersions(t *testing.T) {
	if err := retain.CheckVersion(volumeWith(nil)); err != nil {
		t.Errorf("no version: %v", err)
	}
	for version, understood := range map[string]bool{"1": true, "2": true, "3": false, "": false, "02": false, "+2": false, "-1": false, "0": false, "v2": false, "2.0": false, "99999999999999999999": false} {
		if err := retain.CheckVersion(volumeWith(map[string]string{retain.AnnVersion: version})); (err == nil) != understood {
			t.Errorf("version %q: %v", version, err)
		}
	}
}

// TestPolicyWithoutRoom: a volume whose annotations are full is told so, although there is no claim to record.
func TestPolicyWithoutRoom(t *testing.T) {
	full := volumeWith(map[string]string{"note": strings.Repeat("x", 256<<10-10)})
	full.Spec.PersistentVolumeReclaimPolicy = corev1.PersistentVolumeReclaimDelete
	if _, err := retain.AnnotationsWith(full, nil, true); err == nil || !strings.Contains(err.Error(), "AnnotationsTooLarge") {
		t.Errorf("got %v", err)
	}
}
