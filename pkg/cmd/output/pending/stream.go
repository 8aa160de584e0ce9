package pending

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// Stream is a PendingReport for programs. JSON and YAML leave item by item, and nothing that was written stays in memory: in a
// large cluster a report for many Pods, with every node and every volume there, would not fit.
type Stream struct {
	Report *pending.Report
	// Phrase writes the texts of Facts and Commands, if set.
	Phrase *phrase.Phraser
}

// Whole implements output.Streamed.
func (v Stream) Whole() any {
	all := *v.Report
	all.Items = make([]pending.Item, 0, len(v.Report.Items))
	for _, item := range v.Report.Items {
		all.Items = append(all.Items, toldItem(v.Phrase, item, true))
	}
	return &all
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

// WriteJSON implements output.Streamed.
func (v Stream) WriteJSON(s output.Streams) error {
	r := v.Report
	w := &jsonWriter{streams: s}
	w.text(fmt.Sprintf("{\n%s\"kind\": %q,\n%s\"apiVersion\": %q,\n%s\"items\": [", step, r.Kind, step, r.APIVersion, step))
	for i, item := range r.Items {
		w.separate(i, itemStep)
		// In JSON no string holds a line break, so that this is the field of the item and nothing else.
		before, after, _ := strings.Cut(w.marshal(toldItem(v.Phrase, item, false), itemStep), fieldStep+`"nodes": []`)
		w.text(before + fieldStep + `"nodes": [`)
		for j, n := range item.Nodes {
			n = n.Tell()
			if v.Phrase != nil {
				v.Phrase.Complete(&n)
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
	streams output.Streams
	err     error
}

func (w *jsonWriter) text(text string) {
	if w.err != nil {
		return
	}
	if w.streams.IsTerminal {
		text = output.CleanJSON(text)
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

// WriteYAML implements output.Streamed. The fields of each object are in the order of their names.
func (v Stream) WriteYAML(s output.Streams) error {
	r := v.Report
	begin := "apiVersion: " + r.APIVersion + "\nitems:"
	if len(r.Items) == 0 {
		begin += " []"
	}
	if err := output.WriteText(s, begin+"\n"); err != nil {
		return err
	}
	for _, item := range r.Items {
		data, err := yaml.Marshal([]pending.Item{toldItem(v.Phrase, item, true)})
		if err != nil {
			return fmt.Errorf("cannot write YAML: %w", err)
		}
		if err := output.WriteText(s, string(data)); err != nil {
			return err
		}
	}
	return output.WriteText(s, "kind: "+r.Kind+"\n")
}
