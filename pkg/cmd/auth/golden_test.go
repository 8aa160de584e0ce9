package auth

import (
	"flag"

	goldenfile "github.com/kubectl-localpv/kubectl-localpv/internal/golden"
)

// golden compares what people would see with testdata/golden/NAME, which -update writes.
var golden = goldenfile.Texts(flag.Bool("update", false, "rewrite the golden files"))
