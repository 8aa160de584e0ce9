package walls

import (
	"slices"
	"strings"
	"testing"
)

// TestLoops bounds the largest loop of mutual use among the files of each package: what is larger is one room, however many files
// it is in. A line says how far a package is allowed to be from that; it may only get smaller.
func TestLoops(t *testing.T) {
	limits := map[string]int{
		"pkg/drain": 9, "pkg/drain/draintest": 9, "pkg/drain/liveness": 9, "pkg/drain/retain": 9, "pkg/drain/workload": 9, "pkg/drain/placement": 9, "pkg/drain/planner": 9,
		"pkg/drain/execute": 11, "pkg/fact": 9, "pkg/cmd/output": 9, "pkg/cmd/output/phrase": 9, "pkg/inspect": 9, "pkg/inspect/collect": 9, "pkg/inspect/simulate": 9,
		"pkg/inspect/inventory": 9, "pkg/inspect/match": 9, "pkg/inspect/pending": 9, "pkg/inspect/internal/generate": 9,
	}
	for dir, limit := range limits {
		loop := Loop(parsed(t, "../../"+dir).Uses())
		t.Logf("%s: %d %s", dir, len(loop), strings.Join(loop, " "))
		if len(loop) > limit {
			t.Errorf("%s: a loop of %d files, more than %d: %s", dir, len(loop), limit, strings.Join(loop, " "))
		}
	}
	for _, dir := range slices.Concat(below(t, "pkg/drain"), below(t, "pkg/inspect")) {
		if name := strings.TrimPrefix(dir, "../../"); limits[name] == 0 && len(parsed(t, dir).Files) > 0 {
			t.Errorf("%s has no limit here", name)
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
