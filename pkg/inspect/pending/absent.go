package pending

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// claimAbsent says of a claim that does not exist who creates it, and which volume an earlier claim of that name left.
func claimAbsent(ix *inspect.Index, pod *corev1.Pod, name string) fact.Fact {
	owner, namespace := ix.OwnerOf(pod), pod.Namespace
	ofSet := pod.Name != "" && owner.Kind == "StatefulSet" && strings.HasSuffix(name, "-"+pod.Name) // as its templates name them
	left := leftBy(ix, namespace, name, ofSet)
	remove := fact.Kubectl("delete", "pod", pod.Name).In(namespace)
	switch {
	case pod.Name == "" || owner.None():
		return fact.New("ClaimAbsent", "claim", name, "namespace", namespace, "left", left)
	case ofSet:
		return fact.New("ClaimAbsentOfSet", "claim", name, "namespace", namespace, "left", left, "owner", owner).Offering(remove)
	case slices.Contains([]string{"StatefulSet", "Deployment", "ReplicaSet", "DaemonSet", "Job", "CronJob"}, owner.Kind):
		return fact.New("ClaimAbsentNoMaker", "claim", name, "namespace", namespace, "left", left, "owner", owner)
	default:
		return fact.New("ClaimAbsentOfOperator", "claim", name, "namespace", namespace, "left", left, "owner", owner).Offering(remove)
	}
}

// leftBy are the volumes that claims of a namespace and name left, those first that were left last. A StatefulSet recreates such a claim, or, as far as
// is known, does not.
func leftBy(ix *inspect.Index, namespace, name string, recreated bool) []fact.Fact {
	var left []fact.Fact
	claim := types.NamespacedName{Namespace: namespace, Name: name}
	_, _, made := ix.SetOfClaim(claim)
	for _, v := range match.LeftBy(ix, claim, "") {
		volume := match.LeftFact(ix, v)
		switch misfit := match.OfVolume(ix, v, claim); misfit.Code {
		case match.Withheld:
			left = append(left, fact.New("VolumeLeftWithheld", "volume", volume, "why", misfit.Why))
		case match.NotYet:
			left = append(left, fact.New("VolumeLeftNotYet", "volume", volume, "why", misfit.Why).Offering(reattach(v, claim)))
		default:
			left = append(left, wayBack(ix, v, claim, made || recreated))
		}
	}
	return left[:min(len(left), maxTold)]
}

// wayBack is how a volume with the data of an earlier claim of a name comes back to the next one. reattach creates that as it was saved, or waits for
// the StatefulSet that does; if somebody else is to create it, the volume is reserved for it first.
func wayBack(ix *inspect.Index, v *corev1.PersistentVolume, claim types.NamespacedName, recreated bool) fact.Fact {
	volume := match.LeftFact(ix, v)
	if ix.SiteGone(v) {
		return fact.New("VolumeLeftOutOfReach", "volume", volume)
	}
	if recreated || saved(v, claim) {
		return fact.New("VolumeLeft", "volume", volume).Offering(reattach(v, claim))
	}
	reserve := fact.Plugin("reclaim", v.Name).With("--keep-data", "--for", claim.String())
	return fact.New("VolumeLeftToReserve", "volume", volume).Offering(reserve)
}

// saved reports whether the manifest of a claim of a name that had a volume is saved on it.
func saved(v *corev1.PersistentVolume, claim types.NamespacedName) bool {
	c, err := inspect.DecodeClaim(v.Annotations[inspect.AnnReleasedClaim])
	_, understood := disk.RecordVersion(v)
	return err == nil && understood && c.Namespace == claim.Namespace && c.Name == claim.Name
}

// reattach is the command that gives a claim a volume with its own data back.
func reattach(v *corev1.PersistentVolume, claim types.NamespacedName) fact.Command {
	c := fact.Plugin("reattach", v.Name)
	if ref := v.Spec.ClaimRef; ref == nil || ref.Namespace != claim.Namespace || ref.Name != claim.Name {
		return c.With("--claim", claim.String())
	}
	return c
}
