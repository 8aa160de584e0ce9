// Package docs checks that the documentation knows what the code can say.
package docs

import (
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// TestReasonsAreDocumented wants one section for each code, in the order of the code, and none for codes that do not exist.
func TestReasonsAreDocumented(t *testing.T) {
	data, err := os.ReadFile("reasons.md")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	chapter := ""
	for _, match := range regexp.MustCompile(`(?m)^(##|###) (.+)$`).FindAllStringSubmatch(string(data), -1) {
		if match[1] == "##" {
			chapter = match[2]
			continue
		}
		got[chapter] = append(got[chapter], match[2])
	}
	want := map[string][]string{"Claims": texts(inspect.ClaimCodes()), "Volumes": texts(inspect.VolumeCodes())}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sections of reasons.md (-codes +sections):\n%s", diff)
	}
}

func texts[T ~string](codes []T) []string {
	var all []string
	for _, code := range codes {
		all = append(all, string(code))
	}
	return all
}

// TestBlockersAreDocumented wants one line for each code by which a plan is blocked, in the order of the code.
func TestBlockersAreDocumented(t *testing.T) {
	find := func(path, pattern string) []string {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(data), -1) {
			found = append(found, match[1])
		}
		return found
	}
	codes := find("../pkg/drain/plan.go", `BlockerCode = "([A-Za-z]+)"`)
	lines := find("decisions.md", "(?m)^\\| `([A-Z][A-Za-z]+)` \\| [a-z]")
	if diff := cmp.Diff(codes, lines); diff != "" || len(codes) == 0 {
		t.Errorf("lines of decisions.md (-codes +lines):\n%s", diff)
	}
}
