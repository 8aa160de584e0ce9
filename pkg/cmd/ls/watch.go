package ls

import (
	"context"
	"encoding/json"
	"strings"

	storagev1 "k8s.io/api/storage/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// phaseDeleted stands in a watch for the phase of a volume that has been deleted.
const phaseDeleted = "Deleted"

// follow prints the list, and then a line (or document) for each change until the command is interrupted.
func (o *options) follow(ctx context.Context, ix *inspect.Index, reports []inventory.VolumeReport) error {
	w := &volumeWatch{options: o, shown: map[string]shownVolume{}, columns: o.layout(ix).Columns(), csiNodes: ix.CSINodes}
	if err := w.start(ix, reports); err != nil {
		return err
	}
	client, err := o.source.WatchClient()
	if err != nil {
		return err
	}
	opts := o.reads()
	opts.Kinds = withoutKind(withoutKind(opts.Kinds, inspect.Namespaces), inspect.CSINodes)
	opts.Note = func(line string) { o.app.Note("note: %s", cli.OneLine(line)) }
	if err := collect.Watch(ctx, client, o.app.Now, opts, ix.Gaps, w.update); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// volumeWatch remembers what was last said of each volume.
type volumeWatch struct {
	*options
	shown   map[string]shownVolume
	columns []output.Column
	// csiNodes are as they were in the beginning: what a driver calls a Node does not change.
	csiNodes []*storagev1.CSINode
}

type shownVolume struct {
	report inventory.VolumeReport
	text   string
}

// start prints the list as it is. Documents come one by one from the beginning, as from kubectl get --watch.
func (w *volumeWatch) start(ix *inspect.Index, reports []inventory.VolumeReport) error {
	layout := w.layout(ix)
	table := layout.Table(reports)
	for i := range w.columns {
		w.columns[i].MinWidth = len(w.columns[i].Name)
	}
	for row := range table.Rows {
		for i, c := range row {
			w.columns[i].MinWidth = max(w.columns[i].MinWidth, output.CellWidth(c))
		}
	}
	if w.machine == nil && !w.noHeaders {
		if err := output.Header(w.app.Streams, w.columns); err != nil {
			return err
		}
	}
	for i := range reports {
		if err := w.say(layout, &reports[i]); err != nil {
			return err
		}
	}
	return nil
}

// update prints what differs from what was last said, in the order of the list: volumes that changed or are new,
// then those that the filter no longer lets pass, as they are now, and those that are gone.
func (w *volumeWatch) update(s *inspect.Snapshot) error {
	s.CSINodes = w.csiNodes
	ix := inspect.NewIndex(s)
	reports, err := w.reports(ix)
	if err != nil {
		return err
	}
	layout := w.layout(ix)
	current := make(map[string]bool, len(reports))
	for i := range reports {
		r := &reports[i]
		current[r.Name] = true
		if w.fingerprint(layout, r) == w.shown[r.Name].text {
			continue
		}
		if err := w.say(layout, r); err != nil {
			return err
		}
	}
	for _, r := range w.departed(ix, current) {
		if err := w.say(layout, &r); err != nil {
			return err
		}
		delete(w.shown, r.Name)
	}
	return nil
}

// departed reports the volumes that were shown and are not in the list any more, in its order.
func (w *volumeWatch) departed(ix *inspect.Index, current map[string]bool) []inventory.VolumeReport {
	if len(w.shown) == len(current) {
		return nil
	}
	existing := map[string]inventory.VolumeReport{}
	for _, r := range inventory.Volumes(ix, inventory.VolumeQuery{Detail: w.detail}) {
		existing[r.Name] = r
	}
	var out []inventory.VolumeReport
	for name, last := range w.shown {
		if current[name] {
			continue
		}
		r, exists := existing[name]
		if !exists {
			r = last.report
			r.Phase = phaseDeleted
		}
		out = append(out, r)
	}
	_ = inventory.SortVolumes(out, w.sortBy) // the key was checked when the flags were
	return out
}

func (w *volumeWatch) say(layout output.VolumeTable, r *inventory.VolumeReport) error {
	w.shown[r.Name] = shownVolume{report: *r, text: w.fingerprint(layout, r)}
	if w.machine != nil {
		return w.machine.Print(w.app.Streams, output.Document{Value: r, Names: []string{resourceName(r)}, Phrase: w.app.Phrase})
	}
	return output.Line(w.app.Streams, w.columns, layout.Row(r))
}

// fingerprint is what is shown of a volume, but for its age, which always changes.
func (w *volumeWatch) fingerprint(layout output.VolumeTable, r *inventory.VolumeReport) string {
	if w.machine != nil {
		data, err := json.Marshal(r)
		if err != nil {
			return err.Error()
		}
		return string(data)
	}
	var b strings.Builder
	for i, c := range layout.Row(r) {
		if w.columns[i].Name != output.AgeColumn {
			b.WriteString(c.Text)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func withoutKind(kinds []inspect.Kind, unwanted inspect.Kind) []inspect.Kind {
	var out []inspect.Kind
	for _, k := range kinds {
		if k != unwanted {
			out = append(out, k)
		}
	}
	return out
}
