// Package ls is the command that lists local volumes.
package ls

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// NewCommand returns the command ls.
func NewCommand(a *cli.App) *cobra.Command {
	f := &flags{source: cli.Source{App: a}}
	cmd := &cobra.Command{
		Use:     "ls [NODE...]",
		Aliases: []string{"list"},
		GroupID: cli.GroupLook,
		Short:   "List local volumes by node and phase",
		Long: `List the local persistent volumes: the node that holds each, whether that node
is Ready, and which claim has it.

Use it to see what is on each node, what is free, and what is left behind on
nodes that no longer exist. Not for why a Pod waits for a volume: why-pending
explains that. Volumes whose data is not on particular nodes are left out;
kubectl get pv has them all.

STATUS is the node's status. Beyond kubectl's values: unreachable is a node that
has stopped reporting (kubectl shows NotReady), and missing one that no longer
exists. ? is a status that cannot be told. Phases and classes may be given as
lists, with commas. -n selects by the namespace of the claim.`,
		Example: `# Everything, by node
kubectl localpv ls

# What is left of nodes that no longer exist
kubectl localpv ls --orphaned --phase Released

# Room per node and class
kubectl localpv ls --summary

# From files, without a cluster
kubectl get pv,nodes -o json > dump.json
kubectl localpv ls --from dump.json`,
		Annotations:       cli.ExitCodes(),
		ValidArgsFunction: complete.Many(complete.New(a).Nodes(complete.AnyStatus)),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := f.options(cmd, args)
			if err != nil {
				return err
			}
			return o.run(cmd.Context())
		},
	}
	f.add(cmd.Flags())
	f.complete(cmd)
	return cmd
}

// options is what ls was asked to do.
type options struct {
	app    *cli.App
	source cli.Source
	filter inventory.VolumeFilter

	summary   bool
	watch     bool
	sortBy    inventory.SortKey
	noHeaders bool
	wide      bool
	// machine is set for the formats that programs read.
	machine *output.Machine
	// detail says whether claims, Pods and owners are shown.
	detail bool
	// names says that the claims are read for their names alone: whether another has that of one that is gone.
	names bool
}

func (o *options) run(ctx context.Context) error {
	snapshot, err := o.source.Load(ctx, o.reads())
	if err != nil {
		return err
	}
	ix := inspect.NewIndex(snapshot)
	if ix, err = o.withClaims(ctx, ix); err != nil {
		return err
	}
	o.forgetCSINodes(ix)
	o.forgetClaims(ix)
	if err := o.checkAnswerable(ix); err != nil {
		return err
	}
	reports, err := o.reports(ix)
	if err != nil {
		return err
	}
	o.warn(ix, reports)
	if len(reports) == 0 {
		o.app.Note("%s", o.nothingFound(ix))
	}
	if o.watch {
		return o.follow(ctx, ix, reports)
	}
	return o.print(ix, reports)
}

// reads says which kinds the command needs. Without Nodes there is an answer all the same, with unknown homes. In
// files, an empty list of volumes cannot be told from none, and is no error.
func (o *options) reads() collect.Options {
	opts := collect.Options{Kinds: []inspect.Kind{inspect.PersistentVolumes, inspect.Nodes, inspect.CSINodes}}
	if !o.source.Offline() {
		opts.Required = []inspect.Kind{inspect.PersistentVolumes}
	}
	switch {
	case o.detail:
		opts.Kinds = append(opts.Kinds, inspect.PersistentVolumeClaims, inspect.Pods, inspect.ReplicaSets, inspect.Jobs)
	case o.source.Offline(): // in files they cost nothing
		opts.Kinds = append(opts.Kinds, inspect.PersistentVolumeClaims, inspect.Pods)
	case o.names:
		opts.Kinds = append(opts.Kinds, inspect.PersistentVolumeClaims)
	}
	if o.filter.Namespace != "" && !o.source.Offline() {
		opts.Kinds = append(opts.Kinds, inspect.Namespaces)
	}
	return opts
}

func (o *options) reports(ix *inspect.Index) ([]inventory.VolumeReport, error) {
	reports := inventory.Volumes(ix, inventory.VolumeQuery{Filter: o.filter, Detail: o.detail})
	if o.sortBy != inventory.SortByNode {
		if err := inventory.SortVolumes(reports, o.sortBy); err != nil {
			return nil, err
		}
	}
	return reports, nil
}

func (o *options) print(ix *inspect.Index, reports []inventory.VolumeReport) error {
	if o.machine != nil {
		return o.machine.Print(o.app.Streams, o.document(ix, reports))
	}
	if len(reports) == 0 {
		return nil
	}
	if err := o.table(ix, reports).Write(o.app.Streams); err != nil {
		return err
	}
	if !o.app.Streams.IsTerminal {
		return nil
	}
	return o.printTotals(reports)
}

func (o *options) table(ix *inspect.Index, reports []inventory.VolumeReport) output.Table {
	if o.summary {
		return output.SummaryTable(inventory.Summarize(reports), o.noHeaders)
	}
	return o.layout(ix).Table(reports)
}

func (o *options) layout(ix *inspect.Index) output.VolumeTable {
	return output.VolumeTable{
		Now:       ix.TakenAt,
		Wide:      o.wide,
		NoHeaders: o.noHeaders,
		Group:     o.sortBy == inventory.SortByNode && !o.watch,
	}
}

// printTotals adds, for people, what the table sums up to and what deserves a look.
func (o *options) printTotals(reports []inventory.VolumeReport) error {
	palette := o.app.Streams.Palette()
	lines := "\n" + output.Clean(output.Totals(reports)) + "\n"
	for _, hint := range o.hints(reports) {
		lines += palette.Paint(output.Warn, output.Clean(hint)) + "\n"
	}
	_, err := fmt.Fprint(o.app.Streams.Out, lines)
	return err
}

func (o *options) document(ix *inspect.Index, reports []inventory.VolumeReport) output.Document {
	list := inventory.VolumeList{
		TypeMeta: metav1.TypeMeta{APIVersion: inspect.APIVersion, Kind: "VolumeList"},
		Items:    reports,
		Gaps:     inventory.GapReports(ix.Snapshot),
	}
	if o.summary {
		list.Summary = inventory.Summarize(reports)
	}
	names := make([]string, 0, len(reports))
	for i := range reports {
		names = append(names, resourceName(&reports[i]))
	}
	return output.Document{Value: list, Names: names, Phrase: o.app.Phrase}
}

// resourceName is how kubectl takes a volume as an argument.
func resourceName(r *inventory.VolumeReport) string { return "persistentvolume/" + r.Name }
