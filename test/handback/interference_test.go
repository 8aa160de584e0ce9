package handback

import (
	"context"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane"
	"github.com/kubectl-localpv/kubectl-localpv/test/live"
	"github.com/kubectl-localpv/kubectl-localpv/test/live/trial"
)

// interference is what somebody else does between two requests of a path, and how the path then ends.
type interference struct {
	name string
	path string
	// before is the request that has to wait until somebody has acted.
	before trial.Occurrence
	act    func(ctx context.Context, s *live.Scene) error
	exit   int
	// says are words on standard error.
	says []string
	// check looks at what became of it.
	check func(t *testing.T, s *live.Scene)
}

func interferences() []interference {
	deletion, check := trial.Occurrence{Kind: "delete persistentvolumeclaims/scene/data", Count: 1}, trial.Occurrence{Kind: "list pods/scene", Count: 2}
	return []interference{
		{name: "a Pod starts before the check", path: "release-claim", before: check, act: startPod,
			exit: 1, says: []string{"claim", "is used by Pod web (Running on node-0)"}, check: keptBound(false)},
		{name: "a Pod starts after the check", path: "release-claim", before: deletion, act: startPod,
			exit: 1, says: []string{"being deleted and held by Pod web (Running on node-0)", "run the same command again"}, check: func(t *testing.T, s *live.Scene) {
				t.Helper()
				keptBound(true)(t, s)
				finishAfterPod(t, s)
			}},
		{name: "the claim changes after it was saved", path: "release-claim", before: deletion, act: func(ctx context.Context, s *live.Scene) error {
			_, err := cluster.Client().CoreV1().PersistentVolumeClaims(s.Name).Patch(ctx, "data", types.MergePatchType, []byte(`{"metadata":{"labels":{"app":"shop","added":"late"}}}`), metav1.PatchOptions{})
			return err
		}, check: func(t *testing.T, s *live.Scene) {
			t.Helper()
			savedData(t, s)
			if text := s.GetVolume("a").Annotations["localpv.dev/released-claim"]; !strings.Contains(text, `"added":"late"`) {
				t.Errorf("the change is not saved: %s", text)
			}
		}},
		{name: "another claim takes the name", path: "release-claim", before: deletion, act: func(ctx context.Context, s *live.Scene) error {
			claims := cluster.Client().CoreV1().PersistentVolumeClaims(s.Name)
			old, err := claims.Get(ctx, "data", metav1.GetOptions{})
			if err != nil {
				return err
			}
			if err := claims.Delete(ctx, "data", metav1.DeleteOptions{}); err != nil {
				return err
			}
			if _, err := controlplane.WaitFor(ctx, claims, "data", controlplane.Gone[*corev1.PersistentVolumeClaim](old.UID)); err != nil {
				return err
			}
			_, err = claims.Create(ctx, s.NewClaim("data"), metav1.CreateOptions{})
			return err
		}, check: func(t *testing.T, s *live.Scene) {
			t.Helper()
			savedData(t, s)
			if c := s.WaitClaim("data", controlplane.ClaimPhase(corev1.ClaimPending)); c.DeletionTimestamp != nil {
				t.Error("the new claim is being deleted")
			}
		}},
		{name: "the volume is deleted", path: "release-claim", before: trial.Occurrence{Kind: "get persistentvolumes/scene-a", Count: 3}, act: func(ctx context.Context, s *live.Scene) error {
			return cluster.Client().CoreV1().PersistentVolumes().Delete(ctx, s.VolumeName("a"), metav1.DeleteOptions{})
		}, exit: 1, says: []string{"is being deleted now, and was not when this was planned"}, check: keptBound(false)},
		{name: "somebody else reclaims", path: "reattach-claim", before: trial.Occurrence{Kind: "patch persistentvolumes/scene-a", Count: 1}, act: func(ctx context.Context, s *live.Scene) error {
			s.GivesAway("a")
			v := &slot{s: s, name: "a"}
			if err := v.point(ctx, map[string]any{"namespace": s.Name, "name": "heir", "uid": nil, "resourceVersion": nil}); err != nil {
				return err
			}
			if err := v.want(ctx, "heir", true); err != nil {
				return err
			}
			_, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().Pods(s.Name), "heir", controlplane.PodReady)
			return err
		}, exit: 3, says: []string{"was given to claim", "/heir meanwhile"}, check: untilBoundTo("heir", "a")},
		{name: "somebody else makes the claim", path: "reattach-claim", before: trial.Occurrence{Kind: "create persistentvolumeclaims/scene", Count: 1}, act: func(ctx context.Context, s *live.Scene) error {
			_, err := cluster.Client().CoreV1().PersistentVolumeClaims(s.Name).Create(ctx, s.NewClaim("data"), metav1.CreateOptions{})
			return err
		}, check: untilBoundTo("data", "a")},
		{name: "the member finds another volume first", path: "reattach-member", before: trial.Occurrence{Kind: "patch persistentvolumes/scene-a", Count: 1}, act: func(ctx context.Context, s *live.Scene) error {
			late := controlplane.NewNode(s.VolumeName("late"))                          // which is cordoned for a while in the end
			late.Labels = labels.Merge(late.Labels, s.NewVolume("b", late.Name).Labels) // it goes with the scene
			if err := cluster.AddNodes(ctx, late); err != nil {
				return err
			}
			if _, err := cluster.Client().CoreV1().PersistentVolumes().Create(ctx, s.NewVolume("b", late.Name), metav1.CreateOptions{}); err != nil {
				return err
			}
			_, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().Pods(s.Name), "db-0", controlplane.PodReady)
			return err
		}, exit: 1, says: []string{"was bound to volume", "instead", "is still reserved for it, with its data"}, check: func(t *testing.T, s *live.Scene) {
			t.Helper()
			runsOn("db-0", s.VolumeName("late"), "b")(t, s)
			reservedFor("a", "data-db-0")(t, s)
			r := s.Run(live.Run{Args: []string{"reattach", s.VolumeName("a"), "--replace", "--yes"}})
			if r.Exit != 0 {
				t.Error(r)
			}
			s.WaitPod("db-0", runningOn("node-0"))
			runsOn("db-0", "node-0", "a")(t, s)
		}},
		{name: "the claim is made before the volume is kept for it", path: "release-reserve", before: trial.Occurrence{Kind: "patch persistentvolumes/scene-a", Count: 2}, act: func(ctx context.Context, s *live.Scene) error {
			_, err := cluster.Client().CoreV1().PersistentVolumeClaims(s.Name).Create(ctx, s.NewClaim("data"), metav1.CreateOptions{})
			return err
		}, check: untilBoundTo("data", "a")},
	}
}

