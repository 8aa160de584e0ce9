package e2e

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// TestEveryCodeHasAScenario keeps the list of codes and the scenarios together.
func TestEveryCodeHasAScenario(t *testing.T) {
	claims, volumes := map[inspect.ClaimCode]bool{}, map[inspect.VolumeCode]bool{}
	for _, s := range scenarios() {
		for _, c := range s.want.claims {
			claims[c.code] = true
			for code := range c.volumes {
				volumes[code] = true
			}
		}
		for _, n := range s.want.near {
			volumes[n.code] = true
		}
		for _, n := range s.want.nodes {
			volumes[n.code] = true
		}
	}
	for _, code := range inspect.ClaimCodes() {
		if code == inspect.BoundVolumeUnknown {
			continue // what is read with all permissions has no gap; pkg/inspect tries it
		}
		if !claims[code] {
			t.Errorf("no scenario has a claim with the code %s", code)
		}
	}
	for _, code := range inspect.VolumeCodes() {
		if !volumes[code] {
			t.Errorf("no scenario has a volume with the code %s", code)
		}
	}
}

// TestEveryExampleIsTried keeps the scenarios, the manifests and what the READMEs say of them together.
func TestEveryExampleIsTried(t *testing.T) {
	tried := map[string]bool{}
	for _, s := range scenarios() {
		if tried[s.file] {
			t.Errorf("%s has two scenarios", s.file)
		}
		tried[s.file] = true
		readme, err := os.ReadFile(filepath.Join(examples, path.Dir(s.file), "README.md"))
		if err != nil {
			t.Error(err)
		} else if !strings.Contains(string(readme), path.Base(s.file)) {
			t.Errorf("the README of %s does not mention %s", path.Dir(s.file), path.Base(s.file))
		}
	}
	var there []string
	for _, group := range []string{"volumes", "claims", "pinned", "csi", "pods"} {
		files, err := filepath.Glob(filepath.Join(examples, group, "*.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			there = append(there, group+"/"+strings.TrimSuffix(filepath.Base(file), ".yaml"))
		}
	}
	slices.Sort(there)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(tried)), there); diff != "" {
		t.Errorf("the scenarios (-) and the manifests (+) differ:\n%s", diff)
	}
}

// TestExamplesKeepToThemselves checks that whatever is outside of namespaces carries the name of its example, so that the
// examples live side by side, and copies of one do.
func TestExamplesKeepToThemselves(t *testing.T) {
	for _, s := range scenarios() {
		e := readExample(t, s.file, "")
		for _, manifest := range slices.Concat(e.nodes, e.rest) {
			if strings.Contains(manifest, ".io/"+e.name) {
				t.Errorf("%s: a copy would rename a label or annotation:\n%s", s.file, manifest)
			}
			if strings.Contains(manifest, "namespace: "+e.namespace) || strings.Contains(manifest, "metadata: {name: "+e.namespace+"}") {
				continue
			}
			if !strings.Contains(manifest, "  name: "+e.name) && !strings.Contains(manifest, "metadata: {name: "+e.name) {
				t.Errorf("%s has an object that is neither in namespace %s nor called %s...:\n%s", s.file, e.namespace, e.name, manifest)
			}
		}
	}
}
