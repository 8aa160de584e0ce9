package fix_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/pendingtest"
)

// TestLostClaims: the own data of a claim that was restored, and is Lost, comes back by reattach. It is never opened to any claim, nor is a
// volume that another claim needs or names.
func TestLostClaims(t *testing.T) {
	left := func(s *pendingtest.Scene, volume, claim string) {
		Has(claim, claim+"-of-before")(s.Volume(volume))
		Phase(Released)(s.Volume(volume))
	}
	restored := func(c *corev1.PersistentVolumeClaim, volume string) {
		BoundTo(volume)(c)
		c.Status.Phase = corev1.ClaimLost
	}
	own := "kubectl localpv why-pending db-0 -n shop --print-fix as-own-v-n0 | kubectl replace --force -f -; kubectl localpv reattach v-n0"
	for name, c := range map[string]struct {
		alter func(*pendingtest.Scene)
		want  []string
		never string
	}{
		"it names a volume that is gone": {func(s *pendingtest.Scene) { restored(s.Claim, "vanished"); left(s, "v-n0", "data") }, []string{own}, "reclaim"},
		"it names no volume":             {func(s *pendingtest.Scene) { restored(s.Claim, ""); left(s, "v-n0", "data") }, []string{own}, "reclaim"},
		"two name each other's": {func(s *pendingtest.Scene) {
			left(s, "v-n0", "data")
			left(s, "v-n1", "other")
			restored(s.Claim, "v-n1")
			other := Claim("other", Asks("50Gi"))
			restored(other, "v-n0")
			s.Snapshot.Claims = append(s.Snapshot.Claims, other)
		}, []string{own}, "v-n1"},
		"it names what a claim of another namespace left": {func(s *pendingtest.Scene) {
			left(s, "v-n0", "data")
			s.Volume("v-n0").Spec.ClaimRef.Namespace = "before"
			restored(s.Claim, "v-n0")
		}, []string{"kubectl localpv reattach v-n0 --claim shop/data --accept-foreign-data v-n0"}, "reclaim"},
	} {
		t.Run(name, func(t *testing.T) {
			s := pendingtest.New()
			s.Snapshot.Nodes, s.Snapshot.Volumes = s.Snapshot.Nodes[:2], s.Snapshot.Volumes[:2]
			if name != "two name each other's" {
				s.Snapshot.Volumes = s.Snapshot.Volumes[:1]
			}
			c.alter(s)
			var got []string
			for _, f := range s.Explain(t).Fixes {
				var lines []string
				for _, command := range f.Commands {
					lines = append(lines, phrase.New(phrase.Connection{}).Line(command))
				}
				got = append(got, strings.Join(lines, "; "))
			}
			for _, want := range c.want {
				if !slices.Contains(got, want) {
					t.Errorf("not offered: %s\nbut: %q", want, got)
				}
			}
			if slices.ContainsFunc(got, func(line string) bool { return strings.Contains(line, c.never) }) {
				t.Errorf("%q is in one of %q", c.never, got)
			}
		})
	}
}

// TestOlderOwnDataIsNotOpened: the volume with older own data of a claim that is bound to another is not made available to any claim.
func TestOlderOwnDataIsNotOpened(t *testing.T) {
	s := pendingtest.New()
	s.Bind(s.Volume("v-n1"))
	s.Cordon("n1")
	Has("data", "data-of-before")(s.Volume("v-n0"))
	Phase(Released)(s.Volume("v-n0"))
	for _, f := range s.Explain(t).Fixes {
		if strings.Contains(f.ID, "open-v-n0") {
			t.Errorf("offered: %s", f.ID)
		}
	}
}

// TestRestoredClaimOfGoneNode: a claim that was restored has its own data on a node that is gone, so that an empty volume is all that helps.
func TestRestoredClaimOfGoneNode(t *testing.T) {
	for name, gone := range map[string]bool{"gone": true, "there": false} {
		t.Run(name, func(t *testing.T) {
			s := pendingtest.New()
			s.Snapshot.Nodes, s.Snapshot.Volumes = s.Snapshot.Nodes[:2], s.Snapshot.Volumes[:2]
			if gone {
				s.Snapshot.Nodes = s.Snapshot.Nodes[1:]
			}
			Has("data", "data-of-before")(s.Volume("v-n0"))
			Phase(Released)(s.Volume("v-n0"))
			BoundTo("v-n0")(s.Claim)
			s.Claim.Status.Phase = corev1.ClaimLost
			var ids []string
			for _, f := range s.Explain(t).Fixes {
				ids = append(ids, f.ID)
			}
			if slices.Contains(ids, "empty-data") != gone {
				t.Errorf("fixes %q", ids)
			}
		})
	}
}

// TestReservedBeforeASetRecreates: a StatefulSet recreates a claim within a moment, so the volume with its data is reserved before that goes.
func TestReservedBeforeASetRecreates(t *testing.T) {
	s := pendingtest.New()
	ofSet(s)
	BoundTo("vanished")(s.Claim)
	s.Claim.Status.Phase = corev1.ClaimLost
	leave(s, "v-n0", s.Claim.Name)
	f := fixOf(t, s, "as-own-v-n0")
	const want = "kubectl localpv reclaim v-n0 --keep-data --for shop/data-db-0 && kubectl delete pvc/data-db-0 pod/db-0 -n shop"
	if line := phrase.New(phrase.Connection{}).Line(f.Commands...); line != want || f.Manifest != "" {
		t.Errorf("%s\nwant %s", line, want)
	}
}
