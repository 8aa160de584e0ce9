package collect

import (
	"cmp"
	"context"
	"errors"
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
	// bundle says that a text "null" is no value in what was read, wherever it stands: see bundle.go. texts are the objects that have one
	// and could be read as they are.
	bundle bool
	texts  []readTwice
	// unread are objects that could not be read, by kind.
	unread map[inspect.Kind][]*FileError
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
		unread: make(map[inspect.Kind][]*FileError),
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
		return f.addObject(t, d, d.span, typeMeta{gv, kind}, "")
	}
	f.documents++
	itemType, _ := strings.CutSuffix(kind, "List")
	switch {
	case itemType != "":
		f.speak(typeMeta{gv, itemType})
	case d.fromServer() && len(d.items) == 0:
		f.spoken[kindOfFile(t.path)] = true
	}
	for i, item := range d.items {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("reading %s: %w", t.path, context.Cause(ctx))
		}
		of := typeMeta{gv, itemType}
		if v, k := typeOf(t.json[item.start:item.end]); k != "" {
			of = typeMeta{v, k}
		}
		if err := f.addObject(t, d, item, of, fmt.Sprintf("items[%d]", i)); err != nil {
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

// readTwice is an object as it stands in a file, and as it is if each text "null" in it is no value.
type readTwice struct {
	kind             inspect.Kind
	written, without object
}

// addObject takes one object of a document, if its kind is wanted.
func (f *findings) addObject(t text, d document, at span, m typeMeta, item string) error {
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
	read, err := decode(t, at, known, item)
	if unread, ok := errors.AsType[*UnreadError](err); ok {
		f.unread[known.kind] = append(f.unread[known.kind], unread.FileError)
		return nil
	}
	if err != nil {
		return err
	}
	o := read.object
	if read.without != nil {
		f.texts = append(f.texts, readTwice{known.kind, o, read.without})
	}
	f.bundle = f.bundle || read.marked || read.without != nil && d.fromServer()
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
	f.withoutMarks()
	s := &inspect.Snapshot{TakenAt: now()}
	for _, r := range f.wanted {
		unread := f.unread[r.kind]
		if len(unread) > 0 && len(f.byKind[r.kind]) == 0 {
			return nil, unread[0]
		}
		r.store(s, slices.Collect(maps.Values(f.byKind[r.kind])))
		if len(unread) > 0 {
			s.Gaps = append(s.Gaps, inspect.Gap{Kind: r.kind, Reason: whyUnread(unread)})
		}
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

// withoutMarks takes the objects of a support bundle as they were before each empty text became "null".
func (f *findings) withoutMarks() {
	if !f.bundle {
		return
	}
	for _, twice := range f.texts {
		key := types.NamespacedName{Namespace: twice.written.GetNamespace(), Name: twice.written.GetName()}
		if f.byKind[twice.kind][key] == twice.written {
			f.byKind[twice.kind][key] = twice.without
		}
	}
}

// maxUnread is how many objects that could not be read are named.
const maxUnread = 3

// whyUnread names the objects that could not be read, and why.
func whyUnread(all []*FileError) string {
	parts := make([]string, 0, len(all))
	for _, err := range all[:min(len(all), maxUnread)] {
		parts = append(parts, err.Error())
	}
	if more := len(all) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return "left out: " + strings.Join(parts, "; ")
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
