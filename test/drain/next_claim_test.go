package drain

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestDefaultClassHasChanged drains a node whose member has a claim of a template that names no class, while the default class is another
// than when the claim was created: Pod and volume end on one node. It runs by itself: there is one default class.
func TestDefaultClassHasChanged(t *testing.T) {
	s := open(t, "default-class")
	database(s, []string{old, "a", "b"}, func(set *appsv1.StatefulSet) {
		for i := range set.Spec.VolumeClaimTemplates {
			set.Spec.VolumeClaimTemplates[i].Spec.StorageClassName = nil
		}
	})
	next := s.Name + "-next"
	class := &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{Name: next, Labels: map[string]string{"localpv.dev/scene": s.Name},
			Annotations: map[string]string{"storageclass.kubernetes.io/is-default-class": "true"}},
		Provisioner: "kubernetes.io/no-provisioner", VolumeBindingMode: ptr.To(storagev1.VolumeBindingWaitForFirstConsumer),
	}
	if _, err := cluster.Client().StorageV1().StorageClasses().Create(s.Context(), class, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	free(s, "c") // of the class of the claim that goes
	s.Volume("next", s.VolumeName("a"), func(v *corev1.PersistentVolume) { v.Spec.StorageClassName = next })
	args := draining("--move-claims")(s)
	plan := planOf(t, s, args)
	if len(plan.Moves) != 1 || plan.Moves[0].To != s.VolumeName("next") {
		t.Fatalf("it moves %+v", plan.Moves)
	}
	if r := s.Run(live.Run{Args: append(args, "--yes"), Rules: rules(s, false, false)}); r.Exit != 0 {
		t.Fatal(r)
	}
	waitReleased(s)
	asPlanned(t, s, plan)
}
