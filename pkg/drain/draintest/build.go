package draintest

import (
	"math/rand/v2"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Ns is the namespace of everything, Class the class of every volume, and External a provisioner that cleans volumes of node-0.
const (
	Ns       = "shop"
	Class    = "local-ssd"
	External = "local-volume-provisioner-node-0-node-0-uid"
)

// Now is when every snapshot of the tests was taken.
func Now() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// Ago is a time so long before Now.
func Ago(d time.Duration) metav1.Time { return metav1.NewTime(Now().Add(-d)) }

// Node is one of which only the name counts, with the label of its host.
func Node(name string) *corev1.Node {
	return &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID(name + "-uid"), Labels: map[string]string{corev1.LabelHostname: name}}}
}

// Volume is an Available one of 100Gi on node-0, as its edits say.
func Volume(name string, edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
	v := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID(name + "-uid"), ResourceVersion: "10", CreationTimestamp: Ago(90 * 24 * time.Hour)},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("100Gi")},
			AccessModes:                   []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
			StorageClassName:              Class,
			PersistentVolumeSource:        corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: "/mnt/" + name}},
		},
		Status: corev1.PersistentVolumeStatus{Phase: corev1.VolumeAvailable},
	}
	On("node-0")(v)
	for _, edit := range edits {
		edit(v)
	}
	return v
}

// On puts a volume on a host.
func On(host string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.NodeAffinity = &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
			MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{host}}},
		}}}}
	}
}

// Phase gives a volume a phase, for three hours.
func Phase(p corev1.PersistentVolumePhase) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Status.Phase = p
		v.Status.LastPhaseTransitionTime = ptr.To(Ago(3 * time.Hour))
	}
}

// Has lets a volume name a claim: Bound, unless a phase follows.
func Has(claim, uid string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: drain.KindClaim, Namespace: Ns, Name: claim, UID: types.UID(uid)}
		v.Status.Phase = corev1.VolumeBound
	}
}

// Deletes gives a volume reclaim policy Delete.
func Deletes(v *corev1.PersistentVolume) {
	v.Spec.PersistentVolumeReclaimPolicy = corev1.PersistentVolumeReclaimDelete
}

// Annotated gives a volume an annotation.
func Annotated(key, value string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) { metav1.SetMetaDataAnnotation(&v.ObjectMeta, key, value) }
}

// Provisioned says which provisioner a volume is of.
func Provisioned(by string) func(*corev1.PersistentVolume) {
	return Annotated("pv.kubernetes.io/provisioned-by", by)
}

// SavedFrom puts the manifest of a claim on a volume.
func SavedFrom(c *corev1.PersistentVolumeClaim) func(*corev1.PersistentVolume) {
	text, err := retain.EncodeClaim(c)
	if err != nil {
		text = err.Error()
	}
	return Annotated(retain.AnnReleasedClaim, text)
}

// DeletingVolume is how a volume looks that is being deleted.
func DeletingVolume(v *corev1.PersistentVolume) { v.DeletionTimestamp = ptr.To(Ago(time.Minute)) }

// Claim is one of 80Gi that is Pending, as its edits say. Its UID is NAME-uid.
func Claim(name string, edits ...func(*corev1.PersistentVolumeClaim)) *corev1.PersistentVolumeClaim {
	c := &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: Ns, Name: name, UID: types.UID(name + "-uid"), ResourceVersion: "20",
			CreationTimestamp: Ago(24 * time.Hour), Finalizers: []string{"kubernetes.io/pvc-protection"},
		},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes:      []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			StorageClassName: ptr.To(Class),
			Resources:        corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("80Gi")}},
		},
		Status: corev1.PersistentVolumeClaimStatus{Phase: corev1.ClaimPending},
	}
	for _, edit := range edits {
		edit(c)
	}
	return c
}

// BoundTo binds a claim to a volume, as the volume controller leaves it.
func BoundTo(volume string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) {
		c.Spec.VolumeName = volume
		metav1.SetMetaDataAnnotation(&c.ObjectMeta, "pv.kubernetes.io/bind-completed", "yes")
		c.Status.Phase = corev1.ClaimBound
	}
}

// WithUID gives a claim another UID.
func WithUID(uid string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) { c.UID = types.UID(uid) }
}

// DeletingClaim is how a claim looks that is being deleted.
func DeletingClaim(c *corev1.PersistentVolumeClaim) { c.DeletionTimestamp = ptr.To(Ago(time.Minute)) }

// OwnedBy gives a claim a controller.
func OwnedBy(kind, name string) func(*corev1.PersistentVolumeClaim) {
	return func(c *corev1.PersistentVolumeClaim) {
		c.OwnerReferences = []metav1.OwnerReference{reference(kind, name)}
	}
}

func reference(kind, name string) metav1.OwnerReference {
	version := "apps/v1"
	if kind == "Job" {
		version = "batch/v1"
	}
	return metav1.OwnerReference{APIVersion: version, Kind: kind, Name: name, UID: types.UID(name + "-uid"), Controller: ptr.To(true)}
}

