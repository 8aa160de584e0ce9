package rescue

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
)

func ordered(set *appsv1.StatefulSet) { set.Spec.PodManagementPolicy = appsv1.OrderedReadyPodManagement }

// TestStatefulSets recovers members of StatefulSets of every kind.
func TestStatefulSets(t *testing.T) {
	t.Run("ordered", func(t *testing.T) {
		t.Parallel()
		s := open(t, "ordered", "n0", "n1", "n2", "n3")
		s.set("db", []string{"n0", "n1", "n2"}, ordered)
		s.free("n0-free", "n3-free")
		s.die("n1")
		s.recovered([]string{"n1"})
		s.WaitStatefulSet("db")
	})
}
