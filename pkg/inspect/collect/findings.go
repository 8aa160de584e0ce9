package collect

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// findings gathers what files hold.
type findings struct {
	wanted []kindSpec
	known  []kindSpec
	byKind map[inspect.Kind]map[types.NamespacedName]object
	// spoken are the kinds that the files speak of, if only as an empty typed list.
	spoken map[inspect.Kind]bool
	// versions are the API versions of known kinds that cannot be read.
	versions map[inspect.Kind]string
	// aside counts objects by kind that nothing is known of, and documents without a kind under "".
	aside map[string]int
	// refusals are messages of the server that stand in place of objects.
	refusals []string
	// paths names all that was read.
	paths string
	// documents counts the objects and lists met, of whatever kind.
	documents int
}

func newFindings(paths []string, wanted []kindSpec) *findings {
	f := &findings{
		wanted: wanted, known: table(), byKind: make(map[inspect.Kind]map[types.NamespacedName]object),
		spoken: make(map[inspect.Kind]bool), versions: make(map[inspect.Kind]string), aside: make(map[string]int),
	}
	for i, path := range paths {
		if i > 0 {
			f.paths += ", "
		}
		f.paths += display(path)
	}
	for _, r := range wanted {
		f.byKind[r.kind] = map[types.NamespacedName]object{}
	}
	return f
}

// add takes what is wanted from a document.
func (f *findings) add(ctx context.Context, t text, d document) error {
	gv, kind := d.apiVersion, d.kind
	switch {
	case kind == "" && !d.list:
		f.aside[""]++
		return nil
	case kind == "Status" && gv == "v1":
		f.documents++
		line, _ := t.at(d.start)
		f.refusals = append(f.refusals, fmt.Sprintf("%s:%d: an error of the server in place of objects: %s", t.path, line, d.message))
		return nil
	case !d.list:
		f.documents++
		return f.addObject(t, d.span, typeMeta{gv, kind}, "")
	}
	f.documents++
	itemType, _ := strings.CutSuffix(kind, "List")
	if itemType != "" {
		f.speak(typeMeta{gv, itemType})
	}
	for i, item := range d.items {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("reading %s: %w", t.path, context.Cause(ctx))
		}
		of := typeMeta{gv, itemType}
		if v, k := typeOf(t.json[item.start:item.end]); k != "" {
			of = typeMeta{v, k}
		}
		if err := f.addObject(t, item, of, fmt.Sprintf("items[%d]", i)); err != nil {
			return err
		}
	}
	return nil
}

// typeMeta is the type that an object says it has.
type typeMeta struct{ apiVersion, kind string }

// find looks a type up in a table. The same kind in another version of the API is told apart from another kind.
func (m typeMeta) find(table []kindSpec) (r kindSpec, sameVersion, ok bool) {
	gvk := schema.FromAPIVersionAndKind(m.apiVersion, m.kind)
	i := slices.IndexFunc(table, func(r kindSpec) bool { return r.gvk.GroupKind() == gvk.GroupKind() })
	if i < 0 {
		return kindSpec{}, false, false
	}
	return table[i], table[i].gvk == gvk, true
}

// speak notes that a kind is in the files.
func (f *findings) speak(m typeMeta) {
	if r, sameVersion, ok := m.find(f.known); ok && sameVersion {
		f.spoken[r.kind] = true
	}
}

// addObject takes one object, if its kind is wanted.
func (f *findings) addObject(t text, at span, m typeMeta, item string) error {
	known, sameVersion, ok := m.find(f.known)
	switch {
	case !ok:
		f.aside[m.kind]++
		return nil
	case !sameVersion:
		f.versions[known.kind] = m.apiVersion
		f.aside[m.apiVersion+" "+m.kind]++
		return nil
	}
	objects, wanted := f.byKind[known.kind]
	if !wanted {
		return nil
	}
	o := known.empty()
	if err := decode(t, at, known, item, o); err != nil {
		return err
	}
	if known.only != "" && o.GetNamespace() != known.only {
		return nil
	}
	f.spoken[known.kind] = true
	key := types.NamespacedName{Namespace: o.GetNamespace(), Name: o.GetName()}
	if old, twice := objects[key]; !twice || !newer(old, o) {
		objects[key] = o
	}
	return nil
}

// newer reports whether a is known to be newer than b. Resource versions of one kind count up, over deletion and
// re-creation too.
func newer(a, b object) bool {
	order, err := resourceversion.CompareResourceVersion(a.GetResourceVersion(), b.GetResourceVersion())
	return err == nil && order > 0
}

// snapshot is what was found, with a gap for each kind that was wanted and is not spoken of.
func (f *findings) snapshot(now func() time.Time, opts Options) (*inspect.Snapshot, error) {
	f.notes(opts)
	s := &inspect.Snapshot{TakenAt: now()}
	for _, r := range f.wanted {
		r.store(s, slices.Collect(maps.Values(f.byKind[r.kind])))
		if f.spoken[r.kind] {
			continue
		}
		if opts.requires(r.kind) {
			return nil, &FileError{Path: f.paths, Err: &MissingKindError{Kind: r.kind}}
		}
		s.Gaps = append(s.Gaps, inspect.Gap{Kind: r.kind, Reason: f.whyMissing(r)})
	}
	sortGaps(s.Gaps)
	return s, nil
}

func (f *findings) whyMissing(r kindSpec) string {
	if v := f.versions[r.kind]; v != "" {
		return fmt.Sprintf("in the files only as %s, not %s", v, r.gvk.GroupVersion())
	}
	return "not in the files"
}

// notes tells what was ignored.
func (f *findings) notes(opts Options) {
	for _, line := range f.refusals {
		opts.note("%s", line)
	}
	var parts []string
	for _, kind := range slices.SortedFunc(maps.Keys(f.aside), cmp.Compare[string]) {
		n, what := f.aside[kind], "of kind "+kind
		if kind == "" {
			what = "without a kind"
		}
		switch {
		case len(parts) > 0:
		case n == 1:
			what = "object " + what
		default:
			what = "objects " + what
		}
		parts = append(parts, fmt.Sprintf("%d %s", n, what))
	}
	if len(parts) > 0 {
		opts.note("ignored %s", strings.Join(parts, ", "))
	}
}
