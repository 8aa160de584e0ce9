package pending_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestNotesOfDataThatIsNotLost: what can be done besides the fixes, which give up or leave data, where the objects alone do not tell whether it can.
func TestNotesOfDataThatIsNotLost(t *testing.T) {
	const moved = "if the disk of v-n0 is in another machine now, or old is registered under another name, its data need not be given up: create a volume object like the one of kubectl get pv v-n0 -o yaml, " +
		"with a name like moved-v-n0 and without annotations, that machine in spec.nodeAffinity, reclaim policy Retain, and in spec.claimRef only the namespace and name of claim shop/data; then kubectl localpv reattach moved-v-n0 --replace, " +
		"or kubectl localpv recover old, if the Pod is still on a node that does not exist: the claim gets that volume then, too"
	const unused = "no Pod uses claim shop/other, which has a volume that would do for claim data. If nobody needs what is on v-n0 any more: kubectl localpv release pvc/other -n shop, " +
		"then kubectl localpv reclaim v-n0 --keep-data --for shop/data --accept-foreign-data v-n0; the data of shop/other is at risk then"
	taken := func(s *scene) {
		v := s.Volume("v-n0")
		s.Snapshot.Volumes = []*corev1.PersistentVolume{v}
		Has("other", "other-uid")(v)
		s.Snapshot.Claims = append(s.Snapshot.Claims, Claim("other", WithUID("other-uid"), BoundTo("v-n0")))
	}
	for name, tc := range map[string]struct {
		alter  func(*scene)
		says   string
		silent string
	}{
		"its machine is gone":     {func(s *scene) { s.Bind(s.Volume("v-n0")); On("old")(s.Volume("v-n0")) }, moved, ""},
		"its machine is there":    {func(s *scene) { s.Bind(s.Volume("v-n0")); s.Fill("n0") }, "", "in another machine now"},
		"no Pod uses the other":   {taken, unused, ""},
		"a Pod uses the other":    {func(s *scene) { taken(s); s.Snapshot.Pods = append(s.Snapshot.Pods, Pod("user", Uses("other"))) }, "", "no Pod uses claim"},
		"the other is too small":  {func(s *scene) { taken(s); Sized("1Gi")(s.Volume("v-n0")) }, "", "no Pod uses claim"},
		"the Pod cannot go there": {func(s *scene) { taken(s); s.Fill("n0") }, "", "no Pod uses claim"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			tc.alter(s)
			said := ""
			for _, n := range s.Explain(t).Notes {
				said += text(n) + "\n"
			}
			if !strings.Contains(said, tc.says) || tc.silent != "" && strings.Contains(said, tc.silent) {
				t.Errorf("%s:\n%s", name, said)
			}
		})
	}
}
