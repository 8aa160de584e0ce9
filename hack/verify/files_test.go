package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckOfFiles(t *testing.T) {
	const makefile = "help:\n\techo\n\ntest: build\n\tgo test\n"
	tests := []struct {
		name string
		tree tree
		want []string
	}{
		{name: "all is well", tree: tree{
			"Makefile":     makefile,
			"README.md":    "# A b\n\n[down](#a-b) [doc](docs/x.md#y--z) [dir](docs) [out](https://example.org)\n\n    make test\n",
			"docs/x.md":    "## Y & Z\n\n[up](../README.md) and `make help` make sense\n",
			"docs/code.md": "```\n[not a link](nowhere)\n```\n",
			"docs/text.md": "```text\n    this would make things up\n```\n",
			"x_windows.go": "package x\n\nvar a, bc = 1, 2\n",
		}},
		{
			name: "binary", tree: tree{"inspect.test": "\x7fELF\x00"},
			want: []string{"inspect.test: is a binary file: what can be built is not committed"},
		},
		{
			name: "home directory", tree: tree{"a.txt": "fine, docs/home" + "/x\n\"/home" + "/me/x\"\n"},
			want: []string{"a.txt:2: names a place of one machine: /home" + "/"},
		},
		{
			name: "registry", tree: tree{"a.txt": "modules from https://goproxy" + ".example\n"},
			want: []string{"a.txt:1: names a place of one machine: goproxy" + "."},
		},
		{
			name: "format, on whatever platform", tree: tree{"x_windows.go": "//go:build windows\n\npackage x\nvar  a = 1\n", "y.go": "package\n"},
			want: []string{"x_windows.go: is not formatted: gofmt -w x_windows.go", "y.go: does not parse: 1:9: expected 'IDENT', found 'EOF'"},
		},
		{
			name: "links", tree: tree{"a.md": "[x](b.md)\n\n[y](#c) ![z](pic.svg \"title\")\n<img src=\"d.svg\">\n"},
			want: []string{
				"a.md:1: the link b.md leads nowhere: there is no b.md",
				"a.md:3: the link #c leads nowhere: a.md has no heading for #c",
				"a.md:3: the link pic.svg leads nowhere: there is no pic.svg",
				"a.md:4: the link d.svg leads nowhere: there is no d.svg",
			},
		},
		{
			name: "commands", tree: tree{"Makefile": makefile, "a.md": "    make build\n\nWe make up things; `make all`.\n\n```text\n    make it up\n```\n\n    go run ./hack/x\n"},
			want: []string{
				`a.md:1: the Makefile has no target "build"`,
				`a.md:3: the Makefile has no target "all"`,
				"a.md:9: there is no directory hack/x",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
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