// TestInterference lets somebody else act at the worst of times.
func TestInterference(t *testing.T) {
	t.Parallel()
	for _, m := range interferences() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			a := suite.Lay(t, pathNamed(t, m.path))
			s := a.Scene
			acted := false
			r := a.Run(m.before.On(s, live.Action{Before: func() {
				acted = true
				ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
				defer cancel()
				if err := m.act(ctx, s); err != nil {
					t.Error(err)
				}
			}}), "--timeout", "60s")
			if !acted || r.Exit != m.exit {
				t.Fatalf("acted: %t; want exit %d: %s", acted, m.exit, r)
			}
			for _, words := range m.says {
				if !strings.Contains(strings.Join(strings.Fields(r.Err), " "), words) {
					t.Errorf("it does not say %q: %s", words, r)
				}
			}
			m.check(t, s)
		})
	}
}

func startPod(ctx context.Context, s *live.Scene) error {
	if _, err := cluster.Client().CoreV1().Pods(s.Name).Create(ctx, s.NewPod("web", "data"), metav1.CreateOptions{}); err != nil {
		return err
	}
	_, err := controlplane.WaitFor(ctx, cluster.Client().CoreV1().Pods(s.Name), "web", controlplane.PodReady)
	return err
}

// keptBound wants claim data and volume a to have each other still, with the policy Retain.
func keptBound(deleting bool) func(*testing.T, *live.Scene) {
	return func(t *testing.T, s *live.Scene) {
		t.Helper()
		c := s.WaitClaim("data", controlplane.ClaimPhase(corev1.ClaimBound))
		v := s.GetVolume("a")
		if (c.DeletionTimestamp != nil) != deleting || v.Status.Phase != corev1.VolumeBound || v.Spec.ClaimRef.UID != c.UID ||
			v.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimRetain {
			t.Errorf("claim being deleted: %v; volume a is %s, policy %s", c.DeletionTimestamp, v.Status.Phase, v.Spec.PersistentVolumeReclaimPolicy)
		}
	}
}

// finishAfterPod ends the Pod that holds a claim, and runs the command again.
func finishAfterPod(t *testing.T, s *live.Scene) {
	t.Helper()
	if err := cluster.Client().CoreV1().Pods(s.Name).Delete(s.Context(), "web", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	s.WaitPod("web", controlplane.Gone[*corev1.Pod](""))
	s.WaitVolume("a", controlplane.VolumePhase(corev1.VolumeReleased))
	if r := s.Run(live.Run{Args: []string{"release", "pvc/data", "--yes"}}); r.Exit != 0 {
		t.Error(r)
	}
	savedData(t, s)
}

func untilBoundTo(claim, short string) func(*testing.T, *live.Scene) {
	return func(t *testing.T, s *live.Scene) {
		t.Helper()
		untilBound(claim, short)(s)
	}
}
