package planner

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// nodeCleanup is the name of the images of the controller that deletes claims and volumes of Nodes that no longer exist
// (sig-storage-local-static-provisioner: cmd/node-cleanup). It does so by itself, a while after the Node object went, and
// it records nothing.
const nodeCleanup = "local-volume-node-cleanup"

// nodeCleanupControllers blocks if a controller is about to delete the same claims in its own way.
func (p *recoverPlanner) nodeCleanupControllers(volumes []*corev1.PersistentVolume) {
	for _, pod := range workload.PodsByName(p.ix.Pods) {
		classes, ok := cleanupClasses(pod)
		if !ok || !workload.Ready(pod) {
			continue
		}
		for _, v := range volumes {
			class := volumehelpers.GetPersistentVolumeClass(v)
			if len(p.ix.HomeOf(v).Nodes) > 0 || p.ix.ClaimOf(v) == nil || len(classes) > 0 && !slices.Contains(classes, class) {
				continue
			}
			p.block(drain.BlockedCleaner, "", fact.New("NodeCleanupRuns", "pod", drain.PodObject(pod), "image", nodeCleanup, "volume", v.Name))
			break
		}
	}
}

// cleanupClasses are the storage classes whose claims a Pod of the node cleanup controller deletes, as its flag
// --storageclass-names says; none means that it does not say. It reports whether the Pod is one of that controller.
func cleanupClasses(pod *corev1.Pod) (classes []string, ok bool) {
	for _, c := range pod.Spec.Containers {
		image := c.Image[strings.LastIndex(c.Image, "/")+1:]
		if !strings.HasPrefix(image, nodeCleanup) {
			continue
		}
		ok = true
		for _, arg := range slices.Concat(c.Command, c.Args) {
			if value, cut := strings.CutPrefix(strings.TrimLeft(arg, "-"), "storageclass-names="); cut {
				classes = append(classes, strings.Split(value, ",")...)
			}
		}
	}
	return classes, ok
}
