package planner

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// racks are a crew whose volumes name hosts as the driver calls them, and n1 has lost that label. The Pod of its volume waits.
func racks(t *testing.T) []any {
	t.Helper()
	const driver, key = "zfs.csi.openebs.io", "openebs.io/nodeid"
	world := With(All(Crew(), Db()), Node("n0", NodeLabel(key, "bay-0")), Node("n2", NodeLabel(key, "bay-2")), Node("n3", NodeLabel(key, "bay-3")),
		MemberPod(StatefulSet("db", 3), 1, ""))
	for _, n := range []string{"0", "1", "2"} {
		world = With(world, Volume("n"+n+"-data", Within(Term(In(key, "bay-"+n))), Has("data-db-"+n, "data-db-"+n+"-uid"), func(v *corev1.PersistentVolume) {
			v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: driver, VolumeHandle: v.Name}}
		}))
	}
	for _, n := range []string{"n0", "n1", "n2", "n3"} {
		world = append(world, &storagev1.CSINode{ObjectMeta: metav1.ObjectMeta{Name: n}, Spec: storagev1.CSINodeSpec{
			Drivers: []storagev1.CSINodeDriver{{Name: driver, NodeID: n, TopologyKeys: []string{key}}}}})
	}
	return world
}

// TestLabelOfADriverIsLost: the node lives, and lacks the label by which the driver calls it. By each of its names, and by none, what is
// stuck is told with the label that it needs; nothing is given up, and the hosts that are there are not missing.
func TestLabelOfADriverIsLost(t *testing.T) {
	world := racks(t)
	const claim, back = "shop/data-db-1", "kubectl label node n1 openebs.io/nodeid=bay-1"
	for _, name := range []string{"n1", "bay-1"} {
		p := recoverNodes(t, []string{name}, world...)
		tells(t, p, drain.Blocked, claim, "n1", back)
		if len(p.Steps) > 0 {
			t.Errorf("%s: it would change something: %v", name, actionsOf(p))
		}
	}
	tells(t, recoverNodes(t, []string{"bay-2"}, world...), drain.Blocked, "n2 is Ready")
	items := Suspects(inspect.NewIndex(Snapshot(t, world...))).Items
	if len(items) != 1 || items[0].Node != "n1" || items[0].State != "Ready" || strings.Join(items[0].Stuck, ",") != "shop/db-1" || len(items[0].Homeless) != 1 {
		t.Errorf("suspects %+v, want n1 alone, Ready, with db-1 stuck and what it needs", items)
	}
}

// TestDrainOfANodeThatLacksALabel: the data of a claim may be on it. It is not left for good in silence.
func TestDrainOfANodeThatLacksALabel(t *testing.T) {
	p := drainPlan(t, ToMove(), racks(t)...)
	tells(t, p, drain.Blocked, "shop/data-db-1", "kubectl label node n1 openebs.io/nodeid=bay-1")
	keepsAll(t, p)
}
