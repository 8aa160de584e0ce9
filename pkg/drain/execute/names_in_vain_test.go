package execute

import (
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestMemberComesBackWithItsData: a volume is reserved for the next claim of a member, and then the claim that names another in vain is deleted with
// its Pod, as the command says: the member runs with its own data.
func TestMemberComesBackWithItsData(t *testing.T) {
	set, name := StatefulSet("db", 1), "data-db-0"
	claim := Claim(name, WithUID("new-uid"))
	claim.Spec.VolumeName = "gone"
	w := NewWorld(t, Node("n0"), Node("n1"), set, MemberPod(set, 0, ""), claim, left("own", name, On("n1")), Volume("free", On("n0")))
	result := command(t.Context(), t, w, toReclaim(drain.ReclaimRequest{Volumes: []string{"own"}, KeepData: true, For: Key(name)}))
	if result.Status != drain.StatusIncomplete || slices.ContainsFunc(result.Steps, func(s drain.StepResult) bool { return s.Status != drain.StepDone }) {
		t.Fatalf("%s: %s", result.Status, said(result.Reason))
	}
	last := result.Next[len(result.Next)-1]
	if !last.Missing || last.Command == nil || !slices.Equal(last.Command.Args, []string{"pvc/" + name, "pod/db-0"}) || !slices.Equal(result.StillWaiting, []string{"shop/" + name}) {
		t.Fatalf("%v waits, and the last thing to do is %+v", result.StillWaiting, last)
	}
	core, pod := w.Client.CoreV1(), w.Everything().Pods[0]
	w.Must(core.PersistentVolumeClaims(Ns).Delete(t.Context(), name, metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions("new-uid")}))
	w.Must(core.Pods(Ns).Delete(t.Context(), pod.Name, metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(pod.UID))}))
	if c := w.Claim(name); c == nil || c.Spec.VolumeName != "own" || c.UID == "new-uid" {
		t.Fatalf("the next claim: %+v", c)
	}
	pods := w.Everything().Pods
	if len(pods) != 1 || pods[0].Spec.NodeName != "n1" {
		t.Errorf("the member: %+v", pods)
	}
}
