package output

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrap(t *testing.T) {
	for _, tc := range []struct {
		text  string
		limit int
		want  []string
	}{
		{"one two three", 7, []string{"one two", "three"}},
		{"one two three", 100, []string{"one two three"}},
		{"a-name-that-is-long fits", 5, []string{"a-name-that-is-long", "fits"}},
		{"", 5, []string{""}},
	} {
		if diff := cmp.Diff(tc.want, wrap(tc.text, tc.limit)); diff != "" {
			t.Errorf("wrap(%q, %d) (-want +got):\n%s", tc.text, tc.limit, diff)
		}
	}
}
