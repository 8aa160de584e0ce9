package recover

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// options are those of a control plane that evicts quickly, and on which some nodes never die: without them a few scenes would be
// a mass outage.
func options(nodes ...*corev1.Node) controlplane.Options {
	o := live.Options()
	o.Nodes, o.UnreachableToleration = nodes, 5*time.Second
	return o
}

// ownNodes is the label of the Nodes of a scene.
const ownNodes = "localpv.dev/scene"

// scene is a scene with Nodes of its own, to which its Pods keep.
type scene struct {
	*live.Scene

	t *testing.T
	// before are the versions of what nothing may happen to.
	before string
}

// open opens a scene with Nodes, and a bystander: a member of another StatefulSet, which lives on the last of them.
func open(t *testing.T, name string, nodes ...string) *scene {
	t.Helper()
	s := &scene{Scene: cluster.Scene(t, name), t: t}
	s.MadeUp = []string{"web"}
	s.OwnNodes(nodes...)
	s.held("data-bystander-0", nodes[len(nodes)-1])
	s.StatefulSet("bystander", 1)
	s.WaitStatefulSet("bystander")
	s.before = s.Bystanders()
	return s
}

// node is the full name of a Node of the scene.
func (s *scene) node(short string) string { return s.Name + "-" + short }

func (s *scene) nodes(short ...string) []string {
	var out []string
	for _, n := range short {
		out = append(out, s.node(n))
	}
	return out
}

// held makes a volume on a node that is kept for a claim: NODE-CLAIM.
func (s *scene) held(claim, node string, change ...func(*corev1.PersistentVolume)) {
	s.t.Helper()
	keep := func(v *corev1.PersistentVolume) {
		v.Spec.ClaimRef = &corev1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: s.Name, Name: claim}
	}
	s.Volume(node+"-"+claim, s.node(node), append(change, keep)...)
}

// free makes volumes, each on the node that its name begins with.
func (s *scene) free(names ...string) {
	s.t.Helper()
	for _, name := range names {
		node, _, _ := strings.Cut(name, "-")
		s.Volume(name, s.node(node))
	}
}

// set makes a StatefulSet whose members are on these nodes in their order, and waits for them.
func (s *scene) set(name string, nodes []string, change ...func(*appsv1.StatefulSet)) {
	s.t.Helper()
	probe := &appsv1.StatefulSet{Spec: appsv1.StatefulSetSpec{VolumeClaimTemplates: []corev1.PersistentVolumeClaim{{ObjectMeta: metav1.ObjectMeta{Name: "data"}, Spec: s.NewClaim("").Spec}}}}
	for _, c := range change {
		c(probe)
	}
	for i, n := range nodes {
		for _, t := range probe.Spec.VolumeClaimTemplates {
			s.held(fmt.Sprintf("%s-%s-%d", t.Name, name, i), n)
		}
	}
	s.StatefulSet(name, int32(len(nodes)), change...)
	s.WaitStatefulSet(name)
}

// die lets kubelets die and waits until the cluster has noticed.
func (s *scene) die(nodes ...string) {
	s.t.Helper()
	if err := cluster.Kill(s.Context(), s.nodes(nodes...)...); err != nil {
		s.Fail(err)
	}
	for _, n := range s.nodes(nodes...) {
		s.waitNode(n, controlplane.NodeUnknown)
	}
}

// vanish lets kubelets die and takes their Nodes away, as an autoscaler does.
func (s *scene) vanish(nodes ...string) {
	s.t.Helper()
	ctx := s.Context()
	if err := cluster.Kill(ctx, s.nodes(nodes...)...); err != nil {
		s.Fail(err)
	}
	if err := cluster.Delete(ctx, s.nodes(nodes...)...); err != nil {
		s.Fail(err)
	}
}

func (s *scene) waitNode(name string, met controlplane.Condition[*corev1.Node]) {
	s.t.Helper()
	if _, err := controlplane.WaitFor(s.Context(), cluster.Client().CoreV1().Nodes(), name, met); err != nil {
		s.Fail(err)
	}
}

// patchPod sets annotations of a Pod; nil takes one away.
func (s *scene) patchPod(name string, annotations map[string]any) {
	s.t.Helper()
	_, err := cluster.Client().CoreV1().Pods(s.Name).Patch(s.Context(), name, types.MergePatchType, s.annotating(annotations), metav1.PatchOptions{})
	if err != nil {
		s.Fail(err)
	}
}

func (s *scene) annotating(annotations map[string]any) []byte {
	s.t.Helper()
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": annotations}})
	if err != nil {
		s.Fail(err)
	}
	return patch
}

// patchNode merges something into a Node.
func (s *scene) patchNode(short string, patch any) {
	s.t.Helper()
	data, err := json.Marshal(patch)
	if err != nil {
		s.Fail(err)
	}
	if _, err := cluster.Client().CoreV1().Nodes().Patch(s.Context(), s.node(short), types.MergePatchType, data, metav1.PatchOptions{}); err != nil {
		s.Fail(err)
	}
}

