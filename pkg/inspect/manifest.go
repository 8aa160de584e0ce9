package inspect

import (
	"fmt"
	"maps"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	volumehelpers "k8s.io/component-helpers/storage/volume"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"
)

// controllerAnnotations are the prefixes of annotations that controllers write on claims about a binding. A
// claim created with them would be taken as bound, or as already being provisioned.
func controllerAnnotations() []string {
	return []string{"pv.kubernetes.io/", "volume.kubernetes.io/", "volume.beta.kubernetes.io/"}
}

// StripClaim returns the claim as it would be created afresh: without what the API server and controllers wrote
// (uid, resourceVersion, status, volumeName, binding annotations, finalizers). Labels, other annotations and owner
// references stay, except references to Pods, which the new claim would die with.
func StripClaim(c *corev1.PersistentVolumeClaim) *corev1.PersistentVolumeClaim {
	out := &corev1.PersistentVolumeClaim{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"},
		ObjectMeta: metav1.ObjectMeta{Namespace: c.Namespace, Name: c.Name},
		Spec:       *c.Spec.DeepCopy(),
	}
	out.Spec.VolumeName = ""
	for k, v := range c.Labels {
		metav1.SetMetaDataLabel(&out.ObjectMeta, k, v)
	}
	for k, v := range c.Annotations {
		// The beta class annotation is the user's word on the class, not a controller's on the binding.
		if k == corev1.BetaStorageClassAnnotation || !hasAnyPrefix(k, controllerAnnotations()) {
			metav1.SetMetaDataAnnotation(&out.ObjectMeta, k, v)
		}
	}
	for _, ref := range c.OwnerReferences {
		if ref.Kind != "Pod" {
			out.OwnerReferences = append(out.OwnerReferences, ref)
		}
	}
	return out
}

func hasAnyPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// StripPod returns the Pod as it would be created afresh.
func StripPod(p *corev1.Pod) *corev1.Pod {
	out := &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Namespace: p.Namespace, Name: p.Name, Labels: p.Labels, Annotations: p.Annotations},
		Spec:       *p.Spec.DeepCopy(),
	}
	return out
}

// Manifest is an object as YAML for "kubectl create -f -": without status and without empty metadata.
func Manifest(o runtime.Object) (string, error) {
	m, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	if err != nil {
		return "", fmt.Errorf("writing a manifest: %w", err)
	}
	delete(m, "status")
	if meta, ok := m["metadata"].(map[string]any); ok {
		delete(meta, "creationTimestamp")
	}
	b, err := yaml.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("writing a manifest: %w", err)
	}
	return string(b), nil
}

// VolumeFor returns a new local volume on a Node that fits a claim: its class, request, volume mode, access modes and
// selector. It fails if the claim asks for an attributes class, which the API server accepts with CSI volumes only,
// and if the Node carries no kubernetes.io/hostname label, which the volume's affinity needs. The path is a proposal:
// it has to exist on the Node before a Pod can use it.
func VolumeFor(c *corev1.PersistentVolumeClaim, n *corev1.Node) (*corev1.PersistentVolume, error) {
	host, ok := n.Labels[corev1.LabelHostname]
	if !ok {
		return nil, fmt.Errorf("node %s has no label %s to pin a volume to it", n.Name, corev1.LabelHostname)
	}
	if class := ptr.Deref(c.Spec.VolumeAttributesClassName, ""); class != "" {
		return nil, fmt.Errorf("claim %s asks for the attributes class %s, which only a volume of a CSI driver can have", c.Name, class)
	}
	name := fmt.Sprintf("local-%s-%s", c.Name, n.Name)
	request := c.Spec.Resources.Requests[corev1.ResourceStorage]
	if request.IsZero() {
		request = resource.MustParse("1Gi")
	}
	return &corev1.PersistentVolume{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolume"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: LabelsFor(c.Spec.Selector)},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: request},
			VolumeMode:                    c.Spec.VolumeMode,
			AccessModes:                   c.Spec.AccessModes,
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
			StorageClassName:              volumehelpers.GetPersistentVolumeClaimClass(c),
			PersistentVolumeSource: corev1.PersistentVolumeSource{
				Local: &corev1.LocalVolumeSource{Path: "/mnt/disks/" + name},
			},
			NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchExpressions: []corev1.NodeSelectorRequirement{{
					Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{host},
				}},
			}}}},
		},
	}, nil
}

// LabelsFor are labels that satisfy a selector, as far as labels can.
func LabelsFor(s *metav1.LabelSelector) map[string]string {
	if s == nil {
		return nil
	}
	out := map[string]string{}
	maps.Copy(out, s.MatchLabels)
	for _, r := range s.MatchExpressions {
		switch r.Operator {
		case metav1.LabelSelectorOpIn:
			if len(r.Values) > 0 {
				out[r.Key] = r.Values[0]
			}
		case metav1.LabelSelectorOpExists:
			out[r.Key] = "true"
		}
	}
	return out
}
