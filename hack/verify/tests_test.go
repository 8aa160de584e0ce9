package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/test/live/sample"
)

// fakeGo lists packages, has no race detector, and fails the tests of one package.
const fakeGo = `#!/bin/sh
for last; do :; done
case $1 in
list)
	for p in controlplane live krew nodes; do
		echo '{"ImportPath": "` + ours + `test/'$p'"}'
	done
	for p in hack/cluster test/broken test/fine; do
		echo '{"ImportPath": "` + ours + `'$p'", "TestGoFiles": ["a_test.go"], "TestImports": ["` + scenes + `"]}'
	done ;;
env) echo 0 ;;
test)
	echo "tested $last $LOCALPV_SAMPLE"
	test "$last" != ` + ours + `test/broken ;;
esac
`

// TestClusterTests wants every package to be tested and to have its row, whatever becomes of the others.
func TestClusterTests(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go"), []byte(fakeGo), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	t.Setenv(sample.Variable, "7")
	var out strings.Builder
	s := &session{dir: dir, out: &out}
	if err := clusterTests(t.Context(), s); err == nil || !strings.Contains(err.Error(), "test/broken") {
		t.Errorf("one package fails, and the error is %v", err)
	}
	rows := map[string]string{}
	for _, part := range s.parts {
		rows[part.name] = part.note
	}
	want := map[string]string{"hack/cluster": "without its cluster, which outlives who starts it", "test/broken": "", "test/fine": ""}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	said := slices.Sorted(strings.Lines(out.String()))
	wantSaid := []string{
		"no C compiler, so without the race detector, which needs one\n", "of what is too much for one run: LOCALPV_SAMPLE=7\n",
		"tested " + ours + "hack/cluster 7\n", "tested " + ours + "test/broken 7\n", "tested " + ours + "test/fine 7\n",
	}
	if diff := cmp.Diff(wantSaid, said); diff != "" {
		t.Errorf("what is said (-want +got):\n%s", diff)
	}
}

// TestLanes wants those that nobody has measured before the others, and no row of a package that does not exist.
func TestLanes(t *testing.T) {
	got := inLanes([]string{ours + "hack/cluster", ours + "test/a", ours + "test/drain", ours + "test/b", ours + "test/docs", ours + "test/e2e"})
	want := []lane{
		{2, []string{ours + "test/a", ours + "test/b", ours + "test/e2e", ours + "test/drain"}},
		{1, []string{ours + "test/docs", ours + "hack/cluster"}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(lane{})); diff != "" {
		t.Errorf("lanes (-want +got):\n%s", diff)
	}
	for _, l := range lanes() {
		for _, dir := range l.packages {
			if found, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(dir), "*_test.go")); err != nil || len(found) == 0 {
				t.Errorf("%s has no tests: %v", dir, err)
			}
		}
	}
}
