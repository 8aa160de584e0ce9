package collect

import (
	"bytes"
	"errors"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// FuzzFiles: whatever the bytes, reading ends, with objects that have names or with an error
// that names the file.
func FuzzFiles(f *testing.F) {
	for _, seed := range []string{
		pvA, yamlA, pvA + pvB, yamlA + "---\n" + yamlB, "[" + pvA + "]", "{}", "null", "--- |\n a\n", "\xFF\xFE{\x00}\x00", "\uFEFF" + yamlB,
		`{"kind":"PersistentVolumeList","apiVersion":"v1","items":[{"metadata":{"name":"a"}},null]}`,
		`{"kind":"List","items":[{"kind":"Node","apiVersion":"v1","metadata":{"name":"n","labels":{"a":1}}}]}`,
		`{"kind":"PersistentVolume","apiVersion":"v1","metadata":{"name":"x"},"spec":{"capacity":{"storage":"1e1000000000"}}}`,
		"a: &a [b]\nc: *a\n<<: {d: e}\n", "%YAML 1.1\n---\n? {a: b}\n: c\n", "==== START logs", `{"items":{"items":[`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Files(t.Context(), Now, []string{Stdin}, bytes.NewReader(data), Options{Kinds: allKinds(), Required: []inspect.Kind{inspect.Nodes}})
		var file *FileError
		switch {
		case err == nil:
			for _, n := range s.Nodes {
				if n.Name == "" {
					t.Error("a Node without a name was taken")
				}
			}
		case !errors.As(err, &file):
			t.Errorf("error %v is not about the file", err)
		case file.Line < 0 || file.Column < 0:
			t.Errorf("error %v is at %d:%d", err, file.Line, file.Column)
		}
	})
}
