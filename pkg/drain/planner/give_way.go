package planner

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/match"
)

// How a claim that names a volume in vain gives way to the next one of its name, for which a volume is reserved.

// makeWay says of a volume that is reserved for the next claim of a name how the present one gives way. Whoever reserved it for that claim is not
// helped before.
func (p *reclaimPlanner) makeWay(v *corev1.PersistentVolume, claim drain.Object) {
	c := p.ix.Claim(claim.Namespace, claim.Name)
	if !p.namesInVain(c, v) {
		return
	}
	for _, f := range workload.ForeignFinalizers(c) {
		p.warn(fact.New("ClaimHasFinalizer", "claim", claim, "finalizer", f))
	}
	p.missing(p.givesWay(c, v))
	if p.req.For != nil {
		p.stillWaits(claim.String())
	}
}

// givesWay says which commands make room for the next claim, and who creates that: they delete the claim, and with it the Pods for which its
// StatefulSet recreates both, since its controller watches Pods and no claims. A claim that nothing recreates is created as it is saved
// on the volume, or from a copy of its manifest, which is made first.
func (p *planner) givesWay(c *corev1.PersistentVolumeClaim, v *corev1.PersistentVolume) fact.Fact {
	why, _ := match.NamesInVain(p.ix, c)
	by, pods := p.recreatedWith(c)
	claim, other := drain.ClaimObject(c), c.Spec.VolumeName
	remove := deleteWith(c, pods)
	switch {
	case by != "":
		return fact.New("NextClaimGetsVolume", "claim", claim, "other", other, "why", why, "volume", v.Name, "owner", by, "pods", pods).Offering(remove)
	case p.isSavedOn(v, c):
		return fact.New("SavedClaimGetsVolume", "claim", claim, "other", other, "why", why, "volume", v.Name).Offering(remove, fact.Plugin("reattach", v.Name))
	}
	operator := ""
	if owner := metav1.GetControllerOf(c); owner != nil {
		operator = ownerOf(*owner).String()
	}
	return fact.New("NewClaimGetsVolume", "claim", claim, "other", other, "why", why, "volume", v.Name, "owner", operator).
		Offering(fact.Kubectl("get", "pvc", c.Name).In(c.Namespace).With("-o", "yaml").Into(c.Name+".yaml"), remove)
}

// deleteWith is the command that deletes a claim, and Pods of its namespace with it.
func deleteWith(c *corev1.PersistentVolumeClaim, pods []string) fact.Command {
	if len(pods) == 0 {
		return fact.Kubectl("delete", "pvc", c.Name).In(c.Namespace)
	}
	names := []string{"pvc/" + c.Name}
	for _, pod := range pods {
		names = append(names, "pod/"+pod)
	}
	return fact.Kubectl("delete", names...).In(c.Namespace)
}

// recreatedWith is what recreates a claim, empty if nothing does, and the Pods that wait with the claim and are recreated as well. The claim of
// a generic ephemeral volume is recreated for the Pod that is there (controller/volume/ephemeral).
func (p *planner) recreatedWith(c *corev1.PersistentVolumeClaim) (set string, pods []string) {
	pods = []string{}
	if workload.OwnedByPod(c) {
		return "Pod/" + metav1.GetControllerOf(c).Name, pods
	}
	if s, _, made := p.ix.SetOfClaim(types.NamespacedName{Namespace: c.Namespace, Name: c.Name}); made {
		set = "StatefulSet/" + s.Name
	}
	for _, pod := range workload.PodsByName(p.ix.Consumers(c.Namespace, c.Name)) {
		owner := workload.DirectOwner(pod)
		if owner.Kind != "StatefulSet" || !strings.HasSuffix(c.Name, "-"+pod.Name) {
			continue
		}
		if set == "" { // StatefulSets could not be read
			set = owner.String()
		}
		if pod.Spec.NodeName == "" && pod.DeletionTimestamp == nil && set == owner.String() {
			pods = append(pods, pod.Name)
		}
	}
	return set, pods
}

// isSavedOn reports whether the manifest of a claim of that name is saved on a volume which the claim of that manifest could be bound to.
func (p *planner) isSavedOn(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim) bool {
	saved, err := retain.RecordedClaim(v)
	if err != nil || saved == nil || saved.Namespace != c.Namespace || saved.Name != c.Name {
		return false
	}
	return p.misfit(v, workload.NextOf(p.ix, saved)).IsZero()
}
