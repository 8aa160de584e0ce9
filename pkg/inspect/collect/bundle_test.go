package collect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

const (
	// bundledSet has a time that is null.
	bundledSet = `apiVersion: v1
items:
- apiVersion: apps/v1
  kind: StatefulSet
  metadata: {name: kv, namespace: bank, creationTimestamp: '2026-02-01T10:00:00Z'}
  spec:
    replicas: 1
    template:
      metadata: {creationTimestamp: 'null'}
    volumeClaimTemplates:
    - metadata: {name: data, creationTimestamp: 'null'}
      spec: {storageClassName: 'null'}
kind: List
metadata: {%s}
`
	// bundledVolume has a class that is empty.
	bundledVolume = `apiVersion: v1
items:
- apiVersion: v1
  kind: PersistentVolume
  metadata: {name: disk-7, labels: {zone: 'null'}}
  spec: {storageClassName: 'null', mountOptions: ['null', ro]}
kind: List
metadata: {%s}
`
)

// bundle reads files as they are in a support bundle.
func bundle(t *testing.T, files map[string]string, kinds ...inspect.Kind) (*inspect.Snapshot, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return readFiles(t, Options{Kinds: kinds}, dir)
}

// TestSupportBundles: what was empty or null is so again, in all files of a bundle that is known by one of them.
func TestSupportBundles(t *testing.T) {
	const fromServer, fromKubectl = `resourceVersion: '41'`, `resourceVersion: ''`
	for name, tc := range map[string]struct {
		set, volume string
		class       string
	}{
		"of lists of the server":      {fromServer, fromServer, ""},
		"known by a time alone":       {fromKubectl, fromKubectl, ""},
		"known by the volumes' alone": {"", fromServer, ""},
		"what kubectl prints":         {"", fromKubectl, "null"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"pvs.yaml": strings.ReplaceAll(bundledVolume, "%s", tc.volume)}
			if tc.set != "" {
				files["sets.yaml"] = strings.ReplaceAll(bundledSet, "%s", tc.set)
			}
			s, err := bundle(t, files, inspect.PersistentVolumes, inspect.StatefulSets)
			if err != nil {
				t.Fatal(err)
			}
			v := s.Volumes[0]
			if v.Spec.StorageClassName != tc.class || v.Labels["zone"] != tc.class || v.Spec.MountOptions[0] != tc.class || v.Spec.MountOptions[1] != "ro" {
				t.Errorf("class %q, labels %v, options %q", v.Spec.StorageClassName, v.Labels, v.Spec.MountOptions)
			}
			if tc.set == "" {
				return
			}
			set := s.StatefulSets[0]
			class := set.Spec.VolumeClaimTemplates[0].Spec.StorageClassName
			if !set.Spec.Template.CreationTimestamp.IsZero() || set.CreationTimestamp.IsZero() || class == nil || *class != "" {
				t.Errorf("made at %v, its Pods at %v, class %v", set.CreationTimestamp, set.Spec.Template.CreationTimestamp, class)
			}
			if len(s.Gaps) > 0 {
				t.Errorf("gaps %v", s.Gaps)
			}
		})
	}
}

// TestEmptyListsOfBundles: an empty list of a bundle says by the name of its file of what there is none; one that kubectl prints says nothing.
func TestEmptyListsOfBundles(t *testing.T) {
	for version, gap := range map[string]bool{"41": false, "": true} {
		empty := "apiVersion: v1\nitems: []\nkind: List\nmetadata: {resourceVersion: '" + version + "'}\n"
		s, err := bundle(t, map[string]string{"replicasets.yaml": empty, "others.yaml": empty}, inspect.ReplicaSets)
		if err != nil {
			t.Fatal(err)
		}
		if _, is := s.Gap(inspect.ReplicaSets); is != gap {
			t.Errorf("version %q: gap %v, want %v", version, is, gap)
		}
	}
}

// TestUnreadObjectsAreLeftOut: an object that cannot be read is left out by name, and makes a gap; the others of its file are there.
func TestUnreadObjectsAreLeftOut(t *testing.T) {
	const pods = `apiVersion: v1
kind: PodList
items:
- metadata: {name: good, namespace: bank}
- metadata: {name: bad, namespace: bank, creationTimestamp: today}
- metadata: {name: worse, namespace: bank}
  spec: {containers: 3}
`
	s, err := bundle(t, map[string]string{"pods.yaml": pods}, inspect.Pods)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range s.Pods {
		names = append(names, p.Name)
	}
	if diff := cmp.Diff([]string{"good"}, names); diff != "" {
		t.Errorf("Pods (-want +got):\n%s", diff)
	}
	gap, ok := s.Gap(inspect.Pods)
	for _, part := range []string{"left out: ", `Pod "bad": metadata.creationTimestamp: `, `Pod "worse": spec.containers: `} {
		if !ok || !strings.Contains(gap.Reason, part) {
			t.Errorf("gap %q lacks %q", gap.Reason, part)
		}
	}
}
