package planner

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// tells wants a Plan to have the verdict, and these words wherever it tells them.
func tells(t *testing.T, p *drain.Plan, verdict drain.Verdict, words ...string) {
	t.Helper()
	text := strings.Join(strings.Fields(told(p)), " ")
	if p.Verdict != verdict {
		t.Errorf("verdict %s, want %s", p.Verdict, verdict)
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("it does not say %q", w)
		}
	}
	if t.Failed() {
		t.Log(told(p))
	}
}

// keepsAll wants a Plan to delete no volume object, and no claim whose volume is not retained before, and to open no volume.
func keepsAll(t *testing.T, p *drain.Plan) {
	t.Helper()
	retained := map[string]bool{}
	for _, s := range p.Steps {
		volume := s.Parameters.About().Volume.Name
		switch s.Action {
		case drain.RetainVolume:
			retained[volume] = true
		case drain.DeleteClaim:
			if !retained[volume] {
				t.Errorf("%s: its volume %s is not retained", s.ID, volume)
			}
		case drain.ForgetVolume, drain.OpenVolume, drain.AwaitCleaned:
			t.Errorf("%s gives data up", s.ID)
		default:
		}
	}
}

// TestHostnameThatNoNodeHas: a provisioner has put a node's name where its hostname belongs. Nothing is dead, and nothing is missing but
// a label, so that there is nothing to recover, by whichever name.
func TestHostnameThatNoNodeHas(t *testing.T) {
	host := NodeLabel(corev1.LabelHostname, "n1")
	world := With(Without(All(Crew(), Db()), "Node n1"), Node("n1.example", host), Lease("n1.example", "n1.example-lease-7"), member1(On("n1.example")),
		MemberPod(StatefulSet("db", 3), 1, ""))
	for _, name := range []string{"n1.example", "n1"} {
		p := recoverNodes(t, []string{name}, world...)
		tells(t, p, drain.Blocked, "n1.example is Ready")
		if len(p.Steps) > 0 {
			t.Errorf("%s: it would change something: %v", name, actionsOf(p))
		}
	}
	for _, s := range Suspects(inspect.NewIndex(Snapshot(t, world...))).Items {
		if s.Node != "n1.example" || s.State != "Ready" || len(s.Homeless) != 1 {
			t.Errorf("%s looks dead", s.Node)
		}
	}
}

// TestFreeVolumeOfAMachineThatIsGone: nobody has it and nobody could use it.
func TestFreeVolumeOfAMachineThatIsGone(t *testing.T) {
	p := planOf(t, reclaiming(drain.ReclaimRequest{Volumes: []string{"free"}, KeepData: true}), Snapshot(t, Node("n0"), Volume("free", On("old"))))
	tells(t, p, drain.NothingToDo)
	keepsAll(t, p)
}

// TestVolumeThatIsBeingDeleted: neither reclaim nor reattach can do anything with an object that goes as soon as its finalizers do.
func TestVolumeThatIsBeingDeleted(t *testing.T) {
	v := Volume("v", Within(Term(In("topology.topolvm.io/node", "old"))), Has("data", "data-uid"), Phase(Released), Deletes, Deleting, func(v *corev1.PersistentVolume) {
		v.Finalizers = []string{"external-provisioner.volume.kubernetes.io/finalizer"}
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: "topolvm.io", VolumeHandle: "1"}}
	})
	for name, r := range map[string]request{
		"reclaim":  reclaiming(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true}),
		"reattach": reattaching(drain.ReattachRequest{Volume: "v"}),
	} {
		t.Run(name, func(t *testing.T) {
			p := planOf(t, r, Snapshot(t, Node("n0"), v))
			tells(t, p, drain.Blocked, "volume v is being deleted")
			if len(p.Steps) > 0 {
				t.Errorf("it would change something: %v", actionsOf(p))
			}
		})
	}
}

// TestDiskThatMovedAlong: the machine is gone and its disk is in another. Nothing in the cluster shows it; the member starts empty
// elsewhere, and it is said where its data was, and that it is kept.
func TestDiskThatMovedAlong(t *testing.T) {
	dynamic := StorageClass(Class, ProvisionedBy("disks.example.com"))
	path := func(v *corev1.PersistentVolume) {
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/opt/v"}}
	}
	world := With(Without(All(Fleet(), Db()), "Node n1", "Lease n1", "PersistentVolume n0-free", "PersistentVolume n2-free", "PersistentVolume n3-free"),
		dynamic, member1(Deletes, path))
	p := recoverNodes(t, []string{"n1"}, world...)
	tells(t, p, drain.Ready, "shop/db-1 starts EMPTY", "n1-data (n1)")
	keepsAll(t, p)
	v := Volume("left", On("n1"), path, Has("data-db-1", "earlier-uid"), Phase(Released))
	back := planOf(t, reattaching(drain.ReattachRequest{Volume: "left"}), Snapshot(t, With(Without(world, "PersistentVolume n1-data"), Claim("data-db-1"), MemberPod(StatefulSet("db", 3), 1, ""), v)...))
	tells(t, back, drain.Blocked, "left", "n1, which does not exist")
}
