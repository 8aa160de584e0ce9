// Package docs checks that the documentation knows what the code can say, and that its translation keeps up.
package docs

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/planner"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
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
	codes := find("../pkg/drain/blocker.go", `BlockerCode = "([A-Za-z]+)"`)
	lines := find("decisions.md", "(?m)^\\| `([A-Z][A-Za-z]+)` \\| [a-z]")
	if diff := cmp.Diff(codes, lines); diff != "" || len(codes) == 0 {
		t.Errorf("lines of decisions.md (-codes +lines):\n%s", diff)
	}
}

// TestTranslationKeepsUp compares what README.md and its translation have in common: headings, commands and what they print,
// places that links lead to, and rows of tables.
func TestTranslationKeepsUp(t *testing.T) {
	var skeletons [2][]string
	for i, path := range []string{"../README.md", "../README.zh-CN.md"} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		skeletons[i] = skeleton(string(data))
	}
	if diff := cmp.Diff(skeletons[0], skeletons[1]); diff != "" {
		t.Errorf("README.md (-) and README.zh-CN.md (+):\n%s", diff)
	}
}

// skeleton is what a translation leaves as it is. Links between the two pages are left out, and so are comments of commands.
func skeleton(page string) []string {
	link, comment := regexp.MustCompile(`\]\(([^)]+)\)`), regexp.MustCompile(` +# .*$`)
	var bones []string
	fenced := false
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			fenced = !fenced
			bones = append(bones, line)
		case fenced:
			bones = append(bones, line)
		case strings.HasPrefix(line, "    "):
			bones = append(bones, comment.ReplaceAllString(line, ""))
		case strings.HasPrefix(line, "#"):
			marks, _, _ := strings.Cut(line, " ")
			bones = append(bones, marks)
		default:
			if strings.HasPrefix(line, "|") {
				bones = append(bones, strings.Repeat("|", strings.Count(line, "|")))
			}
			for _, match := range link.FindAllStringSubmatch(line, -1) {
				if !strings.HasPrefix(match[1], "README") {
					bones = append(bones, "to "+match[1])
				}
			}
		}
	}
	return bones
}

func TestSkeleton(t *testing.T) {
	english := "# A\n\n[B](README.b.md) says [more](c.md).\n\n    run   # why\n\n```console\n$ x # y\n```\n\n| a | b |\n"
	chinese := "# 甲\n\n[A](README.md) 说[更多](c.md)。\n\n    run   # 为什么\n\n```console\n$ x # y\n```\n\n| 甲 | 乙 |\n"
	if diff := cmp.Diff(skeleton(english), skeleton(chinese)); diff != "" {
		t.Errorf("a translation differs:\n%s", diff)
	}
	for _, change := range [][2]string{{"    run", "    ran"}, {"(c.md)", "(d.md)"}, {"$ x", "$ z"}, {"# 甲", "## 甲"}, {"| 乙 |", "| 乙 | 丙 |"}} {
		if cmp.Equal(skeleton(english), skeleton(strings.Replace(chinese, change[0], change[1], 1))) {
			t.Errorf("that %q became %q is not seen", change[0], change[1])
		}
	}
}

// TestFieldsAreDocumented wants a section of json.md for every kind, and every field of a kind, and of the parameters of an action,
// somewhere on the page.
func TestFieldsAreDocumented(t *testing.T) {
	data, err := os.ReadFile("json.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), "`apiVersion: "+inspect.APIVersion+"`") {
		t.Errorf("json.md is not about %s", inspect.APIVersion)
	}
	named := namedIn(string(data))
	seen := map[reflect.Type]bool{}
	wanted := func(owner reflect.Type, field string) {
		if !named[field] {
			t.Errorf("json.md does not name %s of %s", field, owner)
		}
	}
	for kind, contract := range kinds() {
		if !strings.Contains(string(data), "\n## "+kind+"\n") {
			t.Errorf("json.md has no section %s", kind)
		}
		fields(contract, seen, wanted)
	}
	for _, action := range drain.Actions() { // a Step has them as an interface
		fields(reflect.TypeOf(action.Parameters()), seen, wanted)
	}
}

// TestKindsAreKnown wants the kinds of the test above to be those that the code makes.
func TestKindsAreKnown(t *testing.T) {
	var made []string
	kind := regexp.MustCompile(`APIVersion: +inspect\.APIVersion, Kind: +"([A-Za-z]+)"`)
	err := filepath.WalkDir("../pkg", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		data, err := os.ReadFile(path)
		for _, match := range kind.FindAllSubmatch(data, -1) {
			made = append(made, string(match[1]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(made)
	if diff := cmp.Diff(made, slices.Sorted(maps.Keys(kinds()))); diff != "" {
		t.Errorf("kinds (-made +known):\n%s", diff)
	}
}

// kinds are the types of the contract, by the kind that is in their output.
func kinds() map[string]reflect.Type {
	return map[string]reflect.Type{
		"PendingReport":    reflect.TypeFor[pending.Report](),
		"PermissionReport": reflect.TypeFor[inspect.PermissionReport](),
		"Plan":             reflect.TypeFor[drain.Plan](),
		"Result":           reflect.TypeFor[drain.Result](),
		"SuspectList":      reflect.TypeFor[planner.SuspectList](),
		"VolumeList":       reflect.TypeFor[inventory.VolumeList](),
	}
}

// namedIn are the words that a page has as code, but for its blocks.
func namedIn(page string) map[string]bool {
	named := map[string]bool{}
	prose := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(page, "")
	for _, code := range regexp.MustCompile("`[^`\n]+`").FindAllString(prose, -1) {
		for _, word := range regexp.MustCompile("[A-Za-z]+").FindAllString(code, -1) {
			named[word] = true
		}
	}
	return named
}

// fields visits the JSON fields of a type of this module and of those in it.
func fields(t reflect.Type, seen map[reflect.Type]bool, visit func(owner reflect.Type, field string)) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		fields(t.Elem(), seen, visit)
		return
	case reflect.Struct:
	default:
		return
	}
	if seen[t] || !strings.Contains(t.PkgPath(), "kubectl-localpv") {
		return
	}
	seen[t] = true
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || !f.IsExported() {
			continue
		}
		if name != "" {
			visit(t, name)
		}
		fields(f.Type, seen, visit)
	}
}
