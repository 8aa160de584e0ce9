package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/test/plugin"
)

// TestDemonstrate tells the story as it is, and wants nothing to be left behind.
func TestDemonstrate(t *testing.T) {
	var out bytes.Buffer
	o := demoFor(t, &out)
	page := readmeCopy(t, o)
	if err := o.demonstrate(t.Context()); err != nil {
		t.Fatalf("%v; the story so far:\n%s", err, out.String())
	}
	for _, words := range []string{
		"$ kubectl localpv ls\n", "unreachable", "1 bound volume is on an unreachable node",
		"$ kubectl localpv why-pending mysql-1\n", "Pod default/mysql-1 fits no node: claim data-mysql-1 is bound to ", "FIXES",
		"--fenced --unreachable-for=10s --yes\n", "lease not renewed within ", "wait until default/mysql-1 is Ready again", "1 Released 100Gi",
		"--replace --dry-run\n", "is bound to claim default/data-mysql-1 now", "goes back to the data on ",
	} {
		if !strings.Contains(strings.ReplaceAll(out.String(), "\r\n", "\n"), words) {
			t.Errorf("the story does not say %q:\n%s", words, out.String())
		}
	}
	now, err := os.ReadFile(o.readmes[0])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wordsOf(page), wordsOf(string(now))); diff != "" {
		t.Errorf("the words of README.md (-) and of what the story shows now (+) differ; run make generate:\n%s", diff)
	}
}

// readmeCopy makes the demo fill a copy of README.md, and returns what is in it before.
func readmeCopy(t *testing.T, o *options) string {
	t.Helper()
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	o.readmes = []string{filepath.Join(t.TempDir(), "README.md")}
	if err := os.WriteFile(o.readmes[0], page, 0o600); err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// wordsOf are the words of a page, sorted, without what differs from story to story: ages, and where the scheduler has put
// which member.
func wordsOf(page string) []string {
	for _, volatile := range []string{`\b(\d+(\.\d+)?(ms|s|m|h))+\b`, `\d`, `-+`} {
		page = regexp.MustCompile(volatile).ReplaceAllString(page, "~")
	}
	words := strings.Fields(page)
	slices.Sort(words)
	return words
}

// TestInterruptedDemo ends the story in the middle of a command.
func TestInterruptedDemo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := demoFor(t, &interrupter{words: "$ kubectl localpv ls\n", cancel: cancel})
	if err := o.demonstrate(ctx); err == nil || !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("demonstrate = %v, with the context %v", err, ctx.Err())
	}
}

// demoFor builds the plugin, and checks at the end of the test that the demo has left nothing where temporary files go.
func demoFor(t *testing.T, out io.Writer) *options {
	t.Helper()
	built, temporary := t.TempDir(), t.TempDir()
	if err := plugin.Build(t.Context(), filepath.Join(built, "kubectl-localpv")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", temporary)
	t.Cleanup(func() {
		left, err := os.ReadDir(temporary)
		if err != nil || len(left) > 0 {
			t.Errorf("the demo left %v, %v", left, err)
		}
	})
	return &options{out: out, log: t.Output(), plugin: built, examples: "../../examples/healthy"}
}

// interrupter cancels when the words are written, as Ctrl-C would.
type interrupter struct {
	words  string
	cancel context.CancelFunc
}

func (i *interrupter) Write(p []byte) (int, error) {
	if strings.Contains(string(p), i.words) {
		i.cancel()
	}
	return len(p), nil
}
