package inspecttest

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
)

// Claim is Pending and asks for 80Gi. It leaves its volume mode to the default, as most claims do when they are written.
func Claim(name string, edits ...func(*corev1.PersistentVolumeClaim)) *corev1.PersistentVolumeClaim {
	c := &corev1.PersistentVolumeClaim{
		ObjectMeta: inNs(saved(name, day)),
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes:      []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			StorageClassName: ptr.To(Class),
		},
		Status: corev1.PersistentVolumeClaimStatus{Phase: corev1.ClaimPending},
	}
	c.ResourceVersion, c.Finalizers = "20", []string{"kubernetes.io/pvc-protection"}
	Asks("80Gi")(c)
	return edited(c, edits)
}

// Asks lets a claim ask for so much.
func Asks(storage string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) {
		c.Spec.Resources.Requests = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(storage)}
	}
}

// WantsClass gives a claim a class.
func WantsClass(name string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) { c.Spec.StorageClassName = &name }
}

// WantsLabel gives a claim a selector.
func WantsLabel(key, value string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) {
		c.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{key: value}}
	}
}

// BoundTo binds a claim to a volume, as the volume controller leaves it.
func BoundTo(volume string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) {
		c.Spec.VolumeName = volume
		ClaimAnnotation("pv.kubernetes.io/bind-completed", "yes")(c)
		ClaimAnnotation("pv.kubernetes.io/bound-by-controller", "yes")(c)
		c.Status.Phase = corev1.ClaimBound
	}
}

// ClaimAnnotation gives a claim an annotation.
func ClaimAnnotation(key, value string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) { metav1.SetMetaDataAnnotation(&c.ObjectMeta, key, value) }
}

// WithUID gives a claim another UID.
func WithUID(uid string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) { c.UID = types.UID(uid) }
}

// OwnedBy gives a claim a controller.
func OwnedBy(kind, name string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) { c.OwnerReferences = controller(kind, name) }
}
