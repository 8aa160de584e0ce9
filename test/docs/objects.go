package docs

import (
	"context"
	"errors"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// class is the storage class of everything on the pages, and shop the namespace of what is not in the default one.
const (
	class = "local-ssd"
	shop  = "shop"
)

// addClass is "class": the storage class that the volumes and claims are of.
func (w *world) addClass(ctx context.Context, _ []string) error {
	_, err := w.lab.Client().StorageV1().StorageClasses().Create(ctx, &storagev1.StorageClass{
		ObjectMeta:  metav1.ObjectMeta{Name: class},
		Provisioner: "kubernetes.io/no-provisioner", VolumeBindingMode: ptr.To(storagev1.VolumeBindingWaitForFirstConsumer),
	}, metav1.CreateOptions{})
	return err
}

// addDatabase is "database [NAMESPACE/]NAME MEMBERS SIZE [not-together]": a StatefulSet whose members have a claim each, data-NAME-0 and so
// on, and do not share a node if that is asked for.
func (w *world) addDatabase(ctx context.Context, words []string) error {
	if len(words) < 3 {
		return errors.New("needs a name, a number and a size")
	}
	members, err := strconv.Atoi(words[1])
	if err != nil {
		return err
	}
	namespace, name, ok := strings.Cut(words[0], "/")
	if !ok {
		namespace, name = metav1.NamespaceDefault, words[0]
	}
	labels := map[string]string{"app": name}
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{
		TerminationGracePeriodSeconds: ptr.To(int64(1)),
		Containers:                    []corev1.Container{{Name: "main", Image: "database"}},
	}}
	if len(words) > 3 {
		template.Spec.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{
				LabelSelector: &metav1.LabelSelector{MatchLabels: labels}, TopologyKey: corev1.LabelHostname,
			}},
		}}
	}
	_, err = w.lab.Client().AppsV1().StatefulSets(namespace).Create(ctx, &appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: appsv1.StatefulSetSpec{
			Replicas: ptr.To(int32(members)), ServiceName: name, PodManagementPolicy: appsv1.ParallelPodManagement,
			Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: template,
			VolumeClaimTemplates: []corev1.PersistentVolumeClaim{{ObjectMeta: metav1.ObjectMeta{Name: "data"}, Spec: corev1.PersistentVolumeClaimSpec{
				AccessModes:      []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
				StorageClassName: ptr.To(class),
				Resources:        corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(words[2])}},
			}}},
		},
	}, metav1.CreateOptions{})
	return err
}

// addVolume is "volume NAME NODE SIZE [NAMESPACE/CLAIM]": a local volume of class local-ssd, reserved for the claim if one is
// named, so that a page does not depend on the scheduler's choice.
func (w *world) addVolume(ctx context.Context, words []string) error {
	if len(words) < 3 {
		return errors.New("needs a name, a node and a size")
	}
	v := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: words[0]},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(words[2])},
			AccessModes:                   []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
			StorageClassName:              class,
			PersistentVolumeSource:        corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: "/mnt/disks/" + words[0]}},
			NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{words[1]}}},
			}}}},
		},
	}
	if len(words) > 3 {
		namespace, name, _ := strings.Cut(words[3], "/")
		v.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: namespace, Name: name}
	}
	volumes := w.lab.Client().CoreV1().PersistentVolumes()
	if _, err := volumes.Create(ctx, v, metav1.CreateOptions{}); err != nil {
		return err
	}
	_, err := controlplane.WaitFor(ctx, volumes, v.Name, controlplane.VolumePhase(corev1.VolumeAvailable))
	return err
}
