package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// An archive is unpacked by others than the tar of Go that wrote it: owner, mode and time have to be those of anybody's files.
func TestArchiveHoldsFilesOfNobodyAndNoTime(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "LICENSE", "ours", 0o600)
	write(t, "kubectl-localpv", "program", 0o600)
	write(t, "kubectl_complete-localpv", "completion", 0o600)
	if err := os.Chtimes("kubectl-localpv", time.Unix(1, 0), time.Unix(2, 0)); err != nil {
		t.Fatal(err)
	}
	data, err := pack("kubectl-localpv", []byte("theirs"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"LICENSE -rw-r--r-- 0/0 2020-01-01 ours",
		"THIRD_PARTY_LICENSES.txt -rw-r--r-- 0/0 2020-01-01 theirs",
		"kubectl-localpv -rwxr-xr-x 0/0 2020-01-01 program",
		"kubectl_complete-localpv -rwxr-xr-x 0/0 2020-01-01 completion",
	}
	if diff := cmp.Diff(want, list(t, data)); diff != "" {
		t.Errorf("archive (-want +got):\n%s", diff)
	}
	if again, err := pack("kubectl-localpv", []byte("theirs")); err != nil || !bytes.Equal(again, data) {
		t.Errorf("the second archive differs from the first (error: %v)", err)
	}
}

func write(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, data []byte) []string {
	t.Helper()
	unzipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if !unzipped.ModTime.IsZero() || unzipped.Name != "" {
		t.Errorf("the gzip header names %q and %s", unzipped.Name, unzipped.ModTime)
	}
	var all []string
	r := tar.NewReader(unzipped)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s %s %d/%d %s %s%s%s", h.Name, h.FileInfo().Mode(), h.Uid, h.Gid,
			h.ModTime.UTC().Format(time.DateOnly), h.Uname, h.Gname, text))
	}
}
