package drain

import (
	"encoding/json"
	"flag"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	goldenfile "github.com/kubectl-localpv/kubectl-localpv/internal/golden"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

var update = flag.Bool("update", false, "rewrite testdata/*.golden")

// path is one way through drain, from a scene to its end.
type path struct {
	name string
	// set lays the scene out.
	set func(s *live.Scene)
	// args follow drain NODE; --yes is added.
	args []string
	// settled waits until the controllers have done what follows from the command.
	settled func(s *live.Scene)
	// check looks at what matters most, besides what the golden file holds and the Plan said.
	check func(t *testing.T, s *live.Scene)
	// loses says that the manifests of claims are lost on purpose.
	loses bool
	// nowhere says that members wait in the end, on no node.
	nowhere bool
}

func paths() []path { return slices.Concat(movePaths(), keepPaths()) }

func (p path) stage(t *testing.T) *live.Scene {
	t.Helper()
	s := stage(t, p.name)
	p.set(s)
	return s
}

func (p path) line(s *live.Scene, more ...string) []string {
	args := []string{"drain", s.VolumeName(old)}
	for _, arg := range p.args {
		args = append(args, strings.ReplaceAll(arg, "%s", s.Name))
	}
	return append(args, more...)
}

// run is how a path is run: nothing may be done too early.
func (p path) run(s *live.Scene, on func(*live.Request) live.Action) live.Run {
	return live.Run{Args: p.line(s, "--yes"), Loses: p.loses, On: on, Rules: rules(s, p.nowhere || p.loses, p.loses)}
}

// settle waits for the end of the path; the volumes that were left are Released in any case.
func (p path) settle(s *live.Scene) {
	if p.settled != nil {
		p.settled(s)
	}
	list, err := lab.Client().CoreV1().PersistentVolumes().List(s.Context(), metav1.ListOptions{LabelSelector: "localpv.dev/scene=" + s.Name})
	if err != nil {
		s.Fail(err)
	}
	for _, v := range list.Items {
		if v.Annotations[retain.AnnMovedFrom] != "" {
			s.WaitVolume(strings.TrimPrefix(v.Name, s.Name+"-"), controlplane.VolumePhase(corev1.VolumeReleased))
		}
	}
}

// plan is what the command says it would do.
func (p path) plan(t *testing.T, s *live.Scene) *drain.Plan {
	t.Helper()
	r := s.Run(live.Run{Args: p.line(s, "--dry-run", "-o", "json")})
	var plan drain.Plan
	if err := json.Unmarshal([]byte(r.Out), &plan); err != nil || len(r.Writes()) > 0 {
		t.Fatalf("%v: %s", err, r)
	}
	return &plan
}

// TestPaths takes each path: all ends as the Plan said, what was written and what changed is as in testdata, what has
// nothing to do with it is untouched, and the end is the same if it is killed after any of its writes and run again.
func TestPaths(t *testing.T) {
	t.Parallel()
	for _, p := range paths() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			s := p.stage(t)
			bystander(s)
			plan := p.plan(t, s)
			before, others := state(s), bystanders(t, s)
			r := s.Run(p.run(s, nil))
			if r.Exit != 0 {
				t.Fatal(r)
			}
			p.settle(s)
			asPlanned(t, s, plan)
			change := live.Change(before, state(s))
			golden(t, p.name, "writes:\n"+writes(s, r)+"\n"+change)
			if others != bystanders(t, s) {
				t.Error("something that has nothing to do with it was written")
			}
			if p.check != nil {
				p.check(t, s)
			}
			again := s.Run(p.run(s, nil))
			if again.Exit != 0 || len(again.Writes()) > 0 {
				t.Errorf("run once more, it should find nothing to do: %s", again)
			}
			p.kill(t, r, change)
		})
	}
}

// asPlanned wants every member where the Plan said it would be, with the volume that it said, and its old volume kept
// with all that is needed to go back; and those that wait, with the claims that they had.
func asPlanned(t *testing.T, s *live.Scene, plan *drain.Plan) {
	t.Helper()
	if plan.Verdict != drain.Ready {
		t.Fatalf("the Plan was %s: %v", plan.Verdict, plan.Blockers)
	}
	for _, m := range plan.Moves {
		_, name, _ := strings.Cut(m.Claim, "/")
		claim := s.WaitClaim(name, func(c *corev1.PersistentVolumeClaim) (bool, string) { return c != nil, "there is none" })
		from := volume(t, s, m.From)
		switch {
		case m.Stays:
			if claim.Spec.VolumeName != m.From || from.Spec.ClaimRef.UID != claim.UID || from.Status.Phase != corev1.VolumeBound {
				t.Errorf("claim %s was to stay on %s, and is on %s, which is %s", name, m.From, claim.Spec.VolumeName, from.Status.Phase)
			}
			continue
		case m.To != "":
			bound := s.WaitClaim(name, controlplane.ClaimPhase(corev1.ClaimBound))
			if bound.Spec.VolumeName != m.To {
				t.Errorf("claim %s was to go to %s, and is on %s", name, m.To, bound.Spec.VolumeName)
			}
		}
		keptOn(t, from, name, m.FromNode)
		if m.Owner != "" && m.ToNode != "" {
			runsOn(t, s, name, m.ToNode)
		}
	}
}

