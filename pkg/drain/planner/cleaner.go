package planner

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// cleaner is the external provisioner that owns a volume: with policy Delete, it erases and recycles the disk within
// seconds of the claim's end.
type cleaner struct {
	// name is what the volume's annotation pv.kubernetes.io/provisioned-by says.
	name string
	// pod is the Pod of the provisioner that has been seen to run on the volume's home, nil if none has.
	pod *corev1.Pod
	// why says why it is not known to run.
	why string
}

// cleanerOf looks for proof that the provisioner of a volume runs on the volume's home.
func cleanerOf(ix *inspect.Index, v *corev1.PersistentVolume) (cleaner, bool) {
	by := workload.ExternalCleaner(v)
	if by == "" {
		return cleaner{}, false
	}
	c := cleaner{name: by}
	if gap, ok := ix.Gap(inspect.Pods); ok {
		c.why = gap.String()
		return c, true
	}
	home := ix.HomeOf(v)
	if home.State != inspect.HomeNode {
		c.why = fmt.Sprintf("the volume's home is %s", home.State)
		return c, true
	}
	for _, n := range home.Nodes {
		if c.pod = provisionerOn(ix, by, n); c.pod != nil {
			c.why = ""
			return c, true
		}
		c.why = whyNoProvisioner(by, n)
	}
	return c, true
}

// provisionerOn returns the running Pod of the static provisioner on a Node, if it is the one that owns volumes of
// that name.
func provisionerOn(ix *inspect.Index, by string, n *corev1.Node) *corev1.Pod {
	if !ownName(by, n) {
		return nil
	}
	for _, p := range workload.PodsByName(ix.PodsOn(n.Name)) {
		owner := metav1.GetControllerOf(p)
		if p.DeletionTimestamp == nil && workload.Ready(p) && owner != nil && owner.Kind == "DaemonSet" && isProvisioner(p) {
			return p
		}
	}
	return nil
}

func ownName(by string, n *corev1.Node) bool {
	base := workload.StaticProvisioner + "-" + n.Name
	return by == base || by == base+"-"+string(n.UID)
}

func whyNoProvisioner(by string, n *corev1.Node) string {
	switch {
	case strings.HasPrefix(by, workload.StaticProvisioner+"-"+n.Name+"-") && !ownName(by, n):
		return fmt.Sprintf("it belongs to an earlier Node called %s, and the one of the present Node leaves its volumes alone", n.Name)
	case !strings.HasPrefix(by, workload.StaticProvisioner):
		return "how it runs is not known"
	}
	return fmt.Sprintf("no ready Pod of it was seen on %s", n.Name)
}

// isProvisioner recognizes the static provisioner by its image, as its manifests and charts name it.
func isProvisioner(p *corev1.Pod) bool {
	for _, c := range p.Spec.Containers {
		image := c.Image[strings.LastIndex(c.Image, "/")+1:]
		if strings.HasPrefix(image, workload.StaticProvisioner) {
			return true
		}
	}
	return false
}

// state says whether the provisioner runs.
func (c cleaner) state() string {
	if c.pod != nil {
		return fmt.Sprintf("its Pod %s/%s runs on %s", c.pod.Namespace, c.pod.Name, c.pod.Spec.NodeName)
	}
	return "it is not known to run: " + c.why
}

// mustBeCleaned blocks unless a volume's provisioner is sure to erase it when its claim goes.
func (p *planner) mustBeCleaned(v *corev1.PersistentVolume) cleaner {
	cl, owned := cleanerOf(p.ix, v)
	switch policy := v.Spec.PersistentVolumeReclaimPolicy; {
	case !owned:
		p.block(drain.BlockedCleaner, "", "no external provisioner owns volume %s, so nobody would clean it; leave out --clean", v.Name)
	case policy != corev1.PersistentVolumeReclaimDelete:
		p.block(drain.BlockedCleaner, "", "volume %s has policy %s, so provisioner %s would leave it alone; leave out --clean, or set policy Delete first", v.Name, policy, cl.name)
	case cl.pod == nil:
		p.block(drain.BlockedCleaner, "", "whether provisioner %s would clean volume %s cannot be shown: %s; leave out --clean", cl.name, v.Name, cl.state())
	}
	return cl
}
