package planner

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// drainPlanner plans to empty a node that lives.
type drainPlanner struct {
	planner
	req      drain.DrainRequest
	node     *corev1.Node
	verdicts []evictionVerdict
	// pods are those that are evicted and leave no claims.
	pods []*corev1.Pod
	// coming are the Pods that would come back to the node at once.
	coming []*corev1.Pod
	// waiting are the Pods that serve and whose replacements wait for the node, together those of single members that all have to go before
	// one is replaced.
	waiting  []*corev1.Pod
	together [][]*corev1.Pod
	// guards are what must still hold when Pods are evicted whose claims stay, by their UIDs.
	guards map[types.UID]drain.PodGuards
	// staying are the claims that stay on a node that is left for good.
	staying []string
	// doubtful are the claims whose data may be on the node or not.
	doubtful []string
	// going are the claims that go with the Pods that leave, as far as that has been told.
	going []*corev1.PersistentVolumeClaim
	// recorded are the Pods whose manifests are recorded on volumes.
	recorded []*corev1.Pod
}
