package output

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// pending prints a PendingReport. JSON and YAML leave item by item, and nothing that was written stays in memory: in a large
// cluster a report for many Pods, with every node and every volume there, would not fit.
func (m *Machine) pending(s Streams, d Document, r *pending.Report) error {
	switch m.format {
	case "json":
		return pendingJSON(s, d.Phrase, r)
	case "yaml":
		return m.pendingYAML(s, d.Phrase, r)
	case "name":
		return printNames(s.Out, d.Names)
	}
	all := *r
	all.Items = make([]pending.Item, 0, len(r.Items))
	for _, item := range r.Items {
		all.Items = append(all.Items, toldItem(d.Phrase, item, true))
	}
	return m.apply(s, &all)
}

// toldItem is an item with all of its Facts told and written. Without nodes, it has none.
func toldItem(p *phrase.Phraser, item pending.Item, nodes bool) pending.Item {
	all := item.Nodes
	item.Nodes = []pending.NodeReport{}
	if nodes {
		for _, n := range all {
			item.Nodes = append(item.Nodes, n.Tell())
		}
	}
	item.NearMisses = slices.Clone(item.NearMisses)
	for i := range item.NearMisses {
		item.NearMisses[i] = item.NearMisses[i].Tell()
	}
	if p != nil {
		p.Complete(&item)
	}
	return item
}

const (
	step      = "    "
	itemStep  = "\n" + step + step
	fieldStep = itemStep + step
	nodeStep  = fieldStep + step
)

// pendingJSON writes what printJSON would.
func pendingJSON(s Streams, p *phrase.Phraser, r *pending.Report) error {
	w := &jsonWriter{streams: s}
	w.text(fmt.Sprintf("{\n%s\"kind\": %q,\n%s\"apiVersion\": %q,\n%s\"items\": [", step, r.Kind, step, r.APIVersion, step))
	for i, item := range r.Items {
		w.separate(i, itemStep)
		// In JSON no string holds a line break, so that this is the field of the item and nothing else.
		before, after, _ := strings.Cut(w.marshal(toldItem(p, item, false), itemStep), fieldStep+`"nodes": []`)
		w.text(before + fieldStep + `"nodes": [`)
		for j, n := range item.Nodes {
			n = n.Tell()
			if p != nil {
				p.Complete(&n)
			}
			w.separate(j, nodeStep)
			w.text(w.marshal(n, nodeStep))
		}
		w.end(len(item.Nodes), fieldStep)
		w.text(after)
	}
	w.end(len(r.Items), "\n"+step)
	w.text("\n}\n")
	return w.err
}

// jsonWriter writes JSON in pieces, until an error.
type jsonWriter struct {
	streams Streams
	err     error
}

func (w *jsonWriter) text(text string) {
	if w.err != nil {
		return
	}
	if w.streams.IsTerminal {
		text = cleanJSON(text)
	}
	_, w.err = w.streams.Out.Write([]byte(text))
}

// separate begins the next member of an array.
func (w *jsonWriter) separate(i int, at string) {
	if i > 0 {
		w.text(",")
	}
	w.text(at)
}

// end ends an array of some length.
func (w *jsonWriter) end(length int, at string) {
	if length > 0 {
		w.text(at)
	}
	w.text("]")
}

// marshal is a value as JSON, indented by what its first line follows.
func (w *jsonWriter) marshal(value any, at string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent(strings.TrimPrefix(at, "\n"), step)
	if err := e.Encode(value); err != nil && w.err == nil {
		w.err = err
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// pendingYAML writes what yaml would: the fields of each object by name.
func (m *Machine) pendingYAML(s Streams, p *phrase.Phraser, r *pending.Report) error {
	begin := "apiVersion: " + r.APIVersion + "\nitems:"
	if m.printed {
		begin = "---\n" + begin
	}
	m.printed = true
	if len(r.Items) == 0 {
		begin += " []"
	}
	if err := WriteText(s, begin+"\n"); err != nil {
		return err
	}
	for _, item := range r.Items {
		data, err := yaml.Marshal([]pending.Item{toldItem(p, item, true)})
		if err != nil {
			return fmt.Errorf("cannot write YAML: %w", err)
		}
		if err := WriteText(s, string(data)); err != nil {
			return err
		}
	}
	return WriteText(s, "kind: "+r.Kind+"\n")
}
