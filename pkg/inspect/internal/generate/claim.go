package generate

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// Claim makes an unbound claim.
func Claim(s Source, name string) *corev1.PersistentVolumeClaim {
	c := inspecttest.Claim(name)
	c.Spec.StorageClassName = className(s)
	c.Spec.VolumeMode = volumeMode(s)
	c.Spec.AccessModes = claimAccessModes(s)
	c.Spec.Selector = selector(s)
	c.Spec.VolumeAttributesClassName = attributesClass(s)
	c.Annotations = betaClass(s)
	c.Spec.Resources.Requests = amount(s, "10Gi", "5Gi", "10Gi", "15Gi", "20Gi")
	return c
}

// InvalidSelector gives a claim a selector that cannot be parsed.
func InvalidSelector(s Source, c *corev1.PersistentVolumeClaim) {
	c.Spec.Selector = pick(s,
		&metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "disk", Operator: "Near", Values: []string{"ssd"}}}},
		&metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "disk", Operator: metav1.LabelSelectorOpIn}}},
		&metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "disk", Operator: metav1.LabelSelectorOpExists, Values: []string{"ssd"}}}},
		&metav1.LabelSelector{MatchLabels: map[string]string{"not a key": "ssd"}},
		&metav1.LabelSelector{MatchLabels: map[string]string{"disk": "not a value"}},
	)
}

// className is the class field of a claim: usually Class, else another, empty or nil.
func className(s Source) *string {
	switch s.IntN(12) {
	case 11:
		return nil
	case 10:
		return ptr("")
	case 9:
		return ptr("local-hdd")
	default:
		return ptr(inspecttest.Class)
	}
}

// betaClass are the annotations of a claim or volume: the old class annotation, rarely.
func betaClass(s Source) map[string]string {
	if !rarely(s, 12) {
		return nil
	}
	return map[string]string{corev1.BetaStorageClassAnnotation: pick(s, inspecttest.Class, inspecttest.Class, "local-hdd", "")}
}

func volumeMode(s Source) *corev1.PersistentVolumeMode {
	switch s.IntN(12) {
	case 11:
		return ptr(corev1.PersistentVolumeBlock)
	case 10, 9, 8, 7:
		return nil
	default:
		return ptr(corev1.PersistentVolumeFilesystem)
	}
}

func attributesClass(s Source) *string {
	switch s.IntN(12) {
	case 11:
		return ptr("gold")
	case 10, 9:
		return ptr("")
	default:
		return nil
	}
}

func claimAccessModes(s Source) []corev1.PersistentVolumeAccessMode {
	switch s.IntN(8) {
	case 7:
		return []corev1.PersistentVolumeAccessMode{pick(s, corev1.ReadWriteMany, corev1.ReadOnlyMany, corev1.ReadWriteOncePod)}
	case 6:
		return []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce, corev1.ReadOnlyMany}
	case 5:
		return nil
	default:
		return []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}
	}
}

// amount of storage is one of the values in one of several notations, or none at all. Notations of one value are equal
// to the scheduler, and some of them are not held as plain integers.
func amount(s Source, values ...string) corev1.ResourceList {
	switch s.IntN(16) {
	case 15:
		return nil
	case 14:
		values = []string{"10240Mi", "10737418240", "10.0Gi", "10737418240.5", "0", "20e9"}
	}
	return corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(pick(s, values...))}
}

func ptr[T any](v T) *T { return &v }
