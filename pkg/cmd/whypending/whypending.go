// Package whypending is the command that explains why a Pod is pending.
package whypending

import (
	"cmp"
	"context"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	page "github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/pending"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/simulate"
)

// NewCommand returns the command why-pending.
func NewCommand(a *cli.App) *cobra.Command {
	f := &flags{source: cli.Source{App: a}}
	cmd := &cobra.Command{
		Use:     "why-pending [POD | TYPE/NAME...]",
		GroupID: cli.GroupLook,
		Short:   "Explain why a Pod gets no volume, and what would help",
		Long: `Explain why a Pod is pending: the root cause, what each of its claims asks for,
what stands in the way on every node, which volumes nearly fit, and what would
help.

Use it when a Pod stays Pending. Not for Pods that have a node and do not start:
kubectl describe pod has what the kubelet says.

The scheduler's own code is run on what was read from the cluster, so everything
that refuses a node is shown, not only volumes and not only the first reason.
Each fix is tested in a simulation on the same data. Nothing is changed.

Without arguments, every Pending Pod of the namespace is explained. TYPE is pod,
pvc (its Pods, or the claim alone), statefulset, deployment, replicaset,
daemonset, job or cronjob (those of their Pods that are Pending), or kubectl's
short name for it. Nodes that fail alike share a row.

With --from, a name given without -n is searched for in namespace default, and
then in all others.`,
		Example: `# One Pod
kubectl localpv why-pending db-0 -n shop

# All Pods of a StatefulSet, or those that use a claim
kubectl localpv why-pending sts/db
kubectl localpv why-pending pvc/data-db-0

# Every volume on one node, and every check of one volume
kubectl localpv why-pending db-0 --node node-3 --volume local-pv-3-1

# A manifest from the answer
kubectl localpv why-pending db-0 --print-volume node-3 > volume.yaml

# From files, without a cluster
kubectl get nodes,pv,pvc,pods,sc,csinodes,ns -A -o json > dump.json
kubectl localpv why-pending -A --from dump.json`,
		Annotations:       cli.ExitCodes("3    at least one of the Pods fits no node"),
		ValidArgsFunction: targetNames(complete.New(a)),
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

// options is what why-pending was asked to do.
type options struct {
	app     *cli.App
	source  cli.Source
	targets []target
	// namespace is where names are looked for; everywhere is set with --all-namespaces, named with --namespace.
	namespace         string
	everywhere, named bool

	nodes, volumes        []string
	printFix, printVolume string
	// machine is set for the formats that programs read.
	machine *output.Machine
}

// run finds what is asked about, and answers programs with a document, and people with a page or the manifest that they want.
func (o *options) run(ctx context.Context) error {
	ix, s, err := o.find(ctx)
	if err != nil {
		return err
	}
	if o.machine != nil {
		return o.answerPrograms(ctx, ix, s)
	}
	return o.answerPeople(ctx, ix, s)
}

// find returns what is asked about, with all that is needed to decide about it. That is read in two parts: what is misspelt, or has
// nothing to be explained, is told before the larger one.
func (o *options) find(ctx context.Context) (*inspect.Index, subjects, error) {
	ix, err := o.read(ctx)
	if err != nil {
		return nil, subjects{}, err
	}
	if err := o.checkNamespace(ix); err != nil {
		return nil, subjects{}, err
	}
	s, err := o.subjects(ix)
	if err != nil {
		return nil, subjects{}, err
	}
	if err := o.checkNames(ix); err != nil {
		return nil, subjects{}, err
	}
	for _, line := range s.notes {
		o.app.Note("%s", line)
	}
	if !s.none() {
		o.source.NoteNewer(ctx)
	}
	if ix, err = o.readMore(ctx, ix, s); err != nil {
		return nil, s, err
	}
	ix, err = o.readSets(ctx, ix)
	return ix, s, err
}

// answerPeople prints a page, or only the manifest that was asked for. After a page with a Pod that fits nowhere it returns the findings,
// for the exit code.
func (o *options) answerPeople(ctx context.Context, ix *inspect.Index, s subjects) error {
	reports := []pending.PodReport{}
	trim := o.trim()
	if err := explain(ctx, ix, s, func(r *pending.PodReport) {
		trim(r)
		reports = append(reports, *r)
	}); err != nil {
		return err
	}
	switch {
	case o.printFix != "":
		return o.writeFix(reports)
	case o.printVolume != "":
		return o.writeVolume(ix, reports)
	}
	if err := o.print(ix, reports); err != nil {
		return err
	}
	for i := range reports {
		if err := blocked(&reports[i]); err != nil {
			return err
		}
	}
	return nil
}

// answerPrograms prints all that is found. Of answers that are alike one is kept.
func (o *options) answerPrograms(ctx context.Context, ix *inspect.Index, s subjects) error {
	report := pending.NewReport()
	var names []string
	var findings error
	if err := explain(ctx, ix, s, func(r *pending.PodReport) {
		names = append(names, subjectNames(r)...)
		findings = cmp.Or(findings, blocked(r))
		report.Add(*r)
	}); err != nil {
		return err
	}
	if err := o.machine.Print(o.app.Streams, output.Document{Value: page.Stream{Report: report, Phrase: o.app.Phrase}, Names: names}); err != nil {
		return err
	}
	return findings
}

// trim drops, as answers come, what will not be printed of them. What is asked for by name gets all there is: a
// manifest, a node, a volume.
func (o *options) trim() func(*pending.PodReport) {
	if o.printFix != "" || o.printVolume != "" || len(o.nodes) > 0 || len(o.volumes) > 0 {
		return func(*pending.PodReport) {}
	}
	return page.NewTrimmer().Trim
}

// explain answers for each of the subjects, one after the other.
func explain(ctx context.Context, ix *inspect.Index, s subjects, answer func(*pending.PodReport)) error {
	if s.none() {
		return nil
	}
	// The Snapshot is live until the end, so collecting garbage around it again and again costs a quarter of the
	// time and frees little.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	judge, err := simulate.New(ctx, ix.Snapshot)
	if err != nil {
		return err
	}
	for _, p := range s.pods {
		r, err := pending.ExplainPod(ctx, ix, judge, p)
		if err != nil {
			return err
		}
		answer(r)
	}
	for _, c := range s.claims {
		r, err := pending.ExplainClaim(ctx, ix, judge, c)
		if err != nil {
			return err
		}
		r.Notes = append(r.Notes, orderNotes(ix, c)...)
		answer(r)
	}
	return nil
}

func (o *options) print(ix *inspect.Index, reports []pending.PodReport) error {
	if len(reports) == 0 {
		return nil
	}
	answer := page.Page{Reports: reports, Now: ix.TakenAt, Nodes: o.nodes, Phrase: o.app.Phrase}
	for _, name := range o.volumes {
		answer.Volumes = append(answer.Volumes, volumeView(o.app.Phrase, ix, ix.Volume(name), reports))
	}
	return answer.Write(o.app.Streams)
}

// blocked is the error that stands for the exit code of findings, if an answer is one.
func blocked(r *pending.PodReport) error {
	if r.Pending && !r.Schedulable {
		return &cli.FindingsError{}
	}
	return nil
}

// subjectNames are what an answer is about.
func subjectNames(r *pending.PodReport) []string {
	if r.Pod.Name != "" {
		return []string{"pod/" + r.Pod.Name}
	}
	var names []string
	for _, c := range r.Claims {
		names = append(names, "persistentvolumeclaim/"+c.Name)
	}
	return names
}

// waits reports whether a Pod is Pending. One that has only been written down has no phase; it waits for a node, or on
// the node that it names for a claim that nobody binds.
func waits(ix *inspect.Index, p *corev1.Pod) bool {
	if p.Status.Phase != "" || p.Spec.NodeName == "" {
		return p.Status.Phase == "" || p.Status.Phase == corev1.PodPending
	}
	return slices.ContainsFunc(inspect.ClaimNames(p), func(name string) bool {
		c := ix.Claim(p.Namespace, name)
		return c == nil || !inspect.FullyBound(c)
	})
}
