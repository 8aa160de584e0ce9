package drain

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
)

// TestReboot empties a node with --keep-claims, lets it die and come back, and uncordons it: all that waited is back on
// the node with the very claims and volumes that it had.
func TestReboot(t *testing.T) {
	t.Parallel()
	s := open(t, "reboot")
	s.Expendable("db") // two of three go, and come back with what they had
	database(s, []string{old, old, "a"}, withLogs(s))
	tied(s, "data", "data", old)
	s.Deployment("web", "data")
	runs(s, "web", 1)
	preview := s.Run(live.Run{Args: []string{"drain", s.VolumeName(old), "--keep-claims", "--dry-run", "-o", "json"}})
	var plan drain.Plan
	if err := json.Unmarshal([]byte(preview.Out), &plan); err != nil {
		t.Fatalf("%v: %s", err, preview)
	}
	if len(plan.Members()) != 3 {
		t.Errorf("it says that %v wait, of db-0, db-1 and the one of web", plan.Members())
	}
	before := claimsAndVolumes(t, s)
	args := []string{"drain", s.VolumeName(old), "--keep-claims", "--yes"}
	if r := s.Run(live.Run{Args: args}); r.Exit != 3 || len(r.Writes()) > 0 || !contains(r.Err, "it has no quorum until "+s.VolumeName(old)+" is back") {
		t.Errorf("two of three are taken down unasked: %s", r)
	}
	if r := s.Run(live.Run{Args: append(slices.Clone(args), "--accept-data-loss", s.Name+"/data-db-0")}); r.Exit != 2 || len(r.Writes()) > 0 || !contains(r.Err, "use --allow-down") {
		t.Errorf("nothing is lost by a reboot: %s", r)
	}
	if r := s.Run(live.Run{Args: append(args, "--allow-down"), Rules: rules(s, false, false)}); r.Exit != 0 {
		t.Fatal(r)
	}
	node := s.VolumeName(old)
	if err := cluster.Kill(s.Context(), node); err != nil {
		t.Fatal(err)
	}
	until(s, node, controlplane.NodeUnknown)
	if r := s.Run(live.Run{Args: []string{"drain", node, "--keep-claims", "--yes"}}); r.Exit != 3 || len(r.Writes()) > 0 || !contains(r.Err, "recover "+node) {
		t.Errorf("an unreachable node cannot be drained: %s", r)
	}
	if err := cluster.Revive(s.Context(), node); err != nil {
		t.Fatal(err)
	}
	until(s, node, controlplane.NodeReady)
	cordon(s, old, false)
	s.WaitStatefulSet("db")
	runs(s, "web", 1)
	if after := claimsAndVolumes(t, s); !maps.Equal(before, after) {
		t.Errorf("claims and volumes were %v and are %v", before, after)
	}
	for _, name := range []string{"db-0", "db-1"} {
		if p := s.WaitPod(name, controlplane.PodReady); p.Spec.NodeName != node {
			t.Errorf("%s is back on %s", name, p.Spec.NodeName)
		}
	}
}

// claimsAndVolumes are the claims by UID, with their volumes by UID.
func claimsAndVolumes(t *testing.T, s *live.Scene) map[types.UID]types.UID {
	t.Helper()
	list, err := cluster.Client().CoreV1().PersistentVolumeClaims(s.Name).List(s.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[types.UID]types.UID{}
	for _, c := range list.Items {
		out[c.UID] = s.GetVolume(s.ShortName(c.Spec.VolumeName)).UID
	}
	return out
}

func until(s *live.Scene, node string, met controlplane.Condition[*corev1.Node]) {
	if _, err := controlplane.WaitFor(s.Context(), cluster.Client().CoreV1().Nodes(), node, met); err != nil {
		s.Fail(err)
	}
}
