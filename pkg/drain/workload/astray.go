package workload

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// astray says that a claim cannot move since Kubernetes does not keep its Pods where its data is: as soon as the Pod is gone, its
// replacement may be placed on any Node with the claim as it is, and starts there without the data.
func (g *Finder) astray(m *Member, c Claim) (why fact.Fact, astray bool) {
	where, astray := g.Ix.Astray(c.Volume)
	if !astray || c.Claim == nil {
		return fact.Fact{}, false
	}
	users := slices.DeleteFunc(slices.Clone(m.Placed), func(p *corev1.Pod) bool { return !slices.Contains(inspect.ClaimNames(p), c.Manifest.Name) })
	for _, p := range users {
		if !g.Ix.OnSite(c.Volume, p.Spec.NodeName) {
			return fact.New("ClaimUsedWithoutData", "claim", c.Object(), "volume", c.Volume.Name, "why", where, "pod", p.Namespace+"/"+p.Name, "node", p.Spec.NodeName), true
		}
	}
	open := g.openWithoutData(c.Volume)
	switch {
	case g.Ix.ClosedWithoutData(c.Volume):
		return fact.Fact{}, false
	case len(open) > 0:
		return g.Ix.StartsWithoutData(c.Volume, where, open), true
	case len(users) > 0:
		return g.held(fact.New("ClaimNotHeldToData", "claim", c.Object(), "volume", c.Volume.Name, "why", where, "pod", users[0].Namespace+"/"+users[0].Name, "node", ""), c.Volume), true
	}
	return g.held(fact.New("ClaimNotHeldToDataAndWaits", "claim", c.Object(), "volume", c.Volume.Name, "why", where, "node", ""), c.Volume), true
}

// openWithoutData are the Nodes where the Pods of a volume can start without its data, which is on machines that are gone. Once they are cordoned, the
// claim can move: its affinity matches no other Node.
func (g *Finder) openWithoutData(v *corev1.PersistentVolume) []string {
	if !g.Ix.SiteGone(v) {
		return nil
	}
	return g.Ix.OpenWithoutData(v)
}

// UnclearClaim is a claim of which nothing says whether its data is on the nodes that are left.
type UnclearClaim struct {
	Claim  *corev1.PersistentVolumeClaim
	Volume *corev1.PersistentVolume
	// Pods are those that use the claim on the nodes that are left.
	Pods []*corev1.Pod
	// Stuck are those of them that have not ended, and those that have no node while the data may be on one that is left.
	Stuck []*corev1.Pod
	// Why says what is known of where the data is.
	Why fact.Fact
}

// Object names the claim.
func (u UnclearClaim) Object() drain.Object { return drain.ClaimObject(u.Claim) }

// Unclear finds the claims of which nothing says whether their data is on the nodes that are left, sorted by volume: the volume has
// several homes, of which some are left; or a Pod uses it there, and its home is unknown, or its data is recorded to be elsewhere.
func (g *Finder) Unclear() []UnclearClaim {
	if _, unread := g.Ix.Gap(inspect.Nodes); unread {
		return nil // nothing is known of any home, and that blocks
	}
	var out []UnclearClaim
	for _, v := range g.Ix.SortedVolumes() {
		if u, unclear := g.unclear(v); unclear {
			out = append(out, u)
		}
	}
	return out
}

func (g *Finder) unclear(v *corev1.PersistentVolume) (UnclearClaim, bool) {
	c := g.Ix.ClaimOf(v)
	_, local := g.Ix.LocalSource(v)
	directory := v.Spec.HostPath != nil // without node affinity, it is one of whichever Node the Pod is on
	if c == nil || c.Spec.VolumeName != v.Name || !local && !directory || OwnedByPod(c) || OnlyOn(g.Ix, v, g.Departing) || g.Spared != nil && g.Spared(v) {
		return UnclearClaim{}, false
	}
	u := UnclearClaim{Claim: c, Volume: v}
	for _, p := range g.Ix.Consumers(c.Namespace, c.Name) {
		if g.Departing[p.Spec.NodeName] {
			u.Pods = append(u.Pods, p)
		}
	}
	site := g.Ix.DataOn(v)
	homes, gone := g.Ix.DataNames(v)
	here := slices.ContainsFunc(homes, func(name string) bool { return g.Departing[name] })
	for _, p := range PodsByName(g.Ix.Consumers(c.Namespace, c.Name)) {
		if !FinishedPod(p) && (g.Departing[p.Spec.NodeName] || here && p.Spec.NodeName == "" && p.DeletionTimestamp == nil) {
			u.Stuck = append(u.Stuck, p)
		}
	}
	astray, isAstray := g.Ix.Astray(v)
	switch {
	case len(site.Nodes) == 0 && (here || len(u.Pods) > 0):
		u.Why = fact.New("DataHomeUnknown", "why", g.Ix.HomeOf(v).Why)
	case here:
		u.Why = fact.New("DataOnOneOf", "nodes", homes, "gone", gone)
	case len(u.Pods) == 0:
		return u, false
	case isAstray:
		u.Why = astray
	case g.Ix.HomeOf(v).State == inspect.HomeUnknown && slices.ContainsFunc(u.Stuck, func(p *corev1.Pod) bool { return p.Status.Phase == corev1.PodRunning }):
		u.Why = fact.New("DataHomeUnknown", "why", g.Ix.HomeOf(v).Why) // its kubelet mounted the volume here, whatever is recorded
	case g.runsByRecord(u):
		u.Why, _ = g.Ix.RecordDiffers(v)
	default:
		return u, false // the Pod has come to a Node on which it cannot use the volume
	}
	return u, true
}

// unclearClaims are the names of the claims of which nothing says where their data is, and whose Pods are stuck: those are members too.
func (g *Finder) unclearClaims() []types.NamespacedName {
	g.doubtful = map[string]UnclearClaim{}
	var keys []types.NamespacedName
	for _, u := range g.Unclear() {
		mc := Claim{Volume: u.Volume, Claim: u.Claim, Manifest: u.Claim}
		if _, known := g.stuck[mc.Key()]; known || len(u.Stuck) == 0 {
			continue
		}
		g.stuck[mc.Key()], g.doubtful[u.Volume.Name] = mc, u
		keys = append(keys, mc.Key())
	}
	return keys
}

// unclearMember takes out a member with such a claim: it cannot move, and neither can its other claims without it.
func (g *Finder) unclearMember(m *Member) bool {
	for _, c := range m.Claims {
		u, unclear := g.doubtful[c.Volume.Name]
		if !unclear {
			continue
		}
		if m.Set == nil {
			m.Key.Name = u.Stuck[0].Name // of several Pods, one that is stuck
		}
		g.Shared = append(g.Shared, Immovable{Member: m, Loose: true, Unclear: &u})
		return true
	}
	return false
}

// runsByRecord reports whether a Pod runs on a node that is left, and a record says that its data is there, although the affinity means another now.
func (g *Finder) runsByRecord(u UnclearClaim) bool {
	_, nodes := g.Ix.RecordDiffers(u.Volume)
	return slices.ContainsFunc(u.Stuck, func(p *corev1.Pod) bool {
		return p.Status.Phase == corev1.PodRunning && slices.Contains(nodes, p.Spec.NodeName)
	})
}
