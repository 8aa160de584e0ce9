package cli

import (
	"strings"
	"testing"
)

func TestNearNames(t *testing.T) {
	nodes := []string{"node-0", "node-1", "node-10", "worker-a", "worker-b", "worker-c", "worker-d"}
	for _, tc := range []struct {
		typed, want string
		known       []string
	}{
		{"node-1", "node-1 node-0 node-10", nodes},
		{"nodes-1", "node-1 node-0 node-10", nodes},
		{"Node-10", "node-10 node-0 node-1", nodes},
		{"ndoe-0", "node-0 node-1 node-10", nodes}, // a swap counts as one
		{"work", "worker-a worker-b worker-c", nodes},
		{"database", "", nodes},
		{"x", "", nodes},
		{"", "", nodes},
		{"", "", nil},
		{"lss", "ls", []string{"ls", "version", "why-pending"}},
		{"relased", "Released", []string{"Available", "Released"}},
		{"a", "a", []string{"a", "a"}},
	} {
		if got := strings.Join(nearNames(tc.typed, tc.known), " "); got != tc.want {
			t.Errorf("nearNames(%q) = %q, want %q", tc.typed, got, tc.want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"abcd", "acbd", 1}, {"abc", "xyz", 3},
	} {
		for _, pair := range [][2]string{{tc.a, tc.b}, {tc.b, tc.a}} {
			if got := editDistance(pair[0], pair[1], 10); got != tc.want {
				t.Errorf("editDistance(%q, %q) = %d, want %d", pair[0], pair[1], got, tc.want)
			}
		}
		if got := editDistance(tc.a, tc.b, 1); got != min(tc.want, 2) {
			t.Errorf("editDistance(%q, %q) up to 1 = %d", tc.a, tc.b, got)
		}
	}
}
