package ls

import (
	"flag"
	"path/filepath"
	"testing"

	goldenfile "github.com/kubectl-localpv/kubectl-localpv/internal/golden"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares what people would see with testdata/golden/NAME, which -update writes.
func golden(t *testing.T, name, got string) {
	t.Helper()
	goldenfile.Check(t, filepath.Join("testdata", "golden", name), got, *update)
}
