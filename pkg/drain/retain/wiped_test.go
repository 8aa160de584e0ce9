package retain_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestRecordEndsWiped: a claim that is recorded has had the volume since, however old it is, so the volume is no longer wiped, nor is
// an earlier claim the last.
func TestRecordEndsWiped(t *testing.T) {
	v := Volume("v", Has("c", "c-uid"), VolumeAnnotation(retain.AnnWiped, `{"at":"`+Now().Add(-time.Hour).Format(time.RFC3339)+`","verified":true}`),
		VolumeAnnotation(retain.AnnDataOf, `{"namespace":"shop","name":"earlier"}`))
	notes, err := retain.AnnotationsWith(v, Claim("c", BoundTo("v")), true)
	if err != nil {
		t.Fatal(err)
	}
	v = retain.WithNotes(v, notes)
	v.Spec.ClaimRef, v.Status.Phase = nil, corev1.VolumeAvailable
	if data := disk.DataOf(v, Now()); data.State != disk.Known || data.Claim.Name != "c" {
		t.Errorf("its data is %+v, want that of claim c", data)
	}
}
