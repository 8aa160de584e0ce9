package drain

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// AnnCordonedFor is the annotation of a Node that is cordoned for a while: it names the volumes for whose sake, with commas in between.
// As long as one is left the Node stays cordoned. A Node that somebody else has cordoned has no such annotation, and stays as it is.
const AnnCordonedFor = "localpv.dev/cordoned-for"

// CordonedFor are the volumes for whose sake a Node is cordoned for a while.
func CordonedFor(n *corev1.Node) []string {
	text := n.Annotations[AnnCordonedFor]
	if !n.Spec.Unschedulable || text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

// IsCordonedFor reports whether a Node is cordoned for the sake of a volume.
func IsCordonedFor(n *corev1.Node, volume string) bool {
	return slices.Contains(CordonedFor(n), volume)
}