// keptOn wants a volume Released with policy Retain, and all that is needed to give it back.
func keptOn(t *testing.T, v *corev1.PersistentVolume, claim, node string) {
	t.Helper()
	if v.Annotations[retain.AnnMovedFrom] != node && v.Status.Phase == corev1.VolumeAvailable {
		return // cleaned and recreated
	}
	saved, err := retain.RecordedClaim(v)
	switch {
	case err != nil || saved == nil:
		t.Errorf("volume %s does not have the manifest of claim %s: %v", v.Name, claim, err)
	case v.Status.Phase != corev1.VolumeReleased || v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain:
		t.Errorf("volume %s is %s with policy %s", v.Name, v.Status.Phase, v.Spec.PersistentVolumeReclaimPolicy)
	case saved.Name != claim || saved.UID != v.Spec.ClaimRef.UID || v.Annotations[retain.AnnMovedFrom] != node:
		t.Errorf("volume %s was left by %s on %s, and says %s on %s", v.Name, claim, node, saved.Name, v.Annotations[retain.AnnMovedFrom])
	}
}

// runsOn wants the Pods that name a claim Ready on a node.
func runsOn(t *testing.T, s *live.Scene, claim, node string) {
	t.Helper()
	found := 0
	for _, p := range pods(t, s) {
		if !slices.ContainsFunc(p.Spec.Volumes, func(v corev1.Volume) bool {
			return v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.ClaimName == claim
		}) {
			continue
		}
		found++
		if ready, state := controlplane.PodReady(&p); !ready || p.Spec.NodeName != node {
			t.Errorf("Pod %s was to run on %s: %s", p.Name, node, state)
		}
	}
	if found == 0 {
		t.Errorf("no Pod has claim %s", claim)
	}
}

func pods(t *testing.T, s *live.Scene) []corev1.Pod {
	t.Helper()
	list, err := lab.Client().CoreV1().Pods(s.Name).List(s.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return list.Items
}

func volume(t *testing.T, s *live.Scene, name string) *corev1.PersistentVolume {
	t.Helper()
	v, err := lab.Client().CoreV1().PersistentVolumes().Get(s.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// bystanders are the versions of the objects that no path touches: those of another workload, and other nodes.
func bystanders(t *testing.T, s *live.Scene) string {
	t.Helper()
	c, get := lab.Client(), metav1.GetOptions{}
	claim, err := c.CoreV1().PersistentVolumeClaims(s.Name).Get(s.Context(), "bystander", get)
	if err != nil {
		t.Fatal(err)
	}
	class, err := c.StorageV1().StorageClasses().Get(s.Context(), s.Name, get)
	if err != nil {
		t.Fatal(err)
	}
	d, err := c.AppsV1().Deployments(s.Name).Get(s.Context(), "bystander", get)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(volume(t, s, s.VolumeName("bystander")).ResourceVersion, claim.ResourceVersion, class.ResourceVersion, d.ResourceVersion)
	for _, p := range pods(t, s) {
		if p.Labels["app"] == "bystander" {
			text += p.Name + p.ResourceVersion
		}
	}
	for _, short := range []string{"a", "b", "c"} {
		n, err := c.CoreV1().Nodes().Get(s.Context(), s.VolumeName(short), get)
		if err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprint(n.Spec)
	}
	return text
}

// state is all there is of a scene, without what is made up for the names of ReplicaSets, Pods and their volumes.
func state(s *live.Scene) string {
	text := regexp.MustCompile(`\b(web|cache|bystander)-[a-z0-9]{6,10}\b`).ReplaceAllString(s.State(), "$1-hash")
	return regexp.MustCompile(`(-hash|kube-api-access)-[a-z0-9]{5}\b`).ReplaceAllString(text, "$1-*")
}

// writes lists what a run wrote, sorted where Pods are evicted side by side.
func writes(s *live.Scene, r live.Result) string {
	madeUp := regexp.MustCompile(`-[a-z0-9]{6,10}-[a-z0-9]{5}\b`)
	var lines []string
	for _, w := range r.Writes() {
		lines = append(lines, fmt.Sprintf("%s: %d\n", madeUp.ReplaceAllString(strings.ReplaceAll(w.String(), s.Name, "scene"), "-*"), w.Status))
	}
	if i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "create pods/eviction") }); i >= 0 && strings.Contains(s.Name, "keep-") {
		slices.Sort(lines[i:])
	}
	return strings.Join(lines, "")
}

// golden compares a text with a file, or writes the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	goldenfile.Check(t, filepath.Join("testdata", name+".golden"), got, *update)
}
