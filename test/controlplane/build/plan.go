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
	modules []module
	key     string
}

func newPlan(ctx context.Context) (*plan, error) {
	root, err := output(ctx, "", "list", "-m", "-f", "{{.Dir}}", rootModule)
	if err != nil {
		return nil, fmt.Errorf("find the checkout with the control plane's build modules: %w", err)
	}
	p := &plan{modules: modules(root)}
	sum := sha256.New()
	for _, m := range p.modules {
		if err := m.addTo(ctx, sum); err != nil {
			return nil, err
		}
	}
	p.key = hex.EncodeToString(sum.Sum(nil))[:16]
	return p, nil
}

// addTo feeds everything that decides the result of a build to the hash.
func (m module) addTo(ctx context.Context, sum hash.Hash) error {
	version, err := output(ctx, m.dir, "env", "GOVERSION") // a go.mod may ask for another toolchain
	if err != nil {
		return err
	}
	fmt.Fprintln(sum, m.name, version, runtime.GOOS, runtime.GOARCH, m.ldflags)
	for _, name := range slices.Sorted(maps.Keys(m.binaries)) {
		fmt.Fprintln(sum, name, m.binaries[name])
	}
	for _, file := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(m.dir, file))
		if err != nil {
			return fmt.Errorf("read what %s is built from: %w", m.name, err)
		}
		fmt.Fprintf(sum, "%s %d\n", file, len(data))
		sum.Write(data)
	}
	return nil
}
