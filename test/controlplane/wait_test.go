package controlplane_test

import (
	"context"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

func TestWaitForSaysWhatItSaw(t *testing.T) {
	t.Parallel()
	volume := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: "disk"}}
	volume.Status.Phase = corev1.VolumeReleased
	volumes := fake.NewClientset(volume).CoreV1().PersistentVolumes()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()

	_, err := controlplane.WaitFor(ctx, volumes, "disk", controlplane.VolumePhase(corev1.VolumeAvailable))
	for _, want := range []string{"PersistentVolume", "disk", "Released", context.DeadlineExceeded.Error()} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want it to tell %q", err, want)
		}
	}
}
