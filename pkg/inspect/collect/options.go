// Package collect is the only code that reads objects: from a live cluster or from files, into an
// inspect.Snapshot. It decides nothing. What it could not read it records as a gap, or fails if the caller
// cannot do without.
package collect

import (
	"fmt"
	"slices"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Options say what to read.
type Options struct {
	// Kinds are the kinds to read. All others stay empty in the Snapshot, without a gap.
	Kinds []inspect.Kind
	// Required are those of Kinds that the command cannot do without: a server that forbids them, or files that
	// lack them, are an error instead of a gap.
	Required []inspect.Kind
	// Namespace narrows reading from a cluster to one namespace (empty: all of them), for the kinds that only
	// explain what is in it: events, workload controllers and disruption budgets. Pods, claims and resource
	// claims are read everywhere all the same, since those of other namespaces take their share of a Node, unless
	// Narrow names them. Files are always read whole.
	Namespace string
	// Narrow are further kinds of which only those in Namespace are wanted.
	Narrow []inspect.Kind
	// Note, if set, is called with one line for each thing that the reader should know and that is no gap:
	// documents that were ignored, a list that had to be started again. Calls do not overlap.
	Note func(line string)
}

// rows are the rows of the table for the kinds asked for, in its order.
func (o Options) rows() ([]kindSpec, error) {
	all := table()
	for _, k := range slices.Concat(o.Kinds, o.Required) {
		if !slices.ContainsFunc(all, func(r kindSpec) bool { return r.kind == k }) {
			return nil, fmt.Errorf("no such kind to read: %q", k)
		}
	}
	return slices.DeleteFunc(all, func(r kindSpec) bool { return !o.wants(r.kind) }), nil
}

func (o Options) wants(k inspect.Kind) bool    { return slices.Contains(o.Kinds, k) || o.requires(k) }
func (o Options) requires(k inspect.Kind) bool { return slices.Contains(o.Required, k) }

func (o Options) note(format string, args ...any) {
	if o.Note != nil {
		o.Note(fmt.Sprintf(format, args...))
	}
}

func (o Options) narrows(k inspect.Kind) bool { return slices.Contains(o.Narrow, k) }
