package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd"
)

// TestPagesAreCurrent compares the pages with what the commands say now.
func TestPagesAreCurrent(t *testing.T) {
	want := pages(cmd.Manual())
	got, err := read(filepath.Join("..", "..", "docs"), want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("run make generate: the commands (-) and the pages (+) differ:\n%s", diff)
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	old := map[string]string{"reference/gone.md": "x", "man/gone.1": "x"}
	now := map[string]string{"reference/a.md": "a\n", "man/a.1": "b\n"}
	for _, files := range []map[string]string{old, now} {
		if err := write(dir, files); err != nil {
			t.Fatal(err)
		}
	}
	got, err := read(dir, now)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(now, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// page is a command with everything that needs care.
func page() cmd.ManualPage {
	return cmd.ManualPage{
		Command: "kubectl localpv x", Name: "x", Group: "Look", Short: "Do x", Usage: "kubectl localpv x [options]",
		Long: "Does x.\n.not a request\n\n  --a  laid out\n  --b  by hand\n\nThe end.", Example: `# One\nkubectl localpv x --a='b\c'`,
		Options: "  --a   What.", ExitCodes: "0    done",
	}
}

func TestMarkdown(t *testing.T) {
	got := markdown(page())
	for _, want := range []string{
		"# kubectl localpv x\n", "\n## Description\n\nDoes x.\n.not a request\n\n```text\n  --a  laid out\n  --b  by hand\n```\n\nThe end.\n",
		"\n## Options\n\n```text\n  --a   What.\n```\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not hold\n%s\nbut\n%s", want, got)
		}
	}
	if strings.Contains(got, "## Permissions") {
		t.Errorf("the page has a section without text:\n%s", got)
	}
}

func TestRoff(t *testing.T) {
	got := roff(page(), []cmd.ManualPage{page(), {Command: "kubectl localpv y"}})
	for _, want := range []string{
		".TH \"KUBECTL-LOCALPV-X\" 1", `kubectl\-localpv\-x \- Do x`, "\nDoes x.\n\\&.not a request\n", ".nf\n  \\-\\-a  laid out\n", `'b\ec'`,
		".SH SEE ALSO\nkubectl\\-localpv\\-y(1)\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not hold\n%s\nbut\n%s", want, got)
		}
	}
}
