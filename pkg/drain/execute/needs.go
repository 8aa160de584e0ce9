package execute

import (
	"cmp"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/access"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
)

// Needs are the permissions for a step of a Plan, for the documentation and for asking before anything is changed: those that its action
// always needs, and those that its parameters make it need. Watching is not among them: who may not watch is told by reading again. Nor is
// what makes words better only, nor the Pods of all namespaces, of which some may mount a volume's directory.
func Needs(plan *drain.Plan, s drain.Step) []Permission {
	n := needed{plan: plan, step: s}
	n.in(cmp.Or(s.Parameters.About().Claim.Namespace, s.Object.Namespace), actions()[s.Action].needs...)
	n.dead()
	switch p := s.Parameters.(type) {
	case *drain.RecordParameters:
		if p.Unused {
			n.in(p.Claim.Namespace, listPods())
		}
	case *drain.FreeParameters:
		n.free(p)
	case *drain.DeletePodParameters:
		n.job(p.KeepsJob)
	case *drain.EvictParameters:
		n.evict(p)
	case *drain.DeleteClaimParameters:
		n.deleteClaim(p)
	case *drain.CheckEmptyParameters:
		n.everywhere(listPods())
	case *drain.AwaitReadyParameters:
		if p.Owner != nil {
			n.in(p.Claim.Namespace, Need{"create", "persistentvolumeclaims"})
		}
	}
	return n.all
}

// needed are the permissions for a step, each once.
type needed struct {
	plan *drain.Plan
	step drain.Step
	all  []Permission
}

// in needs something in a namespace, if there is one: a volume may be one that no claim had. What has no namespace is needed in any case.
func (n *needed) in(namespace string, needs ...Need) {
	for _, need := range needs {
		switch {
		case access.ClusterScoped(need.Resource):
			n.everywhere(need)
		case namespace != "":
			n.add(Permission{Need: need, Namespace: namespace})
		}
	}
}

// everywhere needs something in all namespaces.
func (n *needed) everywhere(need Need) { n.add(Permission{Need: need}) }

func (n *needed) add(p Permission) {
	if !slices.Contains(n.all, p) {
		n.all = append(n.all, p)
	}
}

// dead is for what is read by stillDead.
func (n *needed) dead() {
	about := n.step.Parameters.Dead()
	if len(about) == 0 {
		return
	}
	lease := Need{"get", "leases"}
	left := leased(n.plan, about)
	if areOthers(left, about) {
		lease = Need{"list", "leases"}
	}
	if len(left) > 0 {
		n.in(corev1.NamespaceNodeLease, lease)
	}
	if p, ok := n.step.Parameters.(*drain.DeleteClaimParameters); !ok || p.Safeguards == nil {
		n.everywhere(Need{"get", "nodes"})
	}
}

// free is for a volume that is given away.
func (n *needed) free(p *drain.FreeParameters) {
	if p.For != nil && p.For.UID != "" {
		n.in(p.For.Namespace, getClaims())
	}
	if !p.Former {
		n.disk(p.Disk)
	}
}

// disk is for what is looked at before a disk is given to somebody: who had the other volumes that are the disk may use it still.
func (n *needed) disk(others []drain.OtherVolume) {
	n.everywhere(Need{"list", "persistentvolumes"})
	n.everywhere(listNodes())
	for _, o := range others {
		if o.Claim != nil {
			n.in(o.Claim.Namespace, getClaims(), listPods())
		}
	}
}

// job is for the Job that a Pod belongs to.
func (n *needed) job(keeps bool) {
	if keeps {
		n.in(n.step.Object.Namespace, Need{"list", "jobs"})
	}
}

// safeguards is for what is looked at around a member.
func (n *needed) safeguards(s *drain.Safeguards) {
	if s != nil {
		n.in(n.step.Object.Namespace, listPods(), listNodes())
	}
}

func (n *needed) evict(p *drain.EvictParameters) {
	n.job(p.KeepsJob)
	n.safeguards(p.Safeguards)
	if p.Safeguards != nil {
		n.in(n.step.Object.Namespace, getClaims())
	}
	for _, r := range p.Reserved {
		n.disk(r.Disk)
	}
	for _, kept := range p.Keeps {
		n.in(kept.Claim.Namespace, getClaims())
	}
	if p.Safeguards != nil && len(p.Safeguards.Next) > 0 {
		n.in(n.step.Object.Namespace, Need{"list", "statefulsets"})
	}
}

func (n *needed) deleteClaim(p *drain.DeleteClaimParameters) {
	n.safeguards(p.Safeguards)
	if p.Unused {
		n.in(p.Claim.Namespace, listPods())
	}
	if p.Place != nil && (p.Unused || p.Safeguards != nil) {
		n.disk(p.Disk)
	}
	if p.Policy == corev1.PersistentVolumeReclaimDelete {
		n.disk(nil)
	}
	if p.DefaultClass != nil && (p.Unused || p.Safeguards != nil) {
		n.everywhere(Need{"list", "storageclasses"})
	}
}

// groupOf is the API group of a resource.
func groupOf(resource string) string {
	switch resource {
	case "statefulsets":
		return appsv1.GroupName
	case "leases":
		return coordinationv1.GroupName
	case "jobs":
		return batchv1.GroupName
	case "storageclasses":
		return storagev1.GroupName
	}
	return corev1.GroupName
}
