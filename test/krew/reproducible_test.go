package krew

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Whoever builds a release again, elsewhere, has to get the same bytes: that is how a published archive is checked.
func TestTwoBuildsGiveTheSameBytes(t *testing.T) {
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.CopyFS(elsewhere, os.DirFS(fixture.checkout)); err != nil {
		t.Fatal(err)
	}
	here := fixture.first
	there, err := buildRelease(t.Context(), elsewhere, t.TempDir(), "v0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	sums := checksums(t, here.dist)
	if diff := cmp.Diff(sums, checksums(t, there.dist)); diff != "" {
		t.Errorf("checksums of the two builds (-here +there):\n%s", diff)
	}
	p := parse(t, readFile(t, here.manifest)).Spec.Platforms[0]
	if sum := sums[filepath.Base(here.archive)]; p.SHA256 != sum {
		t.Errorf("the manifest says sha256 %s, the archive has %s", p.SHA256, sum)
	}
	var listed strings.Builder
	for _, name := range []string{".cdx.json", ".tar.gz"} {
		name = strings.TrimSuffix(filepath.Base(here.archive), ".tar.gz") + name
		listed.WriteString(sums[name] + "  " + name + "\n")
	}
	listed.WriteString(sums["localpv.yaml"] + "  localpv.yaml\n")
	if diff := cmp.Diff(listed.String(), readFile(t, filepath.Join(here.dist, "checksums.txt"))); diff != "" {
		t.Errorf("checksums.txt (-want +got):\n%s", diff)
	}
}

func checksums(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		sum := sha256.Sum256([]byte(readFile(t, filepath.Join(dir, path))))
		all[path] = hex.EncodeToString(sum[:])
		return nil
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%s holds %d files: %v", dir, len(all), err)
	}
	return all
}
