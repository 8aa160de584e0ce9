package live

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

const (
	provisionedBy = "pv.kubernetes.io/provisioned-by"
	// provisioner is the image of the sig-storage local static provisioner.
	provisioner = "registry.k8s.io/sig-storage/local-volume-provisioner:v2.8.0"
)

// Provisioned makes a volume one that the static provisioner of a Node owns.
func (s *Scene) Provisioned(node string) func(*corev1.PersistentVolume) {
	s.t.Helper()
	n, err := s.client().CoreV1().Nodes().Get(s.Context(), node, metav1.GetOptions{})
	s.must(err)
	return func(v *corev1.PersistentVolume) {
		metav1.SetMetaDataAnnotation(&v.ObjectMeta, provisionedBy, fmt.Sprintf("local-volume-provisioner-%s-%s", node, n.UID))
	}
}

// Provisioner runs a static provisioner on a Node and waits until its Pod is Ready. From when the plugin first waits
// for something until the test ends it plays the part of the program in it: it deletes each volume of the scene that is Released with policy
// Delete, and recreates it.
func (s *Scene) Provisioner(node string) {
	s.t.Helper()
	labels := map[string]string{"app": "provisioner"}
	set := &appsv1.DaemonSet{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.Name, Name: "provisioner"},
		Spec:       appsv1.DaemonSetSpec{Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: s.template()},
	}
	set.Spec.Template.Labels = labels
	set.Spec.Template.Spec.NodeSelector = map[string]string{corev1.LabelHostname: node}
	set.Spec.Template.Spec.Containers[0].Image = provisioner
	_, err := s.client().AppsV1().DaemonSets(s.Name).Create(s.Context(), set, metav1.CreateOptions{})
	s.must(err)
	s.WaitPods("provisioner", 1)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.recycle(ctx) }()
	s.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Errorf("%s: the provisioner: %v", s.Name, err)
		}
	})
}

// recycle cleans volumes until ctx ends.
func (s *Scene) recycle(ctx context.Context) error {
	select {
	case <-s.begun:
	case <-ctx.Done():
		return nil
	}
	volumes := s.client().CoreV1().PersistentVolumes()
	for {
		var dirty *corev1.PersistentVolume
		err := controlplane.WaitForAll(ctx, volumes, "to clean", metav1.ListOptions{LabelSelector: sceneLabel + "=" + s.Name},
			func(all []*corev1.PersistentVolume) (bool, string) {
				for _, v := range all {
					if v.Annotations[provisionedBy] != "" && v.Status.Phase == corev1.VolumeReleased &&
						v.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete {
						dirty = v
						return true, ""
					}
				}
				return false, "none"
			})
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // the test is over
		case err != nil:
			return err
		}
		s.Erases(dirty)
		if err := volumes.Delete(ctx, dirty.Name, metav1.DeleteOptions{}); err != nil {
			return err
		}
		if _, err := controlplane.WaitFor(ctx, volumes, dirty.Name, controlplane.Gone[*corev1.PersistentVolume](dirty.UID)); err != nil {
			return err
		}
		if _, err := volumes.Create(ctx, Rediscovered(dirty), metav1.CreateOptions{}); err != nil {
			return err
		}
	}
}

// Rediscovered is a volume as the provisioner would discover it.
func Rediscovered(v *corev1.PersistentVolume) *corev1.PersistentVolume {
	out := &corev1.PersistentVolume{ObjectMeta: metav1.ObjectMeta{Name: v.Name, Labels: v.Labels}, Spec: *v.Spec.DeepCopy()}
	if by := v.Annotations[provisionedBy]; by != "" {
		metav1.SetMetaDataAnnotation(&out.ObjectMeta, provisionedBy, by)
	}
	out.Spec.ClaimRef = nil
	return out
}
