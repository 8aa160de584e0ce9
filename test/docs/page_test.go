package docs

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadPage(t *testing.T) {
	const text = "# Title\n\n<!-- setup\nnodes a\n\nkubectl x\n-->\n\n```console\n$ one\nanswer\n\nmore\n$ two\n```\n\n```sh\n$ not this\n```\n" +
		"<!-- exit: 3 -->\n```console\n$ three\n```\n"
	steps, err := readPage(text)
	if err != nil {
		t.Fatal(err)
	}
	var answers []string
	for i := range steps {
		if steps[i].command != "" {
			answers = append(answers, text[steps[i].begin:steps[i].end])
		}
		steps[i].begin, steps[i].end = 0, 0
	}
	want := []step{
		{line: 3, setup: []string{"nodes a", "", "kubectl x"}},
		{line: 10, command: "one", answer: "answer\n\nmore\n"},
		{line: 14, command: "two"},
		{line: 22, command: "three", exit: 3},
	}
	if diff := cmp.Diff(want, steps, cmp.AllowUnexported(step{})); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
	if want := []string{"answer\n\nmore\n", "", ""}; !slices.Equal(answers, want) {
		t.Errorf("the answers are at %q, want %q", answers, want)
	}
}

func TestReadPageRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no end":             "```console\n$ one\n",
		"no command":         "```console\n```\n",
		"output first":       "```console\nanswer\n$ one\n```\n",
		"set-up without end": "<!-- setup\nnodes a\n",
	} {
		if steps, err := readPage(text); err == nil {
			t.Errorf("%s: %+v, and no error", name, steps)
		}
	}
}

func TestMasked(t *testing.T) {
	a := "pv-0  100Gi  5m12s\nlease not renewed within 21s, Pod web-6c5f7d8b9c-x2p4z, 0.1s, 500ms\n✓ 1 wait  0.1s  Released\n3 nodes,\n  at 2026-01-02T03:04:05Z\n"
	b := "pv-0  100Gi  2d\nlease not renewed within 22s, Pod web-7c5f7d8b9d-zbcd5, 12.5s,\n 1s\n✓ 1 wait  2m1s\n3 nodes, at 2026-10-02T13:04:05.1Z"
	if diff := cmp.Diff(masked(a), masked(b)); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
	if got := masked("100Gi 3 db-0 local-pv-0-1 v1.36.3"); !slices.Equal(got, []string{"100Gi", "3", "db-0", "local-pv-0-1", "v1.36.3"}) {
		t.Errorf("%q: too much is masked", got)
	}
}
