package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The packages that say where the tests of others belong.
const (
	ours         = "github.com/kubectl-localpv/kubectl-localpv/"
	controlPlane = ours + "test/controlplane"
	scenes       = ours + "test/live"
	// samples are below scenes, and start nothing.
	samples = scenes + "/sample"
	// krewTests have a phase of their own: they build the control plane for its kubectl, and start none.
	krewTests = ours + "test/krew"
	// nodeTests have one too: they need root, and programs of the machine.
	nodeTests = ours + "test/nodes"
)

// goPackage is what `go list -json` says of a package.
type goPackage struct {
	ImportPath                string
	Name                      string
	Deps                      []string
	TestGoFiles, XTestGoFiles []string
	TestImports, XTestImports []string
}

// packageFields are the fields of goPackage, for `go list -json=`.
const packageFields = "ImportPath,Name,Deps,TestGoFiles,XTestGoFiles,TestImports,XTestImports"

// startsClusters reports whether the tests of a package may start a control plane: they import what does, or they are those of
// a program that does. The tests of test/live itself need none.
func (p goPackage) startsClusters() bool {
	if isScenes(p.ImportPath) || p.ImportPath == nodeTests {
		return false
	}
	for _, path := range slices.Concat(p.TestImports, p.XTestImports) {
		if path == controlPlane || isScenes(path) {
			return true
		}
	}
	return p.ImportPath == controlPlane || p.Name == "main" && slices.Contains(p.Deps, controlPlane)
}

func isScenes(path string) bool {
	return path != samples && (path == scenes || strings.HasPrefix(path, scenes+"/"))
}

// isUnit reports whether the tests of a package need nothing but Go.
func (p goPackage) isUnit() bool {
	return !p.startsClusters() && p.ImportPath != krewTests && p.ImportPath != nodeTests
}

// lessUnderRace reports whether the tests of a package do less under the race detector, which makes them several times as long:
// what they do without it is in a file of this name.
func (p goPackage) lessUnderRace() bool {
	return slices.Contains(slices.Concat(p.TestGoFiles, p.XTestGoFiles), "norace_test.go")
}

// tested returns the packages with tests that are chosen, in the order of their paths.
func (s *session) tested(ctx context.Context, chosen func(goPackage) bool) ([]string, error) {
	list, err := s.output(ctx, "go", "list", "-json="+packageFields, "./...")
	if err != nil {
		return nil, err
	}
	all, err := parsePackages(list)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, p := range all {
		if len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 && chosen(p) {
			paths = append(paths, p.ImportPath)
		}
	}
	return paths, nil
}

// parsePackages reads what `go list -json` prints, and wants the packages to be there that say where tests belong.
func parsePackages(list string) ([]goPackage, error) {
	var all []goPackage
	for decoder := json.NewDecoder(strings.NewReader(list)); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read what go list prints: %w", err)
		}
		all = append(all, p)
	}
	for _, path := range []string{controlPlane, scenes, krewTests, nodeTests} {
		if !slices.ContainsFunc(all, func(p goPackage) bool { return p.ImportPath == path }) {
			return nil, fmt.Errorf("there is no package %s any more, by which hack/verify tells tests that need a cluster", path)
		}
	}
	return all, nil
}
