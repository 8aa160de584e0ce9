package simulate

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// noNodes is what kube-scheduler says of a cluster without Nodes
// (ErrNoNodesAvailable in k8s.io/kubernetes/pkg/scheduler/schedule_one.go).
const noNodes = "no nodes available to schedule pods"

// outcome is what the scheduler, which stops at the first refusal, would have seen of a cycle.
type outcome struct {
	nodes     int         // of the cluster
	rejected  *fwk.Status // by PreFilter
	final     bool        // rejected in such a way that the scheduler looks no further
	err       error       // the first error: the scheduler gives up on it
	diagnosis framework.Diagnosis
	fits      bool
}

func newOutcome() outcome {
	return outcome{diagnosis: framework.Diagnosis{NodeToStatus: framework.NewDefaultNodeToStatus()}}
}

// preFilter notes the status of a PreFilter plugin that did not succeed. After a plain Unschedulable the
// scheduler goes on, and shows the last one (RunPreFilterPlugins).
func (o *outcome) preFilter(plugin string, s *fwk.Status) {
	if o.final || o.err != nil {
		return
	}
	switch s.Code() {
	case fwk.UnschedulableAndUnresolvable:
		o.rejected, o.final = s, true
	case fwk.Unschedulable:
		o.rejected = s
	default:
		o.err = fmt.Errorf("running PreFilter plugin %q: %w", plugin, s.AsError())
	}
}

// filter notes the status of the first Filter plugin that refused a Node (RunFilterPlugins).
func (o *outcome) filter(node, plugin string, s *fwk.Status) {
	if s.IsRejected() {
		o.diagnosis.NodeToStatus.Set(node, s)
		return
	}
	if o.err == nil {
		o.err = fmt.Errorf("running %q filter plugin: %w", plugin, s.AsError())
	}
}

// message is what the scheduler would say of the Pod, empty if it would place it.
func (o *outcome) message(pod *corev1.Pod) string {
	switch {
	case o.nodes == 0:
		return noNodes
	case o.rejected != nil && (o.final || o.err == nil):
		o.diagnosis.PreFilterMsg = o.rejected.Message()
	case o.err != nil:
		return o.err.Error()
	case o.fits:
		return ""
	}
	return (&framework.FitError{Pod: pod, NumAllNodes: o.nodes, Diagnosis: o.diagnosis}).Error()
}
