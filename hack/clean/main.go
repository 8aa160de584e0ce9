// Command clean removes the directories that it is given, and what make keeps for later in the user's cache directory: the
// binaries of the control plane and what the linters remember. A running cluster is left alone.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/kubectl-localpv/kubectl-localpv/test/controlplane/build"
)

func main() {
	if err := clean(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func clean(dirs []string) error {
	cache, err := build.CacheDir()
	if err != nil {
		return err
	}
	var all []error
	for _, dir := range append(dirs, filepath.Join(cache, "bin"), filepath.Join(cache, "golangci-lint")) {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			continue
		}
		fmt.Println("removing", dir)
		if err := os.RemoveAll(dir); err != nil {
			all = append(all, fmt.Errorf("remove %s: %w", dir, err))
		}
	}
	return errors.Join(all...)
}
