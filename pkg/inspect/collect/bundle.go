package collect

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"

	kjson "sigs.k8s.io/json"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Support bundles of Longhorn and Harvester hold Lists in which the text "null" stands for what was empty or null
// (rancher/support-bundle-kit: pkg/manager/collectors/common.go, toObjCommon): each empty text, and each null behind a key that more
// follows. It stands where a time belongs, or a number, which is a mark of such a bundle; and for the empty class of a volume.

// nullMark is the text as it stands in JSON.
const nullMark = `"null"`

// marked reports whether a text "null" is in a part of a text.
func marked(raw []byte) bool { return bytes.Contains(raw, []byte(nullMark)) }

// fromServer reports whether a document is a List without a kind of its own that has the version of a list of the server: kubectl writes
// none into what it puts together.
func (d document) fromServer() bool { return d.list && d.kind == "List" && d.resourceVersion != "" }

// kindOfFile is the kind that a file of a bundle is called by, which has lost the kind of its list: .../apps/v1/replicasets.yaml. A name that
// is no kind speaks of nothing that is asked for.
func kindOfFile(path string) inspect.Kind {
	return inspect.Kind(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)))
}

// unmarked fills an object from JSON in which each text "null" is no value: the empty text where a text belongs, else null.
func unmarked(raw []byte, r kindSpec) (object, error) {
	var value any
	if err := kjson.UnmarshalCaseSensitivePreserveInts(raw, &value); err != nil {
		return nil, err
	}
	value = withoutMarks(value, func(v any) any { return v }, func(v any) bool {
		part, err := json.Marshal(v)
		return err == nil && kjson.UnmarshalCaseSensitivePreserveInts(part, r.empty()) == nil
	})
	clean, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	o := r.empty()
	return o, kjson.UnmarshalCaseSensitivePreserveInts(clean, o)
}

// withoutMarks replaces each text "null" in a value. wrap puts a part back where it stood in the object, and fits reports whether it may be
// there.
func withoutMarks(value any, wrap func(any) any, fits func(any) bool) any {
	switch v := value.(type) {
	case string:
		switch {
		case v != "null":
			return v
		case fits(wrap("")):
			return ""
		}
		return nil
	case map[string]any:
		for key, part := range v {
			v[key] = withoutMarks(part, func(part any) any { return wrap(map[string]any{key: part}) }, fits)
		}
	case []any:
		for i, part := range v {
			v[i] = withoutMarks(part, func(part any) any { return wrap([]any{part}) }, fits)
		}
	}
	return value
}
