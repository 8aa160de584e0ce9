package pending_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending/fix"
)

// TestBoundBeforeThePod is about claims that the volume controller binds, with no regard for their Pod.
func TestBoundBeforeThePod(t *testing.T) {
	release := func(s *scene) {
		for _, v := range s.Snapshot.Volumes {
			v.Status.Phase = corev1.VolumeReleased
			v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: "shop", Name: "old-" + v.Name, UID: "uid-old"}
		}
	}
	tests := []struct {
		name  string
		alter func(*scene)
		code  inspect.ClaimCode
		says  string
		// fix is one that has to be among those offered, for the Node of its volume.
		fix string
	}{
		{"a volume would do", func(s *scene) { s.Snapshot.Volumes = s.Snapshot.Volumes[:1] }, inspect.ImmediateUnbound,
			"claim data is not bound, though class local-ssd binds at once: 1 volume of class local-ssd would do, and the volume controller binds it within about 15 s", ""},
		{"without a class", func(s *scene) {
			s.Claim.Spec.StorageClassName = ptr.To("")
			for _, v := range s.Snapshot.Volumes {
				v.Spec.StorageClassName = ""
			}
		}, inspect.NoStorageClass, "so it waits for a volume without one: 3 volumes without a storage class would do, and the volume controller binds one of them within about 15 s", ""},
		{"none would", func(s *scene) { s.Snapshot.Volumes = nil }, inspect.ImmediateUnbound,
			"binds at once: there is no volume of class local-ssd", "volume-data"},
		{"volumes unknown", func(s *scene) { s.Snapshot.Volumes = nil; s.forbidden(inspect.PersistentVolumes) }, inspect.ImmediateUnbound,
			"which volumes of class local-ssd there are is unknown (forbidden: list persistentvolumes)", ""},
		{"all released", release, inspect.ImmediateUnbound, "all 3 volumes of class local-ssd were left by other claims, which are gone", "reclaim-v-n1"},
		{"labels", func(s *scene) {
			WantsLabel("disk", "ssd")(s.Claim)
		}, inspect.ImmediateUnbound, "all 3 volumes of class local-ssd are without the labels asked for", "label-v-n1"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			s := newScene()
			s.Snapshot.Classes = []*storagev1.StorageClass{StorageClass(Class, Immediate)}
			tc.alter(s)
			r := s.Explain(t)
			checkReport(t, r)
			if string(r.Cause.Code) != string(tc.code) || !strings.Contains(text(r.Cause.Reason), tc.says) {
				t.Errorf("cause %s: %s\nwant %s: ...%s...", r.Cause.Code, text(r.Cause.Reason), tc.code, tc.says)
			}
			if tc.fix == "" {
				return
			}
			i := slices.IndexFunc(r.Fixes, func(f fix.Fix) bool { return f.ID == tc.fix })
			if i < 0 {
				t.Fatalf("no fix %s among %v", tc.fix, r.Fixes)
			}
			if strings.HasSuffix(tc.fix, "n1") && !slices.Equal(r.Fixes[i].Nodes, []string{"n1"}) {
				t.Errorf("fix %s fits %v", tc.fix, r.Fixes[i].Nodes)
			}
		})
	}
}
