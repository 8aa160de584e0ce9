package execute

import (
	"errors"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestWhoComesToADiskIsSeen plans a drain that erases the old disk, lets somebody come to that disk, or to the new one, and carries the Plan out:
// the claim stays.
func TestWhoComesToADiskIsSeen(t *testing.T) {
	own := Volume("n1-data", On("n1"), Has("data-db-1", "data-db-1-uid"), Deletes, Provisioned("local-volume-provisioner-n1"))
	cleaner := ProvisionerPod()
	cleaner.Namespace, cleaner.Spec.NodeName = Ns, "n1"
	base := With(All(Crew(), Db()), own, cleaner)
	twin := func(edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		return Volume("twin", append(edits, func(v *corev1.PersistentVolume) { On("n1")(v); v.Spec.Local.Path = "/mnt/n1-data" })...)
	}
	for name, tc := range map[string]struct {
		comes []any
		says  string
	}{
		"nobody":                             {nil, ""},
		"by hostPath, to the old disk":       {All(Plain("exporter", "n1", MountsPath("/mnt/n1-data"))), "n1-data is in use: shop/exporter mounts /mnt/n1-data by hostPath"},
		"by hostPath, to the new disk":       {All(Plain("exporter", "n3", MountsPath("/mnt/n3-free/x"))), "n3-free is in use: shop/exporter mounts /mnt/n3-free by hostPath"},
		"by hostPath, to neither":            {All(Plain("exporter", "n3", MountsPath("/mnt/n1-data"))), ""},
		"by another volume, to the old disk": {All(twin(Has("theirs", "theirs-uid")), Claim("theirs", BoundTo("twin"))), "volume twin, which is the same disk as n1-data (/mnt/n1-data), is Bound for claim shop/theirs now"},
		"a volume that nobody has":           {All(twin()), ""},
	} {
		t.Run(name, func(t *testing.T) {
			ask := ToMove(IgnoringDaemons, func(r *drain.DrainRequest) { r.Clean = true })
			request := func(world []any) *drain.Plan {
				s := NewWorld(t, world...).Everything()
				s.DaemonSets = []*appsv1.DaemonSet{DaemonSet("cleaner")}
				return planned(t, toDrain(t, ask), s)
			}
			plan := request(base)
			if plan.Verdict != drain.Ready {
				t.Fatal(plan.Blockers)
			}
			w := NewWorld(t, All(base, tc.comes)...)
			result := carryOut(t.Context(), t, w, plan)
			deleted := slices.Contains(w.Calls, "delete persistentvolumeclaims data-db-1")
			if tc.says == "" && !deleted || tc.says != "" && (deleted || result.Status != drain.StatusFailed || !strings.Contains(said(result.Reason), tc.says)) {
				t.Errorf("deleted: %t, %s: %s", deleted, result.Status, said(result.Reason))
			}
		})
	}
}

// TestWhoSeesNoPodsGoesOn: who may see the Pods of some namespaces only is not stopped for it half way, as the Plan was not.
func TestWhoSeesNoPodsGoesOn(t *testing.T) {
	w := NewWorld(t, Node("node-0"), Volume("v", On("node-0"), Has("c", "c-uid"), Phase(Released)))
	w.Fault = func(_ int, a clienttesting.Action) (error, bool) {
		if a.GetVerb() == "list" && a.GetResource() == Pods() && a.GetNamespace() == "" {
			return apierrors.NewForbidden(corev1.Resource("pods"), "", errors.New("no")), false
		}
		return nil, false
	}
	if result := command(t.Context(), t, w, toReclaim(drain.ReclaimRequest{Volumes: []string{"v"}, KeepData: true})); result.Status != drain.StatusDone {
		t.Errorf("%s: %s", result.Status, said(result.Reason))
	}
}
