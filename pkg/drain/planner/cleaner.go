package planner

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
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
	why fact.Fact
}

// cleanerOf looks for proof that the provisioner of a volume runs on the volume's home.
func cleanerOf(ix *inspect.Index, v *corev1.PersistentVolume) (cleaner, bool) {
	by := workload.ExternalCleaner(v)
	if by == "" {
		return cleaner{}, false
	}
	c := cleaner{name: by}
	if gap, ok := ix.Gap(inspect.Pods); ok {
		c.why = gap.Fact()
		return c, true
	}
	home := ix.HomeOf(v)
	if home.State != inspect.HomeNode {
		c.why = fact.New("ProvisionerHomeState", "state", home.State)
		return c, true
	}
	for _, n := range home.Nodes {
		if c.pod = provisionerOn(ix, by, n); c.pod != nil {
			c.why = fact.Fact{}
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

func whyNoProvisioner(by string, n *corev1.Node) fact.Fact {
	switch {
	case strings.HasPrefix(by, workload.StaticProvisioner+"-"+n.Name+"-") && !ownName(by, n):
		return fact.New("ProvisionerOfEarlierNode", "node", n.Name)
	case !strings.HasPrefix(by, workload.StaticProvisioner):
		return fact.New("ProvisionerUnfamiliar")
	}
	return fact.New("ProvisionerPodNotSeen", "node", n.Name)
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

// never reports whether nobody is going to clean the volume: the Node of its provisioner was registered again since, and the one that runs there
// now leaves the volumes of the other alone.
func (c cleaner) never() bool { return c.pod == nil && c.why.Code == "ProvisionerOfEarlierNode" }

// state says whether the provisioner runs.
func (c cleaner) state() fact.Fact {
	if c.pod != nil {
		return fact.New("ProvisionerRuns", "pod", drain.PodObject(c.pod), "node", c.pod.Spec.NodeName)
	}
	return fact.New("ProvisionerNotKnownToRun", "why", c.why)
}

// mustBeCleaned blocks unless a volume's provisioner is sure to erase it when its claim goes.
func (p *planner) mustBeCleaned(v *corev1.PersistentVolume) cleaner {
	cl, owned := cleanerOf(p.ix, v)
	switch policy := v.Spec.PersistentVolumeReclaimPolicy; {
	case !owned:
		p.block(drain.BlockedCleaner, "", fact.New("NoProvisionerToClean", "volume", v.Name))
	case policy != corev1.PersistentVolumeReclaimDelete:
		p.block(drain.BlockedCleaner, "", fact.New("ProvisionerLeavesVolume", "volume", v.Name, "policy", policy, "provisioner", cl.name))
	case cl.pod == nil:
		p.block(drain.BlockedCleaner, "", fact.New("ProvisionerUnproven", "provisioner", cl.name, "volume", v.Name, "state", cl.state()))
	}
	return cl
}

// keepFromCleaner is the command by which a provisioner leaves a volume alone.
func keepFromCleaner(volume string) fact.Command {
	return fact.Kubectl("patch", "pv", volume).With("-p", `{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}`)
}
