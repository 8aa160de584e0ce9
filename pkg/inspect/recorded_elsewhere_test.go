package inspect_test

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestRecordedElsewhere: a record that names another Node than the affinity is told of, unless that Node is gone, which PerhapsGone tells.
func TestRecordedElsewhere(t *testing.T) {
	const key = "local.path.provisioner/selected-node"
	for name, tc := range map[string]struct {
		volume *corev1.PersistentVolume
		want   []string
	}{
		"the same":                  {Volume("v", On("n1"), VolumeAnnotation(key, "n1")), nil},
		"no record":                 {Volume("v", On("n1")), nil},
		"another":                   {Volume("v", On("n1"), VolumeAnnotation(key, "n2")), []string{"n2"}},
		"one that is gone":          {Volume("v", On("n1"), VolumeAnnotation(key, "n9")), nil},
		"one of several homes":      {Volume("v", Within(Term(In(corev1.LabelHostname, "n1", "n2"))), VolumeAnnotation(key, "n2")), nil},
		"no affinity":               {Volume("v", Anywhere, VolumeAnnotation(key, "n2")), nil},
		"a copy of the provisioner": {Volume("v", On("n1"), Provisioned("local-volume-provisioner-n2-n2-uid")), nil},
	} {
		ix := inspect.NewIndex(Snapshot(t, Node("n1"), Node("n2"), tc.volume))
		nodes, why, elsewhere := ix.RecordedElsewhere(tc.volume)
		if !slices.Equal(nodes, tc.want) || elsewhere != (tc.want != nil) || why.IsZero() == elsewhere {
			t.Errorf("%s: %v, %v, %v", name, nodes, why, elsewhere)
		}
	}
}
