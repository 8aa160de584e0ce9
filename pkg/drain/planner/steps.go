package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// One constructor for each kind of step that changes something. Those that wait are in waits.go.

func pair(v *corev1.PersistentVolume, claim drain.Object) drain.Pair {
	return drain.Pair{Volume: drain.VolumeObject(v), Claim: claim}
}

// cordonNode keeps new Pods off a node.
func cordonNode(n *corev1.Node, why fact.Fact) drain.Step {
	return drain.Step{
		Action: drain.CordonNode, Object: drain.NodeObject(n), Title: fact.New("StepCordon", "node", n.Name), Why: why, Parameters: &drain.CordonParameters{},
	}
}

// cordonFor keeps new Pods off a node for the sake of a volume, until that is taken back.
func cordonFor(n *corev1.Node, v *corev1.PersistentVolume, why fact.Fact) drain.Step {
	s := cordonNode(n, why)
	s.Parameters = &drain.CordonParameters{For: v.Name}
	return s
}

// uncordonNode takes back that a node is cordoned for the sake of a volume.
func uncordonNode(n *corev1.Node, v *corev1.PersistentVolume, why fact.Fact) drain.Step {
	return drain.Step{
		Action: drain.UncordonNode, Object: drain.NodeObject(n), Title: fact.New("StepUncordon", "node", n.Name), Why: why,
		Parameters: &drain.CordonParameters{For: v.Name},
	}
}

// retainVolume sets policy Retain and records the claim, whose name is empty if it is gone.
func retainVolume(v *corev1.PersistentVolume, why fact.Fact, parameters drain.RecordParameters) drain.Step {
	title := fact.New("StepRetainAndRecord", "volume", v.Name)
	if parameters.Claim.Name == "" {
		title = fact.New("StepRetain", "volume", v.Name)
	}
	if policy := v.Spec.PersistentVolumeReclaimPolicy; policy != corev1.PersistentVolumeReclaimRetain {
		parameters.Was = policy
	}
	return drain.Step{Action: drain.RetainVolume, Object: drain.VolumeObject(v), Title: title, Why: why, Parameters: &parameters}
}

// recordClaim records a claim and leaves the policy. Pod is the one whose manifest is recorded beside it, empty if it is the
// claim alone.
func recordClaim(v *corev1.PersistentVolume, pod string, why fact.Fact, parameters drain.RecordParameters) drain.Step {
	title := fact.New("StepRecordClaim", "volume", v.Name)
	if pod != "" {
		title = fact.New("StepRecordPod", "volume", v.Name, "pod", pod)
	}
	return drain.Step{Action: drain.RecordClaim, Object: drain.VolumeObject(v), Title: title, Why: why, Parameters: &parameters}
}

// deleteClaim deletes the claim of the parameters. Destructive says that somebody may miss what it gave access to.
func deleteClaim(destructive bool, why fact.Fact, parameters drain.DeleteClaimParameters) drain.Step {
	return drain.Step{
		Action: drain.DeleteClaim, Object: parameters.Claim, Destructive: destructive,
		Title: fact.New("StepDeleteClaim", "claim", parameters.Claim), Why: why, Parameters: &parameters,
	}
}

// forceDeletePod deletes a Pod whose kubelet is dead.
func forceDeletePod(pod *corev1.Pod, why fact.Fact, about drain.Pair, dead []liveness.DeadNode) drain.Step {
	o := drain.PodObject(pod)
	return drain.Step{
		Action: drain.ForceDeletePod, Object: o, Destructive: true, Title: fact.New("StepForceDeletePod", "pod", o), Why: why,
		Parameters: &drain.DeletePodParameters{Pair: about, Nodes: dead},
	}
}

// evictPod evicts a Pod.
func evictPod(pod *corev1.Pod, destructive bool, why fact.Fact, parameters drain.EvictParameters) drain.Step {
	o := drain.PodObject(pod)
	return drain.Step{Action: drain.EvictPod, Object: o, Destructive: destructive, Title: fact.New("StepEvictPod", "pod", o), Why: why, Parameters: &parameters}
}

// reserveVolume reserves a volume for a claim.
func reserveVolume(v *corev1.PersistentVolume, claim drain.Object, title, why fact.Fact, parameters drain.FreeParameters) drain.Step {
	parameters.For = &claim
	return drain.Step{Action: drain.ReserveVolume, Object: drain.VolumeObject(v), Title: title, Why: why, Parameters: &parameters}
}

// openVolume lets any claim have a volume.
func openVolume(v *corev1.PersistentVolume, title, why fact.Fact, parameters drain.FreeParameters) drain.Step {
	return drain.Step{Action: drain.OpenVolume, Object: drain.VolumeObject(v), Title: title, Why: why, Parameters: &parameters}
}

// createClaim creates a claim as it is recorded on a volume, after the one of the pair is gone.
func createClaim(claim drain.Object, title, why fact.Fact, about drain.Pair) drain.Step {
	return drain.Step{Action: drain.CreateClaim, Object: claim, Title: title, Why: why, Parameters: &about}
}

// forgetVolume deletes a volume object.
func forgetVolume(v *corev1.PersistentVolume, why fact.Fact, dead []liveness.DeadNode) drain.Step {
	return drain.Step{
		Action: drain.ForgetVolume, Object: drain.VolumeObject(v), Destructive: true, Title: fact.New("StepForgetVolume", "volume", v.Name), Why: why,
		Parameters: &drain.ForgetParameters{Pair: pair(v, drain.Object{}), Nodes: dead},
	}
}
