package pending

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// claimAbsent says of a claim that does not exist who creates it, and which volume an earlier claim of that name left.
func claimAbsent(ix *inspect.Index, pod *corev1.Pod, name string) fact.Fact {
	left, owner, namespace := leftBy(ix, pod.Namespace, name), ix.OwnerOf(pod), pod.Namespace
	remove := fact.Kubectl("delete", "pod", pod.Name).In(namespace)
	switch {
	case pod.Name == "" || owner.None():
		return fact.New("ClaimAbsent", "claim", name, "namespace", namespace, "left", left)
	case owner.Kind == "StatefulSet" && strings.HasSuffix(name, "-"+pod.Name): // as its templates name them
		return fact.New("ClaimAbsentOfSet", "claim", name, "namespace", namespace, "left", left, "owner", owner).Offering(remove)
	case slices.Contains([]string{"StatefulSet", "Deployment", "ReplicaSet", "DaemonSet", "Job", "CronJob"}, owner.Kind):
		return fact.New("ClaimAbsentNoMaker", "claim", name, "namespace", namespace, "left", left, "owner", owner)
	default:
		return fact.New("ClaimAbsentOfOperator", "claim", name, "namespace", namespace, "left", left, "owner", owner).Offering(remove)
	}
}

// leftBy are the volumes that claims of a namespace and name left, those first that were left last.
func leftBy(ix *inspect.Index, namespace, name string) []fact.Fact {
	var left []fact.Fact
	claim := types.NamespacedName{Namespace: namespace, Name: name}
	for _, v := range match.LeftBy(ix, claim, "") {
		volume := match.LeftFact(ix, v)
		switch misfit := match.OfVolume(ix, v, claim); misfit.Code {
		case match.Withheld:
			left = append(left, fact.New("VolumeLeftWithheld", "volume", volume, "why", misfit.Why))
		case match.NotYet:
			left = append(left, fact.New("VolumeLeftNotYet", "volume", volume, "why", misfit.Why).Offering(reattach(v, claim)))
		default:
			left = append(left, fact.New("VolumeLeft", "volume", volume).Offering(reattach(v, claim)))
		}
	}
	return left[:min(len(left), maxTold)]
}

// reattach is the command that gives a claim a volume with its own data back.
func reattach(v *corev1.PersistentVolume, claim types.NamespacedName) fact.Command {
	c := fact.Plugin("reattach", v.Name)
	if ref := v.Spec.ClaimRef; ref == nil || ref.Namespace != claim.Namespace || ref.Name != claim.Name {
		return c.With("--claim", claim.String())
	}
	return c
}
