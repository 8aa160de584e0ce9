package cmd

import (
	"flag"

	goldenfile "github.com/kubectl-localpv/kubectl-localpv/internal/golden"
)

var (
	update = flag.Bool("update", false, "rewrite the golden files")
	// golden compares what people would see with testdata/golden/NAME, which -update writes.
	golden = goldenfile.Texts(update)
)
