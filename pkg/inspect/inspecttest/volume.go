package inspecttest

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
)

// Volume is Available, has 100Gi and is on node-0.
func Volume(name string, edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
	v := &corev1.PersistentVolume{
		ObjectMeta: saved(name, 90*day),
		Spec: corev1.PersistentVolumeSpec{
			AccessModes:                   []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
			StorageClassName:              Class,
			VolumeMode:                    ptr.To(corev1.PersistentVolumeFilesystem),
			PersistentVolumeSource:        corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: "/mnt/" + name}},
		},
		Status: corev1.PersistentVolumeStatus{Phase: corev1.VolumeAvailable},
	}
	v.ResourceVersion = "10"
	Sized("100Gi")(v)
	On("node-0")(v)
	return edited(v, edits)
}

// Sized gives a volume a capacity.
func Sized(capacity string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.Capacity = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(capacity)}
	}
}

// OfClass gives a volume a class.
func OfClass(name string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) { v.Spec.StorageClassName = name }
}

// On puts a volume on the Node of a host name.
func On(host string) func(*corev1.PersistentVolume) {
	return Within(Term(In(corev1.LabelHostname, host)))
}

// Within puts a volume on the Nodes that one of the terms selects.
func Within(terms ...corev1.NodeSelectorTerm) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: terms}}
	}
}

// Anywhere takes the node affinity off a volume.
func Anywhere(v *corev1.PersistentVolume) { v.Spec.NodeAffinity = nil }

// Term is a term of a node selector.
func Term(requirements ...corev1.NodeSelectorRequirement) corev1.NodeSelectorTerm {
	return corev1.NodeSelectorTerm{MatchExpressions: requirements}
}

// In requires one of the values.
func In(key string, values ...string) corev1.NodeSelectorRequirement {
	return corev1.NodeSelectorRequirement{Key: key, Operator: corev1.NodeSelectorOpIn, Values: values}
}

// Phase gives a volume a phase, for three hours.
func Phase(p corev1.PersistentVolumePhase) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Status.Phase = p
		v.Status.LastPhaseTransitionTime = ptr.To(Ago(3 * time.Hour))
	}
}

// Released is a phase.
const Released = corev1.VolumeReleased

// Has lets a volume name a claim: Bound, unless a phase follows.
func Has(claim, uid string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		ClaimedBy(claim, uid)(v)
		v.Status.Phase = corev1.VolumeBound
	}
}

// ClaimedBy lets a volume name a claim, and leaves it Available, as the volume controller does for a moment.
func ClaimedBy(claim, uid string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: Ns, Name: claim, UID: types.UID(uid)}
	}
}

// ReservedFor reserves a volume for a claim.
func ReservedFor(claim string) func(*corev1.PersistentVolume) { return ClaimedBy(claim, "") }

// Deletes gives a volume reclaim policy Delete.
func Deletes(v *corev1.PersistentVolume) {
	v.Spec.PersistentVolumeReclaimPolicy = corev1.PersistentVolumeReclaimDelete
}

// VolumeLabel gives a volume a label.
func VolumeLabel(key, value string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) { metav1.SetMetaDataLabel(&v.ObjectMeta, key, value) }
}

// VolumeAnnotation gives a volume an annotation.
func VolumeAnnotation(key, value string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) { metav1.SetMetaDataAnnotation(&v.ObjectMeta, key, value) }
}

// Provisioned says which provisioner a volume is of.
func Provisioned(by string) func(*corev1.PersistentVolume) {
	return VolumeAnnotation("pv.kubernetes.io/provisioned-by", by)
}

// StorageClass has volumes that nobody provisions, and that are bound once a Pod needs them.
func StorageClass(name string, edits ...func(*storagev1.StorageClass)) *storagev1.StorageClass {
	return edited(&storagev1.StorageClass{
		ObjectMeta: saved(name, 100*day), Provisioner: "kubernetes.io/no-provisioner",
		ReclaimPolicy:     ptr.To(corev1.PersistentVolumeReclaimDelete),
		VolumeBindingMode: ptr.To(storagev1.VolumeBindingWaitForFirstConsumer),
	}, edits)
}

// ProvisionedBy gives a class a provisioner.
func ProvisionedBy(name string) func(*storagev1.StorageClass) {
	return func(c *storagev1.StorageClass) { c.Provisioner = name }
}

// Immediate lets the claims of a class be bound before a Pod needs them.
func Immediate(c *storagev1.StorageClass) {
	c.VolumeBindingMode = ptr.To(storagev1.VolumeBindingImmediate)
}
