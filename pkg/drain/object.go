package drain

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Object names an object of the cluster.
type Object struct {
	Kind      string    `json:"kind"`
	Namespace string    `json:"namespace,omitempty"`
	Name      string    `json:"name"`
	UID       types.UID `json:"uid,omitempty"`
}

// Kinds of Objects.
const (
	KindVolume = "PersistentVolume"
	KindClaim  = "PersistentVolumeClaim"
	KindPod    = "Pod"
	KindNode   = "Node"
)

// String is how people read an object: "shop/data-0" or "local-pv-0".
func (o Object) String() string {
	if o.Namespace == "" {
		return o.Name
	}
	return o.Namespace + "/" + o.Name
}

// VolumeObject names a volume.
func VolumeObject(v *corev1.PersistentVolume) Object {
	return Object{Kind: KindVolume, Name: v.Name, UID: v.UID}
}

// ClaimObject names a claim.
func ClaimObject(c *corev1.PersistentVolumeClaim) Object {
	return Object{Kind: KindClaim, Namespace: c.Namespace, Name: c.Name, UID: c.UID}
}

// RefObject names the claim that a volume's claimRef is about.
func RefObject(ref *corev1.ObjectReference) Object {
	return Object{Kind: KindClaim, Namespace: ref.Namespace, Name: ref.Name, UID: ref.UID}
}

// PodObject names a Pod.
func PodObject(p *corev1.Pod) Object {
	return Object{Kind: KindPod, Namespace: p.Namespace, Name: p.Name, UID: p.UID}
}

// NodeObject names a Node.
func NodeObject(n *corev1.Node) Object { return Object{Kind: KindNode, Name: n.Name, UID: n.UID} }
