package main

import (
	"flag"
	"runtime/debug"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/internal/golden"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestSBOM(t *testing.T) {
	info := &debug.BuildInfo{
		GoVersion: "go1.2.3", Main: debug.Module{Path: "example.org/main", Version: "(devel)"},
		Deps: []*debug.Module{
			{Path: "example.org/a", Version: "v1.0.0"},
			{Path: "example.org/b", Version: "v2.0.0", Replace: &debug.Module{Path: "example.org/fork", Version: "v2.0.1"}},
		},
	}
	got, err := writeBOM(info, platform{os: "linux", arch: "arm64"}, "v0.1.0", "abc")
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "testdata/sbom.json", string(got), *update)
}
