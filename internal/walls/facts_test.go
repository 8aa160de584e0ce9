package walls

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
)

// below are a directory and all that are below it and hold Go files, from this package on.
func below(t *testing.T, root string) []string {
	t.Helper()
	var dirs []string
	err := filepath.WalkDir("../../"+root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() != "testdata" {
			dirs = append(dirs, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

func parsed(t *testing.T, dirs ...string) *Source {
	t.Helper()
	s, err := Parse(dirs...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// deciders are the packages that decide, and tell Facts instead of sentences. What collect says of files that it cannot read,
// and simulate of the scheduler's code, are errors.
func deciders(t *testing.T) *Source {
	t.Helper()
	dirs := slices.Concat(below(t, "pkg/inspect"), below(t, "pkg/drain"))
	return parsed(t, slices.DeleteFunc(dirs, func(dir string) bool {
		return strings.HasSuffix(dir, "test") || strings.Contains(dir, "collect") || strings.Contains(dir, "simulate") || strings.Contains(dir, "internal")
	})...)
}

// commands are the packages of the commands, which tell a Fact where a Result needs one.
func commands(t *testing.T) *Source {
	t.Helper()
	return parsed(t, slices.DeleteFunc(below(t, "pkg/cmd"), func(dir string) bool { return strings.Contains(dir, "output") })...)
}

func TestDecidersWriteNoSentences(t *testing.T) {
	for _, found := range deciders(t).Sentences() {
		t.Errorf("%s: tell a fact.Fact instead; pkg/cmd/output/phrase has the words", found)
	}
}

func TestEveryFactHasASentence(t *testing.T) {
	sentences := phrase.Sentences()
	told := map[string]bool{}
	sources := slices.Concat(deciders(t).Facts(), parsed(t, "../../pkg/fact").Facts(), commands(t).Facts())
	for _, f := range sources {
		sentence, ok := sentences[f.Code]
		told[f.Code] = true
		if !ok {
			t.Errorf("%s: there is no sentence for %q in pkg/cmd/output/phrase", f.Place, f.Code)
			continue
		}
		values, err := phrase.Values(sentence)
		if err != nil {
			t.Errorf("the sentence of %s: %v", f.Code, err)
		}
		for _, name := range values {
			if !slices.Contains(f.Values, name) && !strings.HasPrefix(name, "command") {
				t.Errorf("%s: the sentence of %s wants %q, and is told %v", f.Place, f.Code, name, f.Values)
			}
		}
	}
	for code := range sentences {
		if !told[code] {
			t.Errorf("the sentence of %s is told by nobody: delete it", code)
		}
	}
}

// TestPagesAreTestedWithFactsThatAreTold: what the tests of the pages of why-pending make up is told by a decider, under the
// same code and with the same values.
func TestPagesAreTestedWithFactsThatAreTold(t *testing.T) {
	names, err := filepath.Glob("../../pkg/cmd/output/pending_*_test.go")
	if err != nil || len(names) == 0 {
		t.Fatalf("tests %v, %v", names, err)
	}
	tests, err := ParseFiles(names...)
	if err != nil {
		t.Fatal(err)
	}
	all := deciders(t)
	told := map[string][][]string{}
	for _, f := range all.Facts() {
		told[f.Code] = append(told[f.Code], sorted(f.Values))
	}
	for _, f := range tests.Facts(all, parsed(t, "../../pkg/cmd/output")) {
		if strings.HasPrefix(f.Code, "cell/") {
			continue // a table's own
		}
		if !slices.ContainsFunc(told[f.Code], func(values []string) bool { return slices.Equal(values, sorted(f.Values)) }) {
			t.Errorf("%s: %s has the values %v; it is told with %v", f.Place, f.Code, sorted(f.Values), told[f.Code])
		}
	}
}

// sorted are the names of values, but for what a cause is about: the tests add that where they have the Pod.
func sorted(values []string) []string {
	return slices.Sorted(slices.Values(slices.DeleteFunc(slices.Clone(values), func(name string) bool { return name == "about" })))
}
