package collect

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"
)

// decode makes an object of a part of a text. Keys are matched by case and unknown fields are left out, as the API server does.
func decode(t text, at span, r kindSpec, item string) (decoded, error) {
	raw := t.json[at.start:at.end]
	d := decoded{object: r.empty()}
	err := kjson.UnmarshalCaseSensitivePreserveInts(raw, d.object)
	if marked(raw) {
		without, markErr := unmarked(raw, r)
		switch {
		case markErr != nil:
		case err != nil:
			d.object, d.marked, err = without, true, nil
		default:
			d.without = without
		}
	}
	if err != nil {
		return decoded{}, t.fieldError(at, r, item, err)
	}
	switch {
	case d.object.GetName() == "":
		return decoded{}, t.objectError(at, r, item, errors.New("it has no metadata.name"))
	case d.object.GetNamespace() == "" && r.scope != cluster:
		return decoded{}, t.objectError(at, r, fmt.Sprintf("%q", d.object.GetName()),
			errors.New("it has no metadata.namespace: give it as kubectl get prints it"))
	}
	typeless(d.object)
	if d.without != nil {
		typeless(d.without)
	}
	return d, nil
}

// decoded is an object, and what it is if each text "null" in it is no value: nil if there is none.
type decoded struct {
	object  object
	without object
	// marked says that the object can only be read so.
	marked bool
}

// typeless leaves of an object what a typed client returns.
func typeless(o object) {
	o.GetObjectKind().SetGroupVersionKind(schema.GroupVersionKind{})
	o.SetManagedFields(nil)
}

// UnreadError says that an object whose name is known cannot be read. The rest of its file can.
type UnreadError struct{ *FileError }

// Unwrap returns what is wrong with the file.
func (e *UnreadError) Unwrap() error { return e.FileError }

// fieldError is the error about an object that cannot be decoded.
func (t text) fieldError(at span, r kindSpec, item string, err error) error {
	raw := t.json[at.start:at.end]
	name := nameIn(raw, item)
	fe := t.objectError(at, r, name, fieldError(raw, r, err))
	if name == item {
		return fe
	}
	return &UnreadError{fe}
}

// objectError is an error about an object, which is called by its kind and whatever else is known of it.
func (t text) objectError(at span, r kindSpec, called string, err error) *FileError {
	fe := t.failAt(at.start, err)
	fe.Column = 0
	fe.Object = strings.TrimSpace(r.gvk.Kind + " " + called)
	return fe
}

// nameIn is the quoted name of an object that cannot be decoded, else its place in the list.
func nameIn(raw []byte, item string) string {
	var o struct {
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(raw, &o); err != nil || o.Metadata.Name == "" {
		return item
	}
	return fmt.Sprintf("%q", o.Metadata.Name)
}

// fieldError names the field at fault. Decoding errors mostly do not: so each part of the object is tried alone,
// down to the smallest that fails.
func fieldError(raw []byte, r kindSpec, whole error) error {
	var value any
	if err := kjson.UnmarshalCaseSensitivePreserveInts(raw, &value); err != nil {
		return whole
	}
	f := faultFinder{err: whole, try: func(v any) error {
		part, err := json.Marshal(v)
		if err != nil {
			return err
		}
		return kjson.UnmarshalCaseSensitivePreserveInts(part, r.empty())
	}}
	f.descend(value, func(v any) any { return v })
	if f.path == "" {
		return errors.New(inWords(f.err))
	}
	return fmt.Errorf("%s: %s", strings.TrimPrefix(f.path, "."), inWords(f.err))
}

// faultFinder narrows a decoding error down to a field.
type faultFinder struct {
	path string
	err  error
	try  func(any) error
}

// descend looks for the first part of value that fails alone. wrap puts a part back where it stood in the object.
func (f *faultFinder) descend(value any, wrap func(any) any) {
	switch v := value.(type) {
	case map[string]any:
		if f.try(wrap(map[string]any{})) != nil {
			return // no mapping belongs here, whatever is in it
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if f.fails("."+key, v[key], func(part any) any { return wrap(map[string]any{key: part}) }) {
				return
			}
		}
	case []any:
		if f.try(wrap([]any{})) != nil {
			return // no list belongs here
		}
		for i, element := range v {
			if f.fails(fmt.Sprintf("[%d]", i), element, func(part any) any { return wrap([]any{part}) }) {
				return
			}
		}
	}
}

func (f *faultFinder) fails(step string, part any, wrap func(any) any) bool {
	err := f.try(wrap(part))
	if err == nil {
		return false
	}
	f.path, f.err = f.path+step, err
	f.descend(part, wrap)
	return true
}

// inWords takes Go's words out of a decoding error.
func inWords(err error) string {
	message := strings.TrimPrefix(err.Error(), "json: ")
	if rest, ok := strings.CutPrefix(message, "error calling UnmarshalJSON for type "); ok {
		_, message, _ = strings.Cut(rest, ": ")
	}
	if rest, ok := strings.CutPrefix(message, "cannot unmarshal "); ok {
		has, wants, _ := strings.Cut(rest, " into Go ")
		_, wants, _ = strings.Cut(wants, " of type ")
		return fmt.Sprintf("%s stands where %s belongs", jsonType(has), goType(wants))
	}
	return message
}

// jsonType says what was found; of a number the decoder gives the value too.
func jsonType(found string) string {
	switch found {
	case "array":
		return "a list"
	case "object":
		return "a mapping"
	}
	return "a " + found
}

// goType says what a Go type is in JSON.
func goType(t string) string {
	switch {
	case strings.HasPrefix(t, "int"), strings.HasPrefix(t, "uint"):
		return "a whole number"
	case strings.HasPrefix(t, "float"):
		return "a number"
	case strings.HasPrefix(t, "[]"):
		return "a list"
	case t == "bool", t == "string":
		return "a " + t
	}
	return "a mapping"
}
