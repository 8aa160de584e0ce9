package inspect

import (
	corev1 "k8s.io/api/core/v1"
)

// homeFinder evaluates affinities against few Nodes instead of all: a term that asks for label values only
// needs the Nodes that have them. Volumes of one driver with equal affinity share one evaluation.
type homeFinder struct {
	ix         *Index
	nodes      []*corev1.Node // sorted by name
	byLabel    map[[2]string][]*corev1.Node
	nodesGap   *Gap
	byAffinity map[string]foundHome
	hosts      hostNames
	carried    map[[2]string]carriers
}
