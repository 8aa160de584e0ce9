package collect

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

const (
	pvA     = `{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"a","resourceVersion":"10"}}`
	pvB     = `{"kind":"PersistentVolume","metadata":{"name":"b"},"apiVersion":"v1"}`
	yamlA   = "apiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: a\n"
	yamlB   = "kind: PersistentVolume\nmetadata: {name: b}\napiVersion: v1\n"
	pvKinds = inspect.PersistentVolumes
)

// volumesOf reads text from standard input and names the volumes in it.
func volumesOf(t *testing.T, text string) ([]string, error) {
	t.Helper()
	s, err := Files(t.Context(), Now, []string{Stdin}, strings.NewReader(text), Options{Kinds: []inspect.Kind{pvKinds}})
	if err != nil {
		return nil, err
	}
	return names(s), nil
}

func utf16File(bom string, order func(uint16) []byte, text string) string {
	b := []byte(bom)
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, order(u)...)
	}
	return string(b)
}

func TestFilesForms(t *testing.T) {
	little := func(u uint16) []byte { return []byte{byte(u), byte(u >> 8)} }
	big := func(u uint16) []byte { return []byte{byte(u >> 8), byte(u)} }
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"single JSON":              {pvA, []string{"a"}},
		"single YAML":              {yamlA, []string{"a"}},
		"YAML in flow style":       {`{apiVersion: v1, kind: PersistentVolume, metadata: {name: a}}`, []string{"a"}},
		"JSON List":                {`{"apiVersion":"v1","items":[` + pvB + `,` + pvA + `],"kind":"List","metadata":{"resourceVersion":""}}`, []string{"a", "b"}},
		"YAML List":                {"apiVersion: v1\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(yamlA), "\n", "\n  ") + "\nkind: List\n", []string{"a"}},
		"typed list":               {`{"kind":"PersistentVolumeList","apiVersion":"v1","items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}`, []string{"a", "b"}},
		"typed list, kind last":    {`{"items":[{"metadata":{"name":"a"}}],"apiVersion":"v1","kind":"PersistentVolumeList"}`, []string{"a"}},
		"typed list, kinds inside": {`{"kind":"PersistentVolumeList","apiVersion":"v1","items":[` + pvA + `]}`, []string{"a"}},
		"empty typed list":         {`{"kind":"PersistentVolumeList","apiVersion":"v1","items":[]}`, nil},
		"null items":               {`{"kind":"PersistentVolumeList","apiVersion":"v1","items":null}`, nil},
		"array":                    {`[` + pvA + `,` + pvB + `]`, []string{"a", "b"}},
		"array in YAML":            {"- " + strings.ReplaceAll(strings.TrimSpace(yamlA), "\n", "\n  ") + "\n", []string{"a"}},
		"concatenated JSON":        {pvA + "\n" + pvB + pvA, []string{"a", "b"}},
		"multi-document YAML":      {yamlA + "---\n" + yamlB, []string{"a", "b"}},
		"markers around":           {"---\n" + yamlA + "---\n---\n# nothing\n---\n" + yamlB + "...\n", []string{"a", "b"}},
		"end marker alone":         {yamlA + "...\n" + yamlB, []string{"a", "b"}},
		"content after the marker": {"--- # first\n" + yamlA + "--- {apiVersion: v1, kind: PersistentVolume, metadata: {name: b}}\n", []string{"a", "b"}},
		"directive":                {"%YAML 1.1\n---\n" + yamlA, []string{"a"}},
		"JSON between markers":     {"---\n" + pvA + "\n---\n" + pvB, []string{"a", "b"}},
		"comments":                 {"# a volume\n" + yamlA + "# the end", []string{"a"}},
		"CRLF":                     {strings.ReplaceAll(yamlA+"---\n"+yamlB, "\n", "\r\n"), []string{"a", "b"}},
		"CRLF JSON":                {strings.ReplaceAll(pvA+"\n"+pvB, "\n", "\r\n"), []string{"a", "b"}},
		"UTF-8 mark":               {"\uFEFF" + pvA, []string{"a"}},
		"UTF-8 mark, YAML":         {"\uFEFF" + yamlA, []string{"a"}},
		"UTF-16 of PowerShell":     {utf16File("\xFF\xFE", little, pvA+"\r\n"), []string{"a"}},
		"UTF-16, big end first":    {utf16File("\xFE\xFF", big, yamlA), []string{"a"}},
		"marker inside a scalar":   {yamlA + "  annotations:\n    note: |\n      one\n      ---\n      two\n", []string{"a"}},
		"keys match by case":       {`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"a","Name":"z"}}`, []string{"a"}},
		"other kinds between":      {`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}}` + pvA, []string{"a"}},
		"items that are no list":   {`{"apiVersion":"x/v1","kind":"Odd","items":{"items":[1]}}` + pvA, []string{"a"}},
		"typed list of strangers":  {`{"apiVersion":"v1","kind":"SecretList","items":[{"metadata":{"name":"s"}}]}` + pvA, []string{"a"}},
		"list of lists is a stranger": {`{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"List","items":[` + pvB + `]},` + pvA + `]}`,
			[]string{"a"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := volumesOf(t, c.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("volumes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFilesErrors(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"nothing":           {"", `standard input: no Kubernetes objects in it`},
		"blank":             {"\n# only a comment\n---\n\n", `standard input: no Kubernetes objects in it`},
		"no object":         {`{"name":"kubectl","version":1}`, `standard input: no Kubernetes objects in it`},
		"a number":          {"42", `standard input: no Kubernetes objects in it`},
		"broken YAML":       {yamlA + "---\n# next\nkind: PersistentVolume\nmetadata: name: b\n", `standard input:8: mapping values are not allowed in this context`},
		"key twice":         {"apiVersion: v1\nkind: PersistentVolume\nkind: Pod\n", `standard input:3: key "kind" already set in map`},
		"tab":               {"apiVersion: v1\n\tkind: Pod\n", `standard input:2: found a tab character that violates indentation`},
		"broken JSON":       {pvA + "\n{\n  \"kind\": PersistentVolume\n}", `standard input:3:11: invalid character 'P' looking for beginning of value`},
		"broken JSON item":  {"{\"kind\":\"List\",\"items\":[\n" + pvA + ",\n{\"a\" 1}]}", `standard input:3:6: invalid character '1' after object key`},
		"cut off":           {pvA + "\n" + pvB[:40], `standard input:2:41: it ends in the middle of an object: was it written in full?`},
		"cut off in a list": {"{\"kind\":\"List\",\"items\":[\n" + pvA + ",\n", `standard input:3:1: it ends in the middle of an object: was it written in full?`},
		"logs between": {pvA + "\n==== START logs for container a of pod b/c ====\n",
			`standard input:2:1: logs between the objects: give the directory that kubectl cluster-info dump --output-directory writes`},
		"half UTF-16": {"\xFF\xFEa", `standard input: it begins as UTF-16 and ends in the middle of a character`},
		"no name":     {"---\n---\napiVersion: v1\nkind: PersistentVolume\n", `standard input:2: PersistentVolume: it has no metadata.name`},
		"no name in a list": {"{\"kind\":\"PersistentVolumeList\",\"apiVersion\":\"v1\",\"items\":[\n{\"metadata\":{\"name\":\"a\"}},\n{}]}",
			`standard input:3: PersistentVolume items[1]: it has no metadata.name`},
		"bad quantity": {`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"x"},"spec":{"accessModes":["ReadWriteOnce"],"capacity":{"storage":"10 GB"}}}`,
			`standard input:1: PersistentVolume "x": spec.capacity.storage: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`},
		"bad type": {`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"x"},"spec":{"mountOptions":["a",3]}}`,
			`standard input:1: PersistentVolume "x": spec.mountOptions[1]: a number stands where a string belongs`},
		"bad number": {`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"x","generation":1.5}}`,
			`standard input:1: PersistentVolume "x": metadata.generation: a number 1.5 stands where a whole number belongs`},
		"bad mapping": {`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"x"},"spec":{"accessModes":{"a":1}}}`,
			`standard input:1: PersistentVolume "x": spec.accessModes: a mapping stands where a list belongs`},
		"the first of several": {`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"x"},"spec":{"storageClassName":3,"capacity":{"storage":true}}}`,
			`standard input:1: PersistentVolume "x": spec.capacity.storage: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`},
		"bad structure": {"apiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: x\n  labels: [a]\n",
			`standard input:1: PersistentVolume "x": metadata.labels: a list stands where a mapping belongs`},
		"bad time": {`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"x","creationTimestamp":"today"}}`,
			`standard input:1: PersistentVolume "x": metadata.creationTimestamp: parsing time "today" as "2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006"`},
		"bad name": {`{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":["x"]}}`,
			`standard input:1: PersistentVolume: metadata.name: a list stands where a string belongs`},
		"null item": {`{"kind":"PersistentVolumeList","apiVersion":"v1","items":[null]}`,
			`standard input:1: PersistentVolume items[0]: it has no metadata.name`},
		"string item": {`{"kind":"PersistentVolumeList","apiVersion":"v1","items":["a"]}`,
			`standard input:1: PersistentVolume items[0]: a string stands where a mapping belongs`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := volumesOf(t, c.text)
			if _, ok := errors.AsType[*FileError](err); !ok {
				t.Fatalf("error %v, want a FileError", err)
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFilesNamespacedObjectWithoutNamespace(t *testing.T) {
	_, err := Files(t.Context(), Now, []string{Stdin}, strings.NewReader("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"),
		Options{Kinds: []inspect.Kind{inspect.Pods}})
	want := `standard input:1: Pod "web": it has no metadata.namespace: give it as kubectl get prints it`
	if err == nil || err.Error() != want {
		t.Errorf("error %v\nwant %s", err, want)
	}
}

func TestFilesPaths(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("dump/nodes.json", `{"kind":"NodeList","apiVersion":"v1","metadata":{},"items":[]}`)
	write("dump/shop/pvs.YAML", yamlB)
	write("dump/shop/web/logs.txt", "{ not JSON")
	write("dump/shop/events.yml", "")
	write("empty/readme.md", "nothing")
	plainFile := write("volume", yamlA)
	opts := Options{Kinds: []inspect.Kind{inspect.PersistentVolumes, inspect.Nodes}}

	t.Run("file and directory", func(t *testing.T) {
		s, err := readFiles(t, opts, filepath.Join(dir, "dump"), plainFile)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"a", "b"}, names(s)); diff != "" {
			t.Errorf("volumes (-want +got):\n%s", diff)
		}
		if len(s.Gaps) != 0 || !s.TakenAt.Equal(Now()) {
			t.Errorf("gaps %v, taken at %v; want none, and %v", s.Gaps, s.TakenAt, Now())
		}
	})
	for name, c := range map[string]struct {
		paths []string
		want  string
	}{
		"no such file":    {[]string{filepath.Join(dir, "nope.json")}, "nope.json: no such file or directory"},
		"empty directory": {[]string{filepath.Join(dir, "empty")}, "empty: no .json, .yaml or .yml file in this directory"},
		"standard input twice": {[]string{Stdin, Stdin},
			"standard input: it can be read only once: give - only once"},
		"one path of two without objects": {[]string{plainFile, filepath.Join(dir, "empty", "readme.md")},
			"readme.md: no Kubernetes objects in it"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Files(t.Context(), Now, c.paths, strings.NewReader(yamlA), opts)
			if err == nil || !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("error %v, want %q at its end", err, c.want)
			}
		})
	}
	t.Run("no path", func(t *testing.T) {
		if _, err := readFiles(t, opts); err == nil {
			t.Error("no error without a path")
		}
	})
}

func TestFilesEndWithContext(t *testing.T) {
	reader, writer := io.Pipe()
	defer func() { _ = writer.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Files(ctx, Now, []string{Stdin}, reader, Options{Kinds: []inspect.Kind{pvKinds}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the end of the context", err)
	}
}
