// Package golden compares what tests get with files that were reviewed.
package golden

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Check fails the test if a file does not hold what it got, or writes the file if update is set. Tests have it as -update.
func Check(t testing.TB, file, got string, update bool) {
	t.Helper()
	if update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run the test with -update to write it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (- file, + got):\n%s", file, diff)
	}
}

// Texts returns a function that checks what a test gets against testdata/golden/NAME, or writes that file if update is set by then.
func Texts(update *bool) func(t testing.TB, name, got string) {
	return func(t testing.TB, name, got string) {
		t.Helper()
		Check(t, filepath.Join("testdata", "golden", name), got, *update)
	}
}
