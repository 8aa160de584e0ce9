package live

import (
	"fmt"
	"maps"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
)

// DefaultSize is the capacity of volumes and the request of claims that do not say otherwise.
const DefaultSize = "10Gi"

// ShortName is what the scene calls a volume, or a Node of its own, that has this full name.
func (s *Scene) ShortName(full string) string { return strings.TrimPrefix(full, s.Name+"-") }

// VolumeName is the full name of a volume, or of a Node of the scene's own, that the scene calls by a short one.
func (s *Scene) VolumeName(short string) string { return s.Name + "-" + short }

// Volume creates a local volume of the scene's class on a Node, with policy Delete, and waits until the volume
// controller has seen it.
func (s *Scene) Volume(short, node string, change ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
	s.t.Helper()
	v := s.NewVolume(short, node)
	for _, c := range change {
		c(v)
	}
	_, err := s.client().CoreV1().PersistentVolumes().Create(s.Context(), v, metav1.CreateOptions{})
	s.must(err)
	return s.WaitVolume(short, func(v *corev1.PersistentVolume) (bool, string) {
		return v != nil && v.Status.Phase != "" && v.Status.Phase != corev1.VolumePending, "no phase yet"
	})
}

// NewVolume is what Volume creates.
func (s *Scene) NewVolume(short, node string) *corev1.PersistentVolume {
	v := inspecttest.Volume(s.VolumeName(short), inspecttest.On(node), inspecttest.OfClass(s.Name), inspecttest.Sized(DefaultSize),
		inspecttest.Deletes, inspecttest.VolumeLabel(sceneLabel, s.Name))
	v.Spec.Local.Path = "/mnt/disks/" + v.Name // of its own on a Node that other scenes have volumes on, too
	return inspecttest.Unsaved(v)
}

// Claim creates a claim of the scene's class.
func (s *Scene) Claim(name string, change ...func(*corev1.PersistentVolumeClaim)) *corev1.PersistentVolumeClaim {
	s.t.Helper()
	c := s.NewClaim(name)
	for _, change := range change {
		change(c)
	}
	c, err := s.client().CoreV1().PersistentVolumeClaims(s.Name).Create(s.Context(), c, metav1.CreateOptions{})
	s.must(err)
	return c
}

// NewClaim is what Claim creates.
func (s *Scene) NewClaim(name string) *corev1.PersistentVolumeClaim {
	c := inspecttest.Claim(name, inspecttest.Asks(DefaultSize), inspecttest.WantsClass(s.Name))
	c.Namespace = s.Name
	return inspecttest.Unsaved(c)
}

// BoundClaim creates a claim that is bound to a volume before any Pod needs it, and waits until it is.
func (s *Scene) BoundClaim(name, volume string, change ...func(*corev1.PersistentVolumeClaim)) *corev1.PersistentVolumeClaim {
	s.t.Helper()
	s.Claim(name, append(change, func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = s.VolumeName(volume) })...)
	s.WaitVolume(volume, controlplane.VolumePhase(corev1.VolumeBound))
	return s.WaitClaim(name, controlplane.ClaimPhase(corev1.ClaimBound))
}

// Pod creates a Pod without a controller that uses claims.
func (s *Scene) Pod(name string, claims ...string) *corev1.Pod {
	s.t.Helper()
	pod, err := s.client().CoreV1().Pods(s.Name).Create(s.Context(), s.NewPod(name, claims...), metav1.CreateOptions{})
	s.must(err)
	return pod
}

// NewPod is what Pod creates.
func (s *Scene) NewPod(name string, claims ...string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: s.Name, Name: name}, Spec: s.template(claims...).Spec}
}

func (s *Scene) template(claims ...string) corev1.PodTemplateSpec {
	spec := corev1.PodSpec{
		NodeSelector:                  maps.Clone(s.NodeSelector),
		TerminationGracePeriodSeconds: ptr.To(int64(1)),
		Containers:                    []corev1.Container{{Name: "main", Image: "registry.k8s.io/pause:3.10"}},
	}
	for i, claim := range claims {
		spec.Volumes = append(spec.Volumes, corev1.Volume{Name: fmt.Sprintf("v%d", i), VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: claim},
		}})
	}
	return corev1.PodTemplateSpec{Spec: spec}
}

// StatefulSet creates a StatefulSet with one claim template called data: the claims are data-NAME-0 and so on. It does
// not wait for the Pods.
func (s *Scene) StatefulSet(name string, replicas int32, change ...func(*appsv1.StatefulSet)) *appsv1.StatefulSet {
	s.t.Helper()
	set := inspecttest.Unsaved(inspecttest.StatefulSet(name, replicas, inspecttest.Parallel))
	set.Namespace = s.Name
	set.Spec.Template.Spec = s.template().Spec
	set.Spec.VolumeClaimTemplates[0].Spec = s.NewClaim("").Spec
	for _, c := range change {
		c(set)
	}
	set, err := s.client().AppsV1().StatefulSets(s.Name).Create(s.Context(), set, metav1.CreateOptions{})
	s.must(err)
	return set
}

// Deployment creates a Deployment of one Pod that uses claims. It does not wait for the Pod.
func (s *Scene) Deployment(name string, claims ...string) *appsv1.Deployment {
	s.t.Helper()
	labels := map[string]string{"app": name}
	d := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.Name, Name: name},
		Spec: appsv1.DeploymentSpec{
			Replicas: ptr.To(int32(1)), Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: s.template(claims...),
			Strategy: appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType},
		},
	}
	d.Spec.Template.Labels = labels
	d, err := s.client().AppsV1().Deployments(s.Name).Create(s.Context(), d, metav1.CreateOptions{})
	s.must(err)
	return d
}

// Node adds a Node of the scene's own, which may die. Its name is VolumeName(short).
func (s *Scene) Node(short string, change ...func(*corev1.Node)) string {
	s.t.Helper()
	node := controlplane.NewNode(s.VolumeName(short))
	metav1.SetMetaDataLabel(&node.ObjectMeta, sceneLabel, s.Name)
	for _, c := range change {
		c(node)
	}
	s.must(s.Cluster.AddNodes(s.Context(), node))
	return node.Name
}
