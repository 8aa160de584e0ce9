package fix_test

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/pendingtest"
)

// TestClaimOfASetNamesInVain: a StatefulSet recreates a claim as soon as it is gone, so that kubectl replace --force waits in vain for that. The claim is
// deleted with its Pod, and its own earlier data reserved before; where the template names the volume too, that is changed first.
func TestClaimOfASetNamesInVain(t *testing.T) {
	const remove = "kubectl delete pvc/data-db-0 pod/db-0 -n shop"
	template := func(s *pendingtest.Scene, edits ...func(*corev1.PersistentVolumeClaim)) {
		set := StatefulSet("db", 1)
		claim := Claim("data", append([]func(*corev1.PersistentVolumeClaim){Asks("50Gi")}, edits...)...)
		set.Spec.VolumeClaimTemplates = []corev1.PersistentVolumeClaim{*claim}
		s.Snapshot.StatefulSets = []*appsv1.StatefulSet{set}
	}
	named := func(s *pendingtest.Scene) { ofSet(s); s.Claim.Spec.VolumeName = "vanished" }
	for name, tc := range map[string]struct {
		alter        func(*pendingtest.Scene)
		id, commands string
		note         string
	}{
		"the set is not known":    {named, "any-volume-data-db-0", remove, ""},
		"the template names none": {func(s *pendingtest.Scene) { named(s); template(s) }, "any-volume-data-db-0", remove, ""},
		"the template names it": {func(s *pendingtest.Scene) {
			named(s)
			template(s, func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "vanished" })
		}, "any-volume-data-db-0", "", "template that names volume vanished"},
		"its own data is there": {func(s *pendingtest.Scene) { named(s); template(s); leave(s, "v-n1", "data-db-0") }, "as-own-v-n1",
			"kubectl localpv reclaim v-n1 --keep-data --for shop/data-db-0 && " + remove, "an earlier claim of the same name left"},
		"it is Lost": {func(s *pendingtest.Scene) {
			ofSet(s)
			BoundTo("vanished")(s.Claim)
			s.Claim.Status.Phase = corev1.ClaimLost
		}, "empty-data-db-0", remove, "starts without its data"},
		"nobody recreates it": {func(s *pendingtest.Scene) { s.Claim.Spec.VolumeName = "vanished" }, "any-volume-data",
			"kubectl localpv why-pending db-0 -n shop --print-fix any-volume-data | kubectl replace --force -f -", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := pendingtest.New()
			tc.alter(s)
			f := fixOf(t, s, tc.id)
			say := phrase.New(phrase.Connection{})
			if got := say.Line(f.Commands...); got != tc.commands {
				t.Errorf("commands %q, want %q", got, tc.commands)
			}
			if notes := strings.Join(say.Texts(f.Notes), "; "); !strings.Contains(notes, tc.note) || tc.note == "" && notes != "" {
				t.Errorf("notes %q, want %q", notes, tc.note)
			}
		})
	}
	s := pendingtest.New()
	named(s)
	template(s, Asks("900Gi"))
	for _, f := range s.Explain(t).Fixes {
		if strings.HasPrefix(f.ID, "any-volume") && f.Risk == fix.RiskRecreate {
			t.Errorf("the next claim fits nothing, and %s is offered", f.ID)
		}
	}
}
