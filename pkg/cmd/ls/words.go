package ls

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// checkAnswerable refuses questions that what was read cannot answer: about nodes that do not exist, and about
// missing nodes when the nodes are unknown.
func (o *options) checkAnswerable(ix *inspect.Index) error {
	gap, blind := ix.Gap(inspect.Nodes)
	if o.filter.Orphaned && blind {
		return fmt.Errorf("cannot tell which volumes have lost their node: the nodes are %s", o.app.Phrase.Text(gap.Fact()))
	}
	if len(o.filter.Nodes) == 0 {
		return nil
	}
	places := inventory.PlaceNames(ix)
	for _, name := range o.filter.Nodes {
		switch _, known := slices.BinarySearch(places, name); {
		case known:
		case blind:
			return fmt.Errorf("cannot tell whether there is a node %q: no local volume names it, and the nodes are %s", name, o.app.Phrase.Text(gap.Fact()))
		default:
			return cli.Usagef("no node is called %q, and no local volume names it%s", name, cli.DidYouMean(name, places))
		}
	}
	return nil
}

// nothingFound says what was looked for.
func (o *options) nothingFound(ix *inspect.Index) string {
	if gap, ok := ix.Gap(inspect.PersistentVolumes); ok {
		return fmt.Sprintf("No local volumes found: the persistent volumes are %s.", o.app.Phrase.Text(gap.Fact()))
	}
	local := len(ix.LocalVolumes())
	switch {
	case len(ix.Volumes) == 0:
		return fmt.Sprintf("No local volumes found: there are no persistent volumes in %s.", o.source.Where())
	case local == 0 && len(ix.Volumes) == 1:
		return fmt.Sprintf("No local volumes found: the only persistent volume in %s is not local to particular nodes.", o.source.Where())
	case local == 0:
		return fmt.Sprintf("No local volumes found: none of the %s in %s is local to particular nodes.",
			phrase.Count(len(ix.Volumes), "persistent volume"), o.source.Where())
	}
	return fmt.Sprintf("No local volumes found %s (there %s in all)%s.", o.lookedFor(), countIs(local), o.misspelt(ix))
}

// lookedFor is the filter in words.
func (o *options) lookedFor() string {
	f := o.filter
	var parts []string
	if f.Orphaned {
		parts = append(parts, "whose node does not exist")
	}
	if len(f.Phases) > 0 {
		parts = append(parts, "in phase "+alternatives(f.Phases))
	}
	if len(f.Classes) > 0 {
		parts = append(parts, "of class "+alternatives(f.Classes))
	}
	if f.Selector != nil {
		parts = append(parts, "labelled "+f.Selector.String())
	}
	if f.Namespace != "" {
		parts = append(parts, "claimed from namespace "+f.Namespace)
	}
	if len(f.Nodes) > 0 {
		parts = append(parts, "on "+alternatives(f.Nodes))
	}
	return strings.Join(parts, ", ")
}

// misspelt names what was asked for and does not exist.
func (o *options) misspelt(ix *inspect.Index) string {
	text := ""
	if ns := o.filter.Namespace; ns != "" && len(ix.Namespaces) > 0 {
		names := make([]string, 0, len(ix.Namespaces))
		for _, n := range ix.Namespaces {
			names = append(names, n.Name)
		}
		if !slices.Contains(names, ns) {
			text += fmt.Sprintf("; there is no namespace %s%s", ns, cli.DidYouMean(ns, names))
		}
	}
	classes := inventory.LocalClasses(ix)
	if slices.ContainsFunc(o.filter.Classes, func(class string) bool { return !slices.Contains(classes, class) }) {
		text += "; " + theClasses(classes)
	}
	return text
}

// theClasses says which storage classes local volumes have.
func theClasses(classes []string) string {
	switch len(classes) {
	case 0:
		return "no local volume has a class"
	case 1:
		return "the only class of local volumes is " + classes[0]
	}
	return "the classes of local volumes are " + strings.Join(classes, ", ")
}

