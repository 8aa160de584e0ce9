package execute

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/drain/draintest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// earlierState is what the version of this program that wrote v1alpha1 had changed after one of its writes, since the one before.
// It recorded no version on volumes.
type earlierState struct {
	After   string                          `json:"after"`
	Gone    []string                        `json:"gone"`
	Nodes   []*corev1.Node                  `json:"nodes"`
	Volumes []*corev1.PersistentVolume      `json:"volumes"`
	Claims  []*corev1.PersistentVolumeClaim `json:"claims"`
	Pods    []*corev1.Pod                   `json:"pods"`
}

// on is a World after that write, if it was like that before.
func (s earlierState) on(objects []any) []any {
	for _, n := range s.Nodes {
		objects = With(objects, n)
	}
	for _, v := range s.Volumes {
		objects = With(objects, v)
	}
	for _, c := range s.Claims {
		objects = With(objects, c)
	}
	for _, p := range s.Pods {
		objects = With(objects, p)
	}
	return Without(objects, s.Gone...)
}

// earlier are the states that a command of that version left after each of its writes.
func earlier(t *testing.T, command string) []earlierState {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "earlier", strings.ReplaceAll(command, " ", "-")+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var states []earlierState
	if err := yaml.UnmarshalStrict(data, &states); err != nil {
		t.Fatal(err)
	}
	return states
}

// withoutVersions is the end of a World, whatever version recorded it.
func withoutVersions(end string) string {
	return strings.ReplaceAll(end, "record-version="+retain.Version, "record-version=")
}

// TestFinishesWorkOfTheEarlierVersion: what was begun by the version before is read and finished, from wherever it was left.
func TestFinishesWorkOfTheEarlierVersion(t *testing.T) {
	for _, s := range slices.Concat(scenes(), moves(t)) {
		want := withoutVersions(ended(t, uninterrupted(t, s)))
		objects := s.objects
		if s.name == "reattach a member" {
			continue // to that version it was one like any other
		}
		states := earlier(t, s.name)
		for i, state := range states {
			objects = state.on(objects)
			t.Run(fmt.Sprintf("%s/after %s", s.name, state.After), func(t *testing.T) {
				w := NewWorld(t, objects...)
				result := command(t.Context(), t, w, s.request)
				if result.Status != drain.StatusDone {
					t.Errorf("%s %s", result.Status, said(result.Reason))
				}
				if diff := cmp.Diff(want, withoutVersions(ended(t, w))); diff != "" {
					t.Errorf("another end than that of this version alone (-want +got):\n%s", diff)
				}
				if len(w.Lost) > 0 {
					t.Errorf("manifests were nowhere: %v", w.Lost)
				}
				if last := i == len(states)-1; last && w.Writes > 0 {
					t.Errorf("%d writes although it was done", w.Writes)
				}
			})
		}
	}
}

// newer records something on every volume that this version does not know.
func newer(version string, objects []any) []any {
	for _, o := range objects {
		if v, ok := o.(*corev1.PersistentVolume); ok {
			v = v.DeepCopy()
			VolumeAnnotation(retain.AnnVersion, version)(v)
			objects = With(objects, v)
		}
	}
	return objects
}

// TestLeavesNewerRecordsAlone: of what a newer version has recorded, nothing is planned. If that happens between the Plan and its
// steps, they refuse.
func TestLeavesNewerRecordsAlone(t *testing.T) {
	for _, s := range slices.Concat(scenes(), moves(t)) {
		for _, version := range []string{"3", "x"} {
			t.Run(s.name+"/"+version, func(t *testing.T) {
				w := NewWorld(t, s.objects...)
				plan := planned(t, s.request, w.Everything())
				late := NewWorld(t, newer(version, s.objects)...)
				if again := planned(t, s.request, late.Everything()); again.Verdict != drain.Blocked || !slices.ContainsFunc(again.Blockers, func(b drain.Blocker) bool { return b.Code == drain.BlockedNewer }) {
					if s.name != "drain and keep" { // which changes no volume
						t.Errorf("it is planned: %s %v", again.Verdict, again.Blockers)
					}
				}
				before := late.Everything().Volumes
				result := carryOut(t.Context(), t, late, plan)
				if s.name != "drain and keep" && (result.Status == drain.StatusDone || result.Reason.Code != "RecordNewer") {
					t.Errorf("%s %s", result.Status, said(result.Reason))
				}
				if diff := cmp.Diff(before, late.Everything().Volumes); diff != "" {
					t.Errorf("volumes have changed:\n%s", diff)
				}
				for _, call := range late.Calls {
					if strings.Contains(call, "delete") || strings.HasPrefix(call, "create") && s.name != "drain and keep" {
						t.Errorf("it asked to %s", call)
					}
				}
			})
		}
	}
}
