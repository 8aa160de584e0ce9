// Package plugin builds the plugin for tests that run it as a process.
package plugin

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Build builds the plugin as the file to, with the flags of `make build`, so that Go's cache serves both. It looks at all
// that the plugin is built from, because Go takes a test's earlier result for its present one as long as what the test has
// looked at is as it was, and does not see what a process that the test starts has read.
func Build(ctx context.Context, to string) error {
	root, err := Root(ctx)
	if err != nil {
		return err
	}
	for _, source := range sources() {
		if err := look(filepath.Join(root, source)); err != nil {
			return fmt.Errorf("look at the source of the plugin: %w", err)
		}
	}
	_, err = goTool(ctx, root, "build", "-trimpath", "-ldflags", "-s -w", "-o", to, "./cmd/kubectl-localpv")
	return err
}

// Root is the directory of the module, where go.mod is.
func Root(ctx context.Context) (string, error) {
	return goTool(ctx, "", "list", "-m", "-f", "{{.Dir}}")
}

// sources are where all is that the plugin is built from and installed with, relative to the root of the module.
func sources() []string {
	return []string{"go.mod", "go.sum", "cmd", "deploy", "kubectl_complete-localpv", "pkg"}
}

// look reads the names, sizes and times of files, at any depth.
func look(path string) error {
	return filepath.WalkDir(path, func(_ string, _ fs.DirEntry, err error) error { return err })
}

// goTool runs the go command and returns what it prints.
func goTool(ctx context.Context, dir string, args ...string) (string, error) {
	var out, errOut bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errOut
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, errOut.String())
	}
	return strings.TrimSpace(out.String()), nil
}
