package pending

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShortNames(t *testing.T) {
	for _, tc := range []struct {
		want  string
		names []string
	}{
		{"", nil},
		{"node-0", []string{"node-0"}},
		{"node-0, node-1", []string{"node-1", "node-0"}},
		{"node-0..node-2", []string{"node-2", "node-0", "node-1", "node-1"}},
		{"node-8..node-10, node-12", []string{"node-10", "node-8", "node-9", "node-12"}},
		{"a, b, c, d", []string{"d", "c", "b", "a"}},
		{"a, b, c and 2 more", []string{"e", "d", "c", "b", "a"}},
		{"a, n-1..n-3, n-5, n-7", []string{"n-1", "n-2", "n-3", "n-5", "n-7", "a"}},
		{"n-1..n-3, n-5, n-7 and 2 more", []string{"n-1", "n-2", "n-3", "n-5", "n-7", "n-9", "n-11"}},
		{"n-08..n-10", []string{"n-08", "n-09", "n-10"}},
		{"n-8, n-09, n-9, n-10", []string{"n-8", "n-09", "n-9", "n-10"}},
		{"n-0..n-2", []string{"n-0", "n-1", "n-2"}},
		{"n-1.x..n-3.x, n-1.y", []string{"n-1.x", "n-2.x", "n-3.x", "n-1.y"}},
		{"1..3", []string{"1", "2", "3"}},
		{"n-99999999999999999998, n-99999999999999999999", []string{"n-99999999999999999999", "n-99999999999999999998"}},
		{"worker-a.example.internal and 2 more", []string{"worker-a.example.internal", "worker-b.example.internal", "worker-c.example.internal"}},
		{"ip-10-0-0-7.example.internal to ip-10-0-0-9.example.internal", []string{"ip-10-0-0-7.example.internal", "ip-10-0-0-8.example.internal", "ip-10-0-0-9.example.internal"}},
		{"node-0..node-9 (10)", numberedNames(10)},
		{"node-0..node-4999 (5000)", numberedNames(5000)},
		{"node-0..node-411, node-500..node-999 (912)", slices.Concat(numberedNames(412), numberedNames(1000)[500:])},
	} {
		if diff := cmp.Diff(tc.want, shortNames(tc.names)); diff != "" {
			t.Errorf("shortNames(%v...) (-want +got):\n%s", tc.names[:min(len(tc.names), 5)], diff)
		}
	}
}

func numberedNames(n int) []string {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("node-%d", i))
	}
	return names
}
