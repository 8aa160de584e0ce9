package execute

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
)

// together checks that a Pod runs where its volumes can be used. The volume controller and the scheduler choose volumes each by
// itself: the claim may have been bound to one volume while the Pod was placed for another, and the two never meet then (kubelet:
// "MountVolume.NodeAffinity check failed"). Until such a Pod is deleted, nothing puts it right.
func (s *stepRun) together(ctx context.Context, p *corev1.Pod, volumes []string) error {
	n, err := s.live.node(ctx, p.Spec.NodeName)
	if err != nil || n == nil {
		return err
	}
	for _, name := range volumes {
		v, err := s.live.volume(ctx, drain.Object{Name: name})
		if err != nil {
			return err
		}
		if v == nil || usableOn(v, n) {
			continue
		}
		homes, err := s.homesOf(ctx, v)
		if err != nil {
			return err
		}
		if len(homes) == 0 {
			continue // its node has lost a label or its name, which says nothing of where the data is
		}
		return refused(fact.New("PodApartFromVolume", "pod", drain.PodObject(p), "node", n.Name, "volume", v.Name, "home", homes).
			Offering(fact.Kubectl("delete", "pod", p.Name).In(p.Namespace)))
	}
	return nil
}

// usableOn reports whether a volume can be used on a Node. Unlike the scheduler, which gives volumes no more than the labels of a Node
// (component-helpers/storage/volume: CheckNodeAffinity), it minds matchFields: they say where the data is all the same.
func usableOn(v *corev1.PersistentVolume, n *corev1.Node) bool {
	if v.Spec.NodeAffinity == nil || v.Spec.NodeAffinity.Required == nil {
		return true
	}
	matches, err := nodeaffinity.NewLazyErrorNodeSelector(v.Spec.NodeAffinity.Required).Match(n)
	return err == nil && matches
}

// homesOf are the names of the Nodes on which a volume can be used.
func (s *stepRun) homesOf(ctx context.Context, v *corev1.PersistentVolume) ([]string, error) {
	nodes, err := s.live.nodes(ctx)
	if err != nil {
		return nil, err
	}
	homes := []string{}
	for name, n := range nodes {
		if usableOn(v, n) {
			homes = append(homes, name)
		}
	}
	slices.Sort(homes)
	return homes, nil
}
