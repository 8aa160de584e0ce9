// Package build makes binaries from Go modules, those of the local control plane and of what runs beside it, and keeps them in a cache.
//
// Every set of dependencies is a module of its own below this directory, because etcd, Kubernetes and KWOK
// want different versions of the same modules, and so that the plugin's go.mod needs none of them.
// What is needed is Go, and access to a module proxy the first time.
package build

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Binaries returns the directory that holds etcd, kube-apiserver, kube-controller-manager, kube-scheduler,
// kubectl and kwok, and builds them if the cache has none for these versions, this Go and these flags.
func Binaries(ctx context.Context, log io.Writer) (string, error) {
	return Cached(ctx, log, "the control plane", modules()...)
}

// Cached returns the directory that holds the binaries of some modules, and builds them if the cache has none for these
// versions, this Go and these flags. What is their name in messages.
//
// The first build takes minutes; progress goes to log. Processes that ask at once wait for each other, and
// a build that is interrupted leaves nothing that a later one would take for a result.
func Cached(ctx context.Context, log io.Writer, what string, of ...Module) (string, error) {
	cache, err := CacheDir()
	if err != nil {
		return "", err
	}
	plan, err := newPlan(ctx, what, of)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "bin", plan.key)
	if exists(dir) {
		return dir, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", fmt.Errorf("create the cache for the binaries of %s: %w", what, err)
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(cache, "bin", "lock")).Lock()
	if err != nil {
		return "", fmt.Errorf("wait for another build of %s: %w", what, err)
	}
	defer unlock()
	if exists(dir) { // built by whoever held the lock
		return dir, nil
	}
	return dir, plan.run(ctx, dir, log)
}

// CacheDir is where everything that outlives a command is kept: $LOCALPV_CACHE, or kubectl-localpv below the
// user's cache directory.
func CacheDir() (string, error) {
	if dir := os.Getenv("LOCALPV_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a directory for the control plane's binaries: %w; set LOCALPV_CACHE", err)
	}
	return filepath.Join(dir, "kubectl-localpv"), nil
}

// run builds every module into a directory beside dir and renames it, so that dir is complete or absent.
func (p *plan) run(ctx context.Context, dir string, log io.Writer) error {
	begin := time.Now()
	temp, err := os.MkdirTemp(filepath.Dir(dir), ".building-")
	if err != nil {
		return fmt.Errorf("create a directory to build in: %w", err)
	}
	defer os.RemoveAll(temp)
	fmt.Fprintf(log, "building %s into %s (minutes the first time, then cached)\n", p.what, dir)
	var cpu time.Duration
	for _, m := range p.modules {
		took, err := m.build(ctx, p.root, temp, log)
		if err != nil {
			return err
		}
		cpu += took
	}
	if err := os.Chmod(temp, 0o755); err != nil {
		return fmt.Errorf("open the built binaries to everybody: %w", err)
	}
	if err := os.Rename(temp, dir); err != nil {
		return fmt.Errorf("put the built binaries in their place: %w", err)
	}
	fmt.Fprintf(log, "built %s in %s, %s of CPU\n", p.what, time.Since(begin).Round(time.Second), cpu.Round(time.Second))
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
