package execute

import (
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	clienttesting "k8s.io/client-go/testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// theirs is recorded on a volume that a claim had which is gone.
const theirs = `{"namespace":"shop","name":"theirs","uid":"theirs-uid"}`

// TestOtherDataIsGivenToNobody: a volume that was reserved for the claim besides is Released again, although another claim waits.
func TestOtherDataIsGivenToNobody(t *testing.T) {
	w := NewWorld(t, left("v", "c"), Claim("c", WithUID("new-uid")), Claim("d"), Volume("w", ReservedFor("c"), VolumeAnnotation("localpv.dev/data-of", theirs)))
	if result := command(t.Context(), t, w, toReattach(drain.ReattachRequest{Volume: "v"})); result.Status != drain.StatusDone {
		t.Fatalf("%s: %s", result.Status, said(result.Reason))
	}
	if v := w.Volume("w"); v.Status.Phase != Released || v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != "theirs-uid" {
		t.Errorf("%s, names %v", v.Status.Phase, v.Spec.ClaimRef)
	}
}

// TestFormerClaimIsNoReservation: what was taken back before a command failed is not told as a reservation that it left.
func TestFormerClaimIsNoReservation(t *testing.T) {
	w := NewWorld(t, With(All(Crew(), Db()), Node("n2", Cordoned), Volume("n2-free", On("n2"), ReservedFor("data-db-1"), VolumeAnnotation("localpv.dev/data-of", theirs)))...)
	w.Fault = func(_ int, a clienttesting.Action) (error, bool) {
		if a.GetVerb() == "delete" && a.GetResource() == Pvcs() {
			return apierrors.NewServiceUnavailable("starting"), false
		}
		return nil, false
	}
	result := command(t.Context(), t, w, toDrain(t, ToMove()))
	if v := w.Volume("n2-free"); result.Status != drain.StatusFailed || v.Spec.ClaimRef == nil || v.Spec.ClaimRef.UID != "theirs-uid" {
		t.Fatalf("%s, names %v", result.Status, v.Spec.ClaimRef)
	}
	if told := leftBy(result); slices.ContainsFunc(told, func(s string) bool { return strings.Contains(s, "n2-free") }) {
		t.Errorf("left %q", told)
	}
}
