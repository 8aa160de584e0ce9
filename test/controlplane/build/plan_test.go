package build

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
)

// A change to anything that decides what is built has to lead to another directory in the cache.
func TestKeyFollowsInputs(t *testing.T) {
	t.Parallel()
	base := Module{Name: "kwok", LDFlags: "-s", Binaries: map[string]string{"kwok": "example.com/kwok"}}
	key := func(m Module, goMod, goSum string) string {
		t.Helper()
		dir := t.TempDir()
		for file, content := range map[string]string{"go.mod": goMod, "go.sum": goSum} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		sum := sha256.New()
		if err := m.addTo(t.Context(), dir, sum); err != nil {
			t.Fatal(err)
		}
		return string(sum.Sum(nil))
	}
	want := key(base, "module x\n", "")
	if key(base, "module x\n", "") != want {
		t.Error("the same inputs gave another key")
	}
	flags, tags, cgo, pkg := base, base, base, base
	flags.LDFlags = "-s -w"
	tags.Tags = "no_zfs"
	cgo.Cgo = true
	pkg.Binaries = map[string]string{"kwok": "example.com/other"}
	for what, other := range map[string]string{
		"flags":   key(flags, "module x\n", ""),
		"tags":    key(tags, "module x\n", ""),
		"cgo":     key(cgo, "module x\n", ""),
		"package": key(pkg, "module x\n", ""),
		"go.mod":  key(base, "module y\n", ""),
		"go.sum":  key(base, "module x\n", "x v1 h1:\n"),
	} {
		if other == want {
			t.Errorf("another %s gave the same key", what)
		}
	}
}
