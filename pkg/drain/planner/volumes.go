package planner

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// localVolume finds a volume by name.
func localVolume(ix *inspect.Index, name string) (*corev1.PersistentVolume, error) {
	v := ix.Volume(name)
	if v == nil {
		return nil, &drain.NotFoundError{Kind: "volume", Name: name, Known: volumeNames(ix)}
	}
	return v, mustBeLocal(ix, v)
}

func mustBeLocal(ix *inspect.Index, v *corev1.PersistentVolume) error {
	_, local := ix.LocalSource(v)
	switch {
	case !local && v.Spec.HostPath != nil:
		return drain.Misuse(fact.New("HostPathOfNoNode", "volume", v.Name, "path", v.Spec.HostPath.Path).Offering(fact.Kubectl("edit", "pv", v.Name)))
	case !local:
		return drain.Misuse(fact.New("VolumeNotLocal", "volume", v.Name).Offering(fact.Kubectl("get", "pv", v.Name).With("-o", "yaml")))
	}
	return nil
}

func volumeNames(ix *inspect.Index) []string {
	var names []string
	for _, v := range ix.LocalVolumes() {
		names = append(names, v.Name)
	}
	return names
}

// volumesExist refuses names of volumes that do not exist: a typing error would accept nothing.
func volumesExist(ix *inspect.Index, names []string) error {
	for _, name := range names {
		if ix.Volume(name) == nil {
			return &drain.NotFoundError{Kind: "volume", Name: name, Known: volumeNames(ix)}
		}
	}
	return nil
}

func claimNotFound(ix *inspect.Index, namespace, name string) error {
	e := &drain.NotFoundError{Kind: "claim", Namespace: namespace, Name: name}
	for _, c := range ix.Claims {
		switch {
		case c.Namespace == namespace:
			e.Known = append(e.Known, c.Name)
		case c.Name == name:
			e.Elsewhere = append(e.Elsewhere, c.Namespace)
		}
	}
	slices.Sort(e.Known)
	slices.Sort(e.Elsewhere)
	return e
}

// homeNames are the Nodes of a volume's home, nil if it is not known or missing.
func (p *planner) homeNames(v *corev1.PersistentVolume) []string {
	home := p.ix.HomeOf(v)
	if home.State == inspect.HomeUnknown {
		return nil
	}
	return home.Names()
}

// where is a volume with the nodes that its data is on, or may be: "local-pv-0 (on node-0)". It is a value of other Facts.
func (p *planner) where(v *corev1.PersistentVolume) fact.Fact {
	names := p.ix.DataOn(v).Nodes
	switch {
	case len(names) == 0:
		return fact.New("Volume", "volume", v.Name)
	case p.ix.SiteGone(v):
		return fact.New("VolumeOnMissingNode", "volume", v.Name, "node", strings.Join(names, ", "))
	}
	return fact.New("VolumeAtHome", "volume", v.Name, "node", strings.Join(names, " or "))
}

// whereOn is a volume with the node on which it is used, if it can be there: of a volume with several homes that is one of them.
func (p *planner) whereOn(v *corev1.PersistentVolume, node string) fact.Fact {
	if names := p.ix.DataOn(v).Nodes; len(names) > 1 && slices.Contains(names, node) {
		return fact.New("VolumeAtHome", "volume", v.Name, "node", node)
	}
	return p.where(v)
}

// checkManifestSize blocks if the claim's manifest does not fit on the volume.
func (p *planner) checkManifestSize(v *corev1.PersistentVolume, c *corev1.PersistentVolumeClaim, keep bool) {
	if retain.CheckVersion(v) != nil {
		return // the step blocks
	}
	if _, err := retain.AnnotationsWith(v, c, keep); err != nil {
		p.block(drain.BlockedTooLarge, "", fact.Of(err))
	}
	if s, err := retain.RecordedClaim(v); err == nil && s != nil && (s.Namespace != c.Namespace || s.Name != c.Name) {
		p.warn(fact.New("RecordReplaced", "claim", s.Namespace+"/"+s.Name, "volume", v.Name))
	}
}

// age is how long ago something was, as kubectl writes durations: "14m"; empty if that is not known.
func age(ix *inspect.Index, t metav1.Time) string {
	if t.IsZero() {
		return ""
	}
	return lasted(ix.TakenAt.Sub(t.Time))
}

// lasted is how long something has lasted, as kubectl writes durations. What is still to come by the clock of this machine has not begun.
func lasted(d time.Duration) string { return duration.HumanDuration(max(0, d)) }

// size is the capacity of a volume.
func size(v *corev1.PersistentVolume) string {
	capacity := v.Spec.Capacity[corev1.ResourceStorage]
	return capacity.String()
}
