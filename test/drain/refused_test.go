package drain

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

func contains(text, part string) bool { return strings.Contains(text, part) }

// refusal is a drain that is refused before anything is written.
type refusal struct {
	name string
	set  func(s *live.Scene)
	// args are the whole command line; %s stands for the scene's name.
	args string
	exit int
	says []string
}

func refusals() []refusal {
	const keep, move = "drain %s-old --keep-claims --yes", "drain %s-old --move-claims --yes"
	members := func(nodes ...string) func(*live.Scene) {
		return func(s *live.Scene) { database(s, nodes) }
	}
	return []refusal{
		{name: "no node", args: "drain --keep-claims", exit: 2, says: []string{"which node? usage: kubectl localpv drain NODE"}},
		{name: "two nodes", args: "drain %s-a %s-b --keep-claims", exit: 2, says: []string{"one node at a time, not "}},
		{name: "wrong node", args: "drain %s-olt --keep-claims --yes", exit: 2, says: []string{`no node "%s-olt" in the cluster (did you mean %s-old`}},
		{name: "neither flag", args: "drain %s-old --yes", exit: 2, says: []string{"--keep-claims", "--move-claims"}},
		{name: "both flags", args: "drain %s-old --keep-claims --move-claims --yes", exit: 2, says: []string{"--keep-claims", "--move-claims"}},
		{name: "no grace", args: move + " --grace-period=0", exit: 2, says: []string{"--grace-period=0", "use 1 or more"}},
		{name: "last copy", set: func(s *live.Scene) { database(s, []string{old}); free(s, "a") }, args: move, exit: 3,
			says: []string{"no other ready member holds what claim %s/data-db-0 has", "--accept-data-loss %s/data-db-0"}},
		{name: "quorum", set: func(s *live.Scene) { database(s, []string{old, "a"}); free(s, "b") }, args: move, exit: 3,
			says: []string{"1 of 2 members of StatefulSet/db are ready, fewer than a majority"}},
		{name: "nowhere", set: members(old, "a", "b"), args: move, exit: 3, says: []string{"%s/db-0 fits nowhere:", "--allow-pending"}},
		{name: "daemons", set: agent, args: keep, exit: 3, says: []string{"DaemonSet-managed Pods", "--ignore-daemonsets", "%s/agent-"}},
		{name: "emptyDir", set: func(s *live.Scene) { runner(s, "cache", 1, emptyDir) }, args: keep, exit: 3, says: []string{"Pods with local storage", "--delete-emptydir-data", "%s/cache-"}},
		{name: "bare", set: func(s *live.Scene) { onOld(s, s.NewPod("bare")) }, args: keep, exit: 3, says: []string{"declare no controller", "--force", "%s/bare"}},
		{name: "tolerant", set: func(s *live.Scene) {
			database(s, []string{old, "a", "b"}, func(set *appsv1.StatefulSet) {
				set.Spec.Template.Spec.Tolerations = []corev1.Toleration{{Operator: corev1.TolerationOpExists}}
			})
			free(s, "c")
		}, args: move, exit: 3, says: []string{"Pod %s/db-0 would come back to %s-old as soon as it is evicted, since it tolerates the cordon"}},
		{name: "clean without a provisioner", set: func(s *live.Scene) { database(s, []string{old, "a", "b"}); free(s, "c") }, args: move + " --clean", exit: 3,
			says: []string{"no external provisioner owns volume %s-data-0", "leave out --clean"}},
		{name: "clean what no controller recreates", set: func(s *live.Scene) {
			s.Provisioner(s.VolumeName(old))
			tied(s, "data", "data", old, s.Provisioned(s.VolumeName(old)))
			s.Deployment("web", "data")
			runs(s, "web", 1)
			free(s, "a")
		}, args: move + " --clean --ignore-daemonsets --accept-data-loss %s/data", exit: 3, says: []string{"no controller recreates claim %s/data"}},
		{name: "not asked", set: members(old, "a", "b"), args: "drain %s-old --keep-claims", exit: 3, says: []string{"stdin is not a terminal, so add --yes"}},
	}
}

// TestRefused: nothing is written, and the reason and the way out are said.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, r := range refusals() {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, "refused")
			if r.set != nil {
				r.set(s)
			}
			got := s.Run(live.Run{Args: strings.Fields(strings.ReplaceAll(r.args, "%s", s.Name))})
			if got.Exit != r.exit || len(got.Writes()) > 0 {
				t.Errorf("exit code %d is wanted and no write: %s", r.exit, got)
			}
			for _, words := range r.says {
				if words = strings.ReplaceAll(words, "%s", s.Name); !contains(got.Err, words) {
					t.Errorf("it does not say %q: %s", words, got.Err)
				}
			}
		})
	}
}

// TestComesBack: a Pod that tolerates the cordon and does not move comes back at once, which is said, and is no failure.
func TestComesBack(t *testing.T) {
	t.Parallel()
	s := open(t, "comes-back")
	database(s, []string{old, "a", "b"}, func(set *appsv1.StatefulSet) {
		set.Spec.Template.Spec.Tolerations = []corev1.Toleration{{Operator: corev1.TolerationOpExists}}
	})
	before := s.WaitPod("db-0", controlplane.PodReady)
	r := s.Run(live.Run{Args: []string{"drain", s.VolumeName(old), "--keep-claims", "--yes"}})
	if r.Exit != 0 || !contains(r.Err, "may come back to "+s.VolumeName(old)) {
		t.Error(r)
	}
	s.WaitPod("db-0", func(p *corev1.Pod) (bool, string) {
		ready, state := controlplane.PodReady(p)
		return ready && p.UID != before.UID && p.Spec.NodeName == s.VolumeName(old), state
	})
}

// TestCameBetween: a Pod that comes to the node between the snapshot and the cordon is not overlooked.
func TestCameBetween(t *testing.T) {
	t.Parallel()
	s := open(t, "between")
	database(s, []string{old, "a", "b"})
	run := live.Run{Args: []string{"drain", s.VolumeName(old), "--keep-claims", "--force", "--yes"}, Rules: rules(s, false, false)}
	late := run
	late.On = func(r *live.Request) live.Action {
		if r.Verb != "patch" || r.Resource != "nodes" {
			return live.Action{}
		}
		return live.Action{Before: func() {
			pod := s.NewPod("late")
			pod.Spec.NodeName = s.VolumeName(old)
			if _, err := cluster.Client().CoreV1().Pods(s.Name).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
				t.Error(err)
			}
		}}
	}
	if r := s.Run(late); r.Exit != 1 || !contains(r.Err, "1 Pod on "+s.VolumeName(old)+" that came after it was checked: "+s.Name+"/late") {
		t.Error(r)
	}
	if r := s.Run(run); r.Exit != 0 {
		t.Error(r)
	}
	for _, p := range s.Pods() {
		if p.Spec.NodeName == s.VolumeName(old) {
			t.Errorf("Pod %s is still on the node", p.Name)
		}
	}
}
