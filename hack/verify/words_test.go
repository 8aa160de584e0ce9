package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckOfWords(t *testing.T) {
	const page = "# Words\n\nNot `this`.\n\n| word | means | instead of |\n|---|---|---|\n| thing | what there is | `gizmo`, `the next gadget`, matter |\n" +
		"\n| 用语 | 意思 | 不用 |\n|---|---|---|\n| 物 | thing | `东西` |\n"
	says := func(at, phrase, word string) string {
		return at + `: says "` + phrase + `": the word is "` + word + `" (docs/glossary.md)`
	}
	tests := []struct {
		name string
		tree tree
		want []string
	}{
		{name: "what is fine", tree: tree{
			"a.go":             "package a\n\n// this matter, gizmos, agizmo, theNextGadget, 东西\n",
			"a.md":             "```console\na gizmo is printed\n```\n",
			"a.svg":            "<svg>gizmo</svg>\n",
			"b/testdata/a.txt": "gizmo\n", "b/testdata/a.yaml": "# gizmo\n",
			"README.zh-CN.md": "gizmo\n",
		}},
		{
			name: "code, strings and comments", tree: tree{"a.go": "package a\n\n// A Gizmo.\nconst a = \"the next gadget\"\n"},
			want: []string{says("a.go:3", "Gizmo", "thing"), says("a.go:4", "the next gadget", "thing")},
		},
		{
			name: "across lines", tree: tree{"a.go": "package a\n\n// It is the next\n// gadget.\n", "a.yaml": "# the\n# next gadget\n", "b.md": "the next\ngadget\n"},
			want: []string{says("a.go:3", "the next // gadget", "thing"), says("a.yaml:1", "the # next gadget", "thing"), says("b.md:1", "the next gadget", "thing")},
		},
		{
			name: "all kinds of files", tree: tree{"Makefile": "a: ## gizmo\n", "a.md": "\n```\n```\ngizmo\n", "a.yml": "a: gizmo\n"},
			want: []string{says("Makefile:1", "gizmo", "thing"), says("a.md:4", "gizmo", "thing"), says("a.yml:1", "gizmo", "thing")},
		},
		{name: "Chinese", tree: tree{"README.zh-CN.md": "这个东西\n"}, want: []string{says("README.zh-CN.md:1", "东西", "物")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.tree[glossary] = page
			var got []string
			for _, f := range test.tree.check() {
				got = append(got, f.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestGlossaryIsRead keeps the check from passing because the page has changed its form.
func TestGlossaryIsRead(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(glossary)))
	if err != nil {
		t.Fatal(err)
	}
	words := tree{glossary: string(page)}.retired()
	for _, want := range []string{"recreate", "unreachable", "confirm"} {
		if !slices.ContainsFunc(words, func(r retired) bool { return r.word == want && !r.chinese }) {
			t.Errorf("%s has no phrase that %q replaces", glossary, want)
		}
	}
	if !slices.ContainsFunc(words, func(r retired) bool { return r.chinese }) {
		t.Errorf("%s has no Chinese phrase", glossary)
	}
	if n := strings.Count(string(page), "\n| "); len(words) < n/3 {
		t.Errorf("of about %d words, only %d phrases are replaced", n, len(words))
	}
}
