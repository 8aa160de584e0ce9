package live_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/internal/walls"
)

// TestWalls keeps the rooms apart: trials stand on scenes and samples, neither of which knows of them; no file uses many others
// that use it.
func TestWalls(t *testing.T) {
	const module = "github.com/kubectl-localpv/kubectl-localpv/"
	for dir, allowed := range map[string][]string{
		".":      {"pkg/drain/retain", "pkg/inspect/inspecttest", "test/controlplane", "test/plugin"},
		"sample": {},
		"trial":  {"internal/golden", "pkg/drain", "pkg/fact", "test/live", "test/live/sample"},
	} {
		source, err := walls.Parse(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range source.Files {
			for _, i := range f.Imports {
				name, ours := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), module)
				if ours && !slices.Contains(allowed, name) {
					t.Errorf("%s: %s imports %s", dir, source.Fset.Position(i.Pos()), name)
				}
			}
		}
		if loop := walls.Loop(source.Uses()); len(loop) > 9 {
			t.Errorf("%s: a loop of %d files: %s", dir, len(loop), strings.Join(loop, " "))
		}
	}
}
