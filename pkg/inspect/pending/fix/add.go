package fix

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	volumehelpers "k8s.io/component-helpers/storage/volume"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/evidence"
)

// addVolume is a new volume that fits the claim, on any Node that would take the Pod. first says that it is the claim of which
// --print-volume prints the volume.
func addVolume(e evidence.Evidence, c *corev1.PersistentVolumeClaim, first bool) []candidate {
	class := e.Index.Class(volumehelpers.GetPersistentVolumeClaimClass(c))
	if class != nil && evidence.Provisioned(class) {
		return nil
	}
	on, volumes := newVolumes(e, c)
	if len(volumes) == 0 {
		return nil
	}
	change, ok := asCreated(e.Index, c, volumes...)
	if !ok {
		return nil
	}
	fixFor := func(nodes []string) Fix {
		return newVolumeFix(e, c, first, volumes[slices.Index(on, nodes[0])], nodes)
	}
	return []candidate{{fix: fixFor(on), change: change, claim: c.Name, nodes: on, fixFor: fixFor}}
}

// newVolumes are the Nodes on which a new volume may help, and the volume on each.
func newVolumes(e evidence.Evidence, c *corev1.PersistentVolumeClaim) (on []string, volumes []*corev1.PersistentVolume) {
	nodes := e.OtherwiseFit()
	for _, name := range nodes[:min(len(nodes), maxAnyNodes)] {
		v, err := inspect.VolumeFor(c, e.Index.Node(name))
		if err != nil || e.Index.Volume(v.Name) != nil || len(disk.Sharing(e.Index, v)) > 0 || slices.ContainsFunc(disk.New(e.Index).Refusals(v, types.NamespacedName{Namespace: c.Namespace, Name: c.Name}), speaksAgainst) {
			continue
		}
		v.Status.Phase = corev1.VolumeAvailable
		on, volumes = append(on, name), append(volumes, v)
		if !e.Index.Delayed(c) {
			break // the claim is bound to whichever volume there is, so one is all that can be tried
		}
	}
	return on, volumes
}

// newVolumeFix is a new volume v for a claim on the first of some Nodes; one on any of the others would do as well.
func newVolumeFix(e evidence.Evidence, c *corev1.PersistentVolumeClaim, first bool, v *corev1.PersistentVolume, nodes []string) Fix {
	node := nodes[0]
	request := c.Spec.Resources.Requests[corev1.ResourceStorage]
	text, _ := inspect.Manifest(v) // a volume made of plain fields can always be written
	printing := printFix(e.Question)
	if first { // --print-volume prints the volume of that claim
		printing = again(e.Question).With("--print-volume", node)
	}
	return Fix{
		ID:       "volume-" + c.Name,
		Titles:   []fact.Fact{fact.New("AddVolume", "request", request.String(), "claim", c.Name, "nodes", len(nodes))},
		Commands: []fact.Command{printing.To(fact.Kubectl("create").With("-f", "-"))},
		Risk:     RiskLow, Manifest: text,
		Notes: []fact.Fact{fact.New("DiskNeeded", "node", node, "path", v.Spec.Local.Path)},
	}
}

// firstWithout is the first claim of the Pod that has no volume and finds none.
func firstWithout(e evidence.Evidence, codes []inspect.ClaimCode) *corev1.PersistentVolumeClaim {
	for i, u := range e.Uses {
		if u.Unbound() && codes[i] != inspect.ClaimOk {
			return u.Claim
		}
	}
	return nil
}