// Pod names a claim. It is Running on a Node, or Pending on none.
func Pod(name, onNode, claim string, edits ...func(*corev1.Pod)) *corev1.Pod {
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: Ns, Name: name, UID: types.UID(name + "-uid"), CreationTimestamp: Ago(12 * time.Hour)},
		Spec: corev1.PodSpec{NodeName: onNode, Volumes: []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim},
		}}}},
		Status: corev1.PodStatus{Phase: corev1.PodRunning},
	}
	if onNode == "" {
		p.Status.Phase = corev1.PodPending
	}
	for _, edit := range edits {
		edit(p)
	}
	return p
}

// ControlledBy gives a Pod a controller.
func ControlledBy(kind, name string) func(*corev1.Pod) {
	return func(p *corev1.Pod) { p.OwnerReferences = []metav1.OwnerReference{reference(kind, name)} }
}

// Ended is how a Pod looks that has succeeded.
func Ended(p *corev1.Pod) { p.Status.Phase = corev1.PodSucceeded }

// ProvisionerPod is a ready one of the static provisioner, on node-0.
func ProvisionerPod() *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: "cleaner-node-0", OwnerReferences: []metav1.OwnerReference{reference("DaemonSet", "cleaner")}},
		Spec:       corev1.PodSpec{NodeName: "node-0", Containers: []corev1.Container{{Image: "registry.example/sig-storage/local-volume-provisioner:v2.7.0"}}},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, Conditions: []corev1.PodCondition{{
			Type: corev1.PodReady, Status: corev1.ConditionTrue,
		}}},
	}
}

// StatefulSet has one template for claims: data.
func StatefulSet(name string, replicas int32) *appsv1.StatefulSet {
	return &appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Namespace: Ns, Name: name, UID: types.UID(name + "-uid")},
		Spec: appsv1.StatefulSetSpec{Replicas: ptr.To(replicas), VolumeClaimTemplates: []corev1.PersistentVolumeClaim{{
			ObjectMeta: metav1.ObjectMeta{Name: "data"},
		}}},
	}
}

// Snapshot sorts objects into their lists.
func Snapshot(t *testing.T, objects ...any) *inspect.Snapshot {
	t.Helper()
	s := &inspect.Snapshot{TakenAt: Now()}
	for _, o := range objects {
		switch o := o.(type) {
		case *corev1.Node:
			s.Nodes = append(s.Nodes, o)
		case *corev1.PersistentVolume:
			s.Volumes = append(s.Volumes, o)
		case *corev1.PersistentVolumeClaim:
			s.Claims = append(s.Claims, o)
		case *corev1.Pod:
			s.Pods = append(s.Pods, o)
		case *appsv1.StatefulSet:
			s.StatefulSets = append(s.StatefulSets, o)
		case inspect.Gap:
			s.Gaps = append(s.Gaps, o)
		default:
			t.Fatalf("a snapshot of the tests has no %T", o)
		}
	}
	return s
}

// objects are those of a snapshot, for a fake client.
func objects(all ...any) []runtime.Object {
	var out []runtime.Object
	for _, o := range all {
		if o, ok := o.(runtime.Object); ok {
			out = append(out, o.DeepCopyObject())
		}
	}
	return out
}

// Large gives a claim an annotation that hardly shrinks when it is compressed.
func Large(c *corev1.PersistentVolumeClaim) {
	random := rand.New(rand.NewPCG(3, 4))
	noise := make([]byte, 250<<10)
	for i := range noise {
		noise[i] = byte(' ' + random.IntN(90))
	}
	c.Annotations["note"] = string(noise)
}

// WhenDeleted lets the claims of a set be deleted with it.
func WhenDeleted(s *appsv1.StatefulSet) *appsv1.StatefulSet {
	s.Spec.PersistentVolumeClaimRetentionPolicy = &appsv1.StatefulSetPersistentVolumeClaimRetentionPolicy{WhenDeleted: appsv1.DeletePersistentVolumeClaimRetentionPolicyType}
	return s
}

// Young lets a Pod be an hour old.
func Young(p *corev1.Pod) { p.CreationTimestamp = Ago(time.Hour) }

// RecoveredFrom says that a claim was moved off a volume when a node was dead.
func RecoveredFrom(n string) func(*corev1.PersistentVolume) {
	return Annotated(retain.AnnRecoveredFrom, n)
}

// Pvc are claims to release, by name.
func Pvc(names ...string) []drain.Target {
	var out []drain.Target
	for _, name := range names {
		out = append(out, drain.Target{Namespace: Ns, Name: name})
	}
	return out
}

// Pv are volumes to release, by name.
func Pv(names ...string) []drain.Target {
	var out []drain.Target
	for _, name := range names {
		out = append(out, drain.Target{Volume: true, Name: name})
	}
	return out
}

// Key names a claim.
func Key(name string) *types.NamespacedName { return &types.NamespacedName{Namespace: Ns, Name: name} }

// Released is a phase.
const Released = corev1.VolumeReleased
