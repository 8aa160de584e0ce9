package fix_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/pendingtest"
)

// TestNobodyIsSentToAHostPathOfNoNode: the data of a hostPath without affinity is on one node. As nothing says on which, the Pod may start
// on any other, with an empty directory.
func TestNobodyIsSentToAHostPathOfNoNode(t *testing.T) {
	for name, anywhere := range map[string]bool{"on a node": false, "on any": true} {
		t.Run(name, func(t *testing.T) {
			s := pendingtest.New()
			leave(s, "v-n0", "other")
			leave(s, "v-n2", "another")
			leave(s, "v-n1", "gone")
			v := s.Volume("v-n1")
			v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/srv"}}
			if anywhere {
				Anywhere(v)
			}
			offered := false
			for _, f := range s.Explain(t).Fixes {
				offered = offered || strings.Contains(f.ID, "v-n1")
			}
			if offered == anywhere {
				t.Errorf("offered: %v", offered)
			}
		})
	}
}
