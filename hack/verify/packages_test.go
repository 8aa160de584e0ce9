package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStartsClusters(t *testing.T) {
	tests := []struct {
		name string
		pkg  goPackage
		want bool
	}{
		{name: "nothing of ours", pkg: goPackage{ImportPath: ours + "pkg/fact", TestImports: []string{"testing"}}},
		{name: "its tests import scenes", pkg: goPackage{ImportPath: ours + "test/drain", TestImports: []string{scenes}}, want: true},
		{name: "its external tests import the control plane", pkg: goPackage{ImportPath: ours + "a", XTestImports: []string{controlPlane}}, want: true},
		{name: "a program that starts one", pkg: goPackage{ImportPath: ours + "hack/cluster", Name: "main", Deps: []string{controlPlane}}, want: true},
		{name: "a program that builds one", pkg: goPackage{ImportPath: ours + "hack/verify", Name: "main", Deps: []string{controlPlane + "/build"}}},
		{name: "its tests import what is below scenes", pkg: goPackage{ImportPath: ours + "test/drain", XTestImports: []string{scenes + "/trial"}}, want: true},
		{name: "its tests import the sample", pkg: goPackage{ImportPath: ours + "hack/verify", TestImports: []string{samples}}},
		{name: "external tests of scenes", pkg: goPackage{ImportPath: scenes + "/trial", XTestImports: []string{scenes, scenes + "/trial"}}},
		{name: "the scenes themselves", pkg: goPackage{ImportPath: scenes, Name: "live", Deps: []string{controlPlane}}},
		{name: "real nodes", pkg: goPackage{ImportPath: nodeTests, TestImports: []string{controlPlane}}},
		{name: "the control plane itself", pkg: goPackage{ImportPath: controlPlane, Name: "controlplane"}, want: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.pkg.startsClusters(); got != test.want {
				t.Errorf("startsClusters() = %t, want %t", got, test.want)
			}
		})
	}
}

// TestIsUnit: what needs more than Go, and is in no phase by what it imports, is not a unit test.
func TestIsUnit(t *testing.T) {
	for path, want := range map[string]bool{ours + "pkg/fact": true, ours + "test/realnodes/oci": true, krewTests: false, nodeTests: false} {
		if got := (goPackage{ImportPath: path}).isUnit(); got != want {
			t.Errorf("%s: isUnit() = %t, want %t", path, got, want)
		}
	}
}

// TestLessUnderRace is about the packages that there are: in what it leaves out, race would run too little.
func TestLessUnderRace(t *testing.T) {
	s := &session{dir: filepath.Join("..", "..")}
	got, err := s.tested(t.Context(), goPackage.lessUnderRace)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(withoutRaceDetector(t, s.dir), got); diff != "" {
		t.Errorf("packages with tests that are built only without the race detector (-there are +known):\n%s", diff)
	}
}

// withoutRaceDetector are the packages with a test file for builds without the race detector.
func withoutRaceDetector(t *testing.T, root string) []string {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil || !strings.Contains("\n"+string(source), "\n//go:build !"+"race\n") {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		found[ours+filepath.ToSlash(dir)] = true
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(found))
}

// TestPackagesThatMoved: a division by names that nobody has any more would let tests fall out.
func TestPackagesThatMoved(t *testing.T) {
	list := ""
	for _, path := range []string{controlPlane, scenes, nodeTests, ours + "test/brew"} {
		list += `{"ImportPath": "` + path + `"}`
	}
	if _, err := parsePackages(list); err == nil || !strings.Contains(err.Error(), "no package "+krewTests) {
		t.Errorf("without %s: %v", krewTests, err)
	}
	all, err := parsePackages(strings.ReplaceAll(list, "brew", "krew"))
	if err != nil || len(all) != 4 {
		t.Errorf("with all of them: %v, %v", all, err)
	}
}

func TestOtherPlatforms(t *testing.T) {
	manifest, err := os.ReadFile(filepath.Join("..", "..", "plugins.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	want := [][2]string{{"darwin", "arm64"}, {"windows", "amd64"}}
	if diff := cmp.Diff(want, others(string(manifest), "linux")); diff != "" {
		t.Errorf("platforms of plugins.yaml besides linux (-want +got):\n%s", diff)
	}
}