// hints are what needs attention, for people.
func (o *options) hints(reports []inventory.VolumeReport) []string {
	var down, gone places
	var unknown, astray, perhaps reasons
	for i := range reports {
		switch r := &reports[i]; {
		case r.Home.Missing():
			gone.add(r.Home)
		case r.Home.State == inspect.HomeUnknown:
			unknown.add(o.app.Phrase.Text(r.Home.Why))
		case r.Home.Unreachable() && r.Phase == corev1.VolumeBound:
			down.add(r.Home)
		}
		if why := reports[i].Home.Perhaps; !why.IsZero() {
			perhaps.add(o.app.Phrase.Text(why))
		}
		if data := reports[i].Home.Data; data != nil && !data.Why.IsZero() {
			astray.add(o.app.Phrase.Text(data.Why))
		}
	}
	var hints []string
	if text := mounted(reports); text != "" {
		hints = append(hints, text)
	}
	if down.volumes > 0 {
		hints = append(hints, fmt.Sprintf("%s on %s (%s): %s", isAre(down.volumes, "bound volume"),
			down.nodesThat("an unreachable node", "unreachable nodes"), phrase.List(slices.Sorted(maps.Keys(down.nodes))), o.app.Phrase.Line(fact.Plugin("recover"))))
	}
	if gone.volumes > 0 {
		text := isAre(gone.volumes, "volume") + " on " + gone.nodesThat("a node that no longer exists", "nodes that no longer exist")
		if !o.filter.Orphaned {
			text += ": " + o.app.Phrase.Line(fact.Plugin("ls").With("--orphaned"))
		}
		hints = append(hints, text)
	}
	if unknown.volumes > 0 {
		hints = append(hints, fmt.Sprintf("%s: home unknown (%s)", phrase.Count(unknown.volumes, "volume"), unknown.text()))
	}
	if astray.volumes > 0 {
		hints = append(hints, fmt.Sprintf("%s: Pods may start without the data (%s)", phrase.Count(astray.volumes, "volume"), astray.text()))
	}
	if perhaps.volumes > 0 {
		hints = append(hints, fmt.Sprintf("%s: Pods may start without the data (%s)", phrase.Count(perhaps.volumes, "volume"), perhaps.text()))
	}
	return hints
}

// mounted says of volumes that no claim has whose directory Pods mount all the same, which is then in use; empty if there are none.
func mounted(reports []inventory.VolumeReport) string {
	volumes, first := 0, ""
	for i := range reports {
		if r := &reports[i]; len(r.MountedBy) > 0 && r.Phase != corev1.VolumeBound {
			volumes++
			first = cmp.Or(first, fmt.Sprintf("%s/%s mounts that of %s", r.MountedBy[0].Namespace, r.MountedBy[0].Name, r.Name))
		}
	}
	switch volumes {
	case 0:
		return ""
	case 1:
		return "1 volume is in use without a claim: Pods mount its directory by hostPath (" + first + ")"
	}
	return fmt.Sprintf("%d volumes are in use without a claim: Pods mount their directories by hostPath (%s, ...)", volumes, first)
}

// reasons are volumes with the first reason why they are told of.
type reasons struct {
	volumes int
	first   string
}

func (r *reasons) add(why string) {
	r.volumes++
	r.first = cmp.Or(r.first, why)
}

// text is the first reason, and whether there are more.
func (r *reasons) text() string {
	if r.volumes > 1 {
		return r.first + ", ..."
	}
	return r.first
}

// places are volumes with the nodes that they are on.
type places struct {
	volumes int
	nodes   map[string]bool
}

func (p *places) add(home inventory.HomeReport) {
	p.volumes++
	if p.nodes == nil {
		p.nodes = map[string]bool{}
	}
	if home.Data != nil {
		for _, node := range home.Data.Nodes {
			p.nodes[node] = true
		}
		return
	}
	for _, host := range home.Hosts {
		p.nodes[host] = true
	}
	for _, n := range home.Nodes {
		p.nodes[n.Name] = true
	}
}

// nodesThat counts the nodes: "a node that is gone", "2 nodes that are gone".
func (p *places) nodesThat(one, many string) string {
	if len(p.nodes) == 1 {
		return one
	}
	return fmt.Sprintf("%d %s", len(p.nodes), many)
}

// countIs is a number with its verb in front: "is 1", "are 5".
func countIs(n int) string {
	if n == 1 {
		return "is 1"
	}
	return fmt.Sprintf("are %d", n)
}

func isAre(n int, noun string) string {
	if n == 1 {
		return phrase.Count(n, noun) + " is"
	}
	return phrase.Count(n, noun) + " are"
}

func alternatives[T ~string](items []T) string {
	words := make([]string, 0, len(items))
	for _, item := range items {
		words = append(words, string(item))
	}
	return strings.Join(words, " or ")
}
