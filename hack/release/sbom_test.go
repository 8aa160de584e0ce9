package main

import (
	"flag"
	"os"
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

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
	const golden = "testdata/sbom.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("SBOM (-want +got):\n%s", diff)
	}
}
