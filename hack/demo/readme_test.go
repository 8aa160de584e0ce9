package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFill(t *testing.T) {
	const before = "Text.\n\n<!-- demo: ls -->\n```console\nold\nlines\n```\n\n```console\nnot marked\n```\n"
	shown := []exchange{{name: "ls", command: "kubectl localpv ls", answer: "\x1b[1mNODE\x1b[0m\nnode-0\n\n"}}
	got, err := fill(before, shown)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(before, "old\nlines", "$ kubectl localpv ls\nNODE\nnode-0", 1)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("filled (-want +got):\n%s", diff)
	}
	if again, err := fill(got, shown); err != nil || again != got {
		t.Errorf("filling twice gives %q, %v", again, err)
	}
	if _, err := fill(before, nil); err == nil || err.Error() != `the demo shows nothing called "ls"` {
		t.Errorf("fill without the exchange: %v", err)
	}
}
