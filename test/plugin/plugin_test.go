package plugin

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestSources wants every package that the plugin is built from to be below what Build looks at.
func TestSources(t *testing.T) {
	root, err := Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list, err := goTool(t.Context(), root, "list", "-deps", "-f", "{{with .Module}}{{if .Main}}{{$.Dir}}{{end}}{{end}}", "./cmd/kubectl-localpv")
	if err != nil {
		t.Fatal(err)
	}
	dirs := strings.Fields(list)
	if len(dirs) < 20 {
		t.Errorf("the plugin is built from %d packages only: %s", len(dirs), list)
	}
	for _, dir := range dirs {
		path, err := filepath.Rel(root, dir)
		if err != nil {
			t.Fatal(err)
		}
		if top, _, _ := strings.Cut(filepath.ToSlash(path), "/"); !slices.Contains(sources(), top) {
			t.Errorf("Build does not look at %s, so tests would not notice a change there", path)
		}
	}
}
