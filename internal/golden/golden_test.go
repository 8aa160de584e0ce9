package golden

import (
	"fmt"
	"path/filepath"
	"testing"
)

// recorder is a test that may fail.
type recorder struct {
	testing.TB

	errors []string
}

// Helper implements testing.TB.
func (*recorder) Helper() {}

// Errorf implements testing.TB.
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func TestCheck(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "text")
	Check(t, file, "one\n", true)
	Check(t, file, "one\n", false)
	r := &recorder{TB: t}
	if Check(r, file, "two\n", false); len(r.errors) != 1 {
		t.Errorf("another text is told %d times: %q", len(r.errors), r.errors)
	}
}

func TestTexts(t *testing.T) {
	t.Chdir(t.TempDir())
	update := false
	check := Texts(&update)
	update = true // as flags are: read after the function is made
	check(t, "new", "one\n")
	update = false
	check(t, "new", "one\n")
	r := &recorder{TB: t}
	if check(r, "new", "two\n"); len(r.errors) != 1 {
		t.Errorf("another text is told %d times: %q", len(r.errors), r.errors)
	}
	Check(t, filepath.Join("testdata", "golden", "new"), "one\n", false)
}
