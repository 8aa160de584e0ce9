package walls

import (
	"slices"
	"strings"
	"testing"
)

// TestLoops bounds the largest loop of mutual use among the files of each package below pkg: what is larger is one room, however many
// files it is in.
func TestLoops(t *testing.T) {
	const limit = 9
	for _, dir := range below(t, "pkg") {
		name := strings.TrimPrefix(dir, "../../")
		loop := Loop(parsed(t, dir).Uses())
		t.Logf("%s: %d %s", name, len(loop), strings.Join(loop, " "))
		if len(loop) > limit {
			t.Errorf("%s: a loop of %d files, more than %d: %s", name, len(loop), limit, strings.Join(loop, " "))
		}
	}
}

func TestLoopIsFound(t *testing.T) {
	uses := map[string][]string{"a.go": {"b.go"}, "b.go": {"c.go", "d.go"}, "c.go": {"a.go"}, "d.go": {"e.go"}, "e.go": {"d.go"}, "f.go": {"a.go"}}
	if got := Loop(uses); !slices.Equal(got, []string{"a.go", "b.go", "c.go"}) {
		t.Errorf("the largest loop is %v", got)
	}
	if got := Loop(map[string][]string{"a.go": {"b.go"}, "b.go": {}}); len(got) > 0 {
		t.Errorf("a loop where there is none: %v", got)
	}
}
