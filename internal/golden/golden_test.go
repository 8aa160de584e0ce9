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
