package build

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// plan is what to build, and the key of the cache it goes to.
type plan struct {
	what    string
	root    string // of the checkout
	modules []Module
	key     string
}

func newPlan(ctx context.Context, what string, modules []Module) (*plan, error) {
	root, err := Root(ctx)
	if err != nil {
		return nil, err
	}
	p := &plan{what: what, root: root, modules: modules}
	sum := sha256.New()
	for _, m := range p.modules {
		if err := m.addTo(ctx, root, sum); err != nil {
			return nil, err
		}
	}
	p.key = hex.EncodeToString(sum.Sum(nil))[:16]
	return p, nil
}

// Root is the directory of the checkout.
func Root(ctx context.Context) (string, error) {
	root, err := output(ctx, "", "list", "-m", "-f", "{{.Dir}}", rootModule)
	if err != nil {
		return "", fmt.Errorf("find the checkout with the modules to build: %w", err)
	}
	return root, nil
}

// addTo feeds everything that decides the result of a build to the hash.
func (m Module) addTo(ctx context.Context, root string, sum hash.Hash) error {
	dir := filepath.Join(root, filepath.FromSlash(m.Dir))
	version, err := output(ctx, dir, "env", "GOVERSION") // a go.mod may ask for another toolchain
	if err != nil {
		return err
	}
	fmt.Fprintln(sum, m.Name, version, runtime.GOOS, runtime.GOARCH, m.LDFlags)
	if m.Tags != "" || m.Cgo {
		fmt.Fprintln(sum, m.Tags, m.Cgo)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Binaries)) {
		fmt.Fprintln(sum, name, m.Binaries[name])
	}
	for _, file := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			return fmt.Errorf("read what %s is built from: %w", m.Name, err)
		}
		fmt.Fprintf(sum, "%s %d\n", file, len(data))
		sum.Write(data)
	}
	return nil
}
