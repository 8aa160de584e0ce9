package planner

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// One constructor for each kind of step that waits.

// awaitReleased waits until the claim is gone and its volume Released. Title says which of the two readers wait for.
func awaitReleased(v *corev1.PersistentVolume, claim drain.Object, title, why fact.Fact) drain.Step {
	about := pair(v, claim)
	return drain.Step{Action: drain.AwaitReleased, Object: drain.VolumeObject(v), Title: title, Why: why, Parameters: &about}
}

// awaitCleaned waits for the provisioner that erases the volume.
func awaitCleaned(v *corev1.PersistentVolume, claim drain.Object, provisioner string, why fact.Fact) drain.Step {
	about := pair(v, claim)
	return drain.Step{
		Action: drain.AwaitCleaned, Object: drain.VolumeObject(v), Title: fact.New("StepAwaitCleaned", "provisioner", provisioner, "volume", v.Name), Why: why, Parameters: &about,
	}
}

// awaitAvailable waits until the volume controller has seen that a volume is free.
func awaitAvailable(v *corev1.PersistentVolume, claim drain.Object) drain.Step {
	about := pair(v, claim)
	return drain.Step{
		Action: drain.AwaitAvailable, Object: drain.VolumeObject(v), Title: fact.New("StepAwaitAvailable", "volume", v.Name), Why: fact.New("WhyAwaitAvailable"), Parameters: &about,
	}
}

// awaitBound waits until a claim of that name, and not the one that is replaced, has the volume.
func awaitBound(v *corev1.PersistentVolume, claim, replaced drain.Object) drain.Step {
	about := pair(v, replaced)
	return drain.Step{
		Action: drain.AwaitBound, Object: claim, Title: fact.New("StepAwaitBound", "claim", claim, "volume", v.Name), Why: fact.New("WhyAwaitBound"), Parameters: &about,
	}
}

// awaitUnused waits until no Pod with a node names the claims. Owner is what recreates the Pod, if its replacement is waited for, and
// judged what the Pods ask for that a place was found for.
func awaitUnused(pod drain.Object, owner string, why fact.Fact, claims []drain.Object, judged []drain.Demands) drain.Step {
	s := drain.Step{
		Action: drain.AwaitUnused, Object: pod, Title: fact.New("StepAwaitUnused", "claim", claims[0]), Why: why,
		Parameters: &drain.AwaitUnusedParameters{Pair: drain.Pair{Claim: claims[0]}, Claims: claims, Replacement: owner != "", Judged: judged},
	}
	if owner != "" {
		s.Title = fact.New("StepAwaitReplacement", "owner", owner)
	}
	return s
}

// awaitReady waits until a member runs again. Name is the member's, as readers know it.
func awaitReady(pod drain.Object, name string, parameters drain.AwaitReadyParameters) drain.Step {
	return drain.Step{
		Action: drain.AwaitReady, Object: pod, Title: fact.New("StepAwaitReady", "member", name), Why: fact.New("WhyAwaitReady"), Parameters: &parameters,
	}
}

// checkEmpty checks that no other Pods have come to a node.
func checkEmpty(n *corev1.Node, parameters drain.CheckEmptyParameters) drain.Step {
	return drain.Step{
		Action: drain.CheckEmpty, Object: drain.NodeObject(n), Title: fact.New("StepCheckEmpty", "node", n.Name), Why: fact.New("WhyCheckEmpty"), Parameters: &parameters,
	}
}