// uncordon lets Pods onto a Node again, and waits until the node controller has taken the taint of the cordon away.
func (s *scene) uncordon(short string) {
	s.t.Helper()
	s.patchNode(short, map[string]any{"spec": map[string]any{"unschedulable": false}})
	s.waitNode(s.node(short), func(n *corev1.Node) (bool, string) {
		cordon := func(t corev1.Taint) bool { return t.Key == corev1.TaintNodeUnschedulable }
		return !slices.ContainsFunc(n.Spec.Taints, cordon), fmt.Sprint(n.Spec.Taints)
	})
}

// command is a command line about nodes of the scene.
func (s *scene) command(nodes []string, more ...string) []string {
	return slices.Concat([]string{"recover"}, s.nodes(nodes...), []string{"--unreachable-for=1s", "--timeout=4m"}, more)
}

// accept accepts the loss of claims.
func (s *scene) accept(claims ...string) []string {
	var out []string
	for _, c := range claims {
		out = append(out, "--accept-data-loss="+s.Name+"/"+c)
	}
	return out
}

// run runs a command under the rules, and says yes.
func (s *scene) run(args []string, change ...func(*live.Run)) live.Result {
	s.t.Helper()
	r := live.Run{Args: append(slices.Clone(args), "--yes"), Rules: s.rules()}
	for _, c := range change {
		c(&r)
	}
	return s.Run(r)
}

// recovered runs recover about nodes that are off, which has to succeed, and checks what has become of its Plan.
func (s *scene) recovered(nodes []string, more ...string) live.Result {
	s.t.Helper()
	r := s.run(s.command(nodes, append([]string{"--fenced"}, more...)...))
	if r.Exit != 0 {
		s.Fail(r)
	}
	s.asPlanned(r)
	return r
}

// move is a line of the Plan's table.
type move struct{ member, from, fromNode, to, toNode string }

// moves reads the Plan that a run has shown.
func (s *scene) moves(r live.Result) []move {
	s.t.Helper()
	var out []move
	for line := range strings.Lines(r.Err) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) == 1 {
			cells = columns(line)
		}
		if len(cells) < 4 || !strings.HasPrefix(cells[0], s.Name+"/") {
			continue
		}
		m := move{member: strings.TrimPrefix(cells[0], s.Name+"/")}
		m.from, m.fromNode = placeOf(cells[1])
		m.to, m.toNode = placeOf(cells[2])
		out = append(out, m)
	}
	return out
}

func columns(line string) []string {
	var out []string
	for cell := range strings.SplitSeq(line, "  ") {
		if cell = strings.TrimSpace(cell); cell != "" {
			out = append(out, cell)
		}
	}
	return out
}

// placeOf reads "local-pv-1 (node-1)".
func placeOf(cell string) (volume, node string) {
	volume, node, _ = strings.Cut(cell, " (")
	return volume, strings.TrimSuffix(node, ")")
}

// asPlanned checks that every move of the Plan came about, and that nothing happened to the bystander.
func (s *scene) asPlanned(r live.Result) {
	s.t.Helper()
	moves := s.moves(r)
	if len(moves) == 0 {
		s.t.Errorf("%s: no member was moved: %s", s.Name, r)
	}
	for _, m := range moves {
		s.moved(m)
	}
	if now := s.Bystanders(); now != s.before {
		s.t.Errorf("%s: the bystander has changed from %s to %s", s.Name, s.before, now)
	}
}

// moved checks that a move came about: on that node, with that volume, and that the old volume is kept.
func (s *scene) moved(m move) {
	s.t.Helper()
	s.kept(m)
	v := s.GetVolume(s.ShortName(m.to))
	if v.Status.Phase != corev1.VolumeBound || v.Spec.ClaimRef == nil || v.Spec.ClaimRef.Namespace != s.Name {
		s.t.Errorf("%s: volume %s was planned for %s, and is %s for %v", s.Name, m.to, m.member, v.Status.Phase, v.Spec.ClaimRef)
		return
	}
	s.UsedOn(v.Spec.ClaimRef.Name, m.toNode)
}

// kept checks that a volume that was left is Released, with policy Retain, and notes where its claim came from.
func (s *scene) kept(m move) {
	s.t.Helper()
	v := s.GetVolume(s.ShortName(m.from))
	if v.Status.Phase != corev1.VolumeReleased || v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain || v.Annotations["localpv.dev/recovered-from"] != m.fromNode {
		s.t.Errorf("%s: volume %s is %s with policy %s, from %q", s.Name, m.from, v.Status.Phase, v.Spec.PersistentVolumeReclaimPolicy, v.Annotations["localpv.dev/recovered-from"])
	}
}
