package docs

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGuides plays every guide from its first symptom to its end.
func TestGuides(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "..", "docs", "guides", "*.md"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no guides: %v", err)
	}
	for _, path := range paths {
		if filepath.Base(path) == "README.md" {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".md"), func(t *testing.T) { playPage(t, path) })
	}
}

// playPage does all steps of a page and compares what is printed. With -update it rewrites the page.
func playPage(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	steps, err := readPage(string(data))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	ctx, w := begin(t)
	text, shift := string(data), 0
	for _, s := range steps {
		answer, ok := play(ctx, t, w, path, s)
		if !ok {
			break
		}
		if s.command != "" {
			text = text[:s.begin+shift] + answer + text[s.end+shift:]
			shift += len(answer) - (s.end - s.begin)
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// play does one step. It returns what was printed, and whether the page can go on.
func play(ctx context.Context, t *testing.T, w *world, path string, s step) (string, bool) {
	t.Helper()
	if s.command == "" {
		if err := w.prepare(ctx, s.setup); err != nil {
			t.Errorf("%s:%d: %v", path, s.line, err)
			return "", false
		}
		return "", true
	}
	got, exit, err := typeInto(ctx, w.lab, w.dir, s.command)
	if err != nil || exit != s.exit {
		t.Errorf("%s:%d: $ %s\nexit code %d, want %d; %v\n%s", path, s.line, s.command, exit, s.exit, err, got)
		return got, err == nil && *update
	}
	if *update && slices.Equal(masked(s.answer), masked(got)) {
		return s.answer, true // what differs is masked
	}
	if !*update && !slices.Equal(masked(s.answer), masked(got)) {
		t.Errorf("%s:%d: $ %s\nthe page (-) and what is printed (+) differ:\n%s", path, s.line, s.command, cmp.Diff(s.answer, got))
		return got, false
	}
	return got, true
}
