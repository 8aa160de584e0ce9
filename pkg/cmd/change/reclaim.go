package change

import (
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/planner"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// reclaimFlags are the flags of reclaim as typed.
type reclaimFlags struct {
	sharedFlags
	keepData bool
	wait     bool
	takeBack bool
	claim    string
	foreign  []string
	released bool
	classes  []string
	nodes    []string
	selector string
}

// reclaimLong and reclaimExample are the help.
const (
	reclaimLong = `Make a volume whose claim is gone available to other claims again. The disk is
not erased, so the next user can read it: --keep-data accepts that.

Use it when a volume stays Released and its data is no longer needed, or may be
seen by the next user. Not for giving the data back to its claim: reattach does
that.

If a claim of the namespace and name that the volume had waits for a volume, or
a StatefulSet or a Pod needs one, the volume is reserved for that claim. Only
what no such claim needs becomes available to any; if other claims wait that
could be bound to it, or --for names another one, --accept-foreign-data must
name the volume. If such a claim names a volume that it can never have, the
next claim of that name gets this one: what has to be done besides comes last.
With --for the exit code is 1 then.

Refused unless the volume is Released or Failed, its claim is gone, and no Pod
may still use the disk. Of --released, what would be refused is left out and
named, and the exit code is 1, with --dry-run as well; the others are reclaimed.

--unreserve takes back what a volume is reserved for, by release --reserve,
--for or reattach. If it is known whose data is on the volume, it is Released
again, else it becomes available to any claim.

If a volume has the policy Delete and an external provisioner, the provisioner
erases and recreates it: --wait waits for that, and changes nothing.`

	reclaimExample = `# Which pending claims could take it
kubectl localpv reclaim local-pv-1-0 --keep-data --dry-run

# For one claim only
kubectl localpv reclaim local-pv-1-0 --keep-data --for shop/data-db-2

# All released volumes of a class on a node
kubectl localpv reclaim --released --class local-ssd --node node-1 --keep-data`
)

// NewReclaim returns the command reclaim.
func NewReclaim(a *cli.App) *cobra.Command {
	names := complete.New(a)
	flags := &reclaimFlags{sharedFlags: sharedFlags{source: cli.Source{App: a}}}
	cmd := &cobra.Command{
		Use:               "reclaim (PV... | --released)",
		GroupID:           cli.GroupHandBack,
		Short:             "Make a Released or Failed volume Available again",
		Long:              reclaimLong,
		Example:           reclaimExample,
		Annotations:       cli.ExitCodes("3    refused, or not confirmed: nothing was changed"),
		ValidArgsFunction: complete.Many(names.Volumes("Released", "Failed")),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := flags.options(cmd, args)
			if err != nil {
				return err
			}
			req, err := flags.request(c, args)
			if err != nil {
				return err
			}
			c.question = func(p *drain.Plan) string {
				return fmt.Sprintf("Reclaim %s?", phrase.Count(len(p.Targets), "volume"))
			}
			return c.run(cmd.Context(), readsFor(c, req.For), func(ix *inspect.Index) (*drain.Plan, error) { return planner.PlanReclaim(ix, req) })
		},
	}
	f := cmd.Flags()
	f.BoolVar(&flags.keepData, "keep-data", false, "Accept that the next user can read what is on the disk.")
	f.StringVar(&flags.claim, "for", "", "Reserve the volume for this `claim`, NAMESPACE/NAME, which need not exist yet.")
	f.BoolVar(&flags.wait, "wait", false, "Wait until the volume's provisioner has erased it, and change nothing.")
	f.BoolVar(&flags.takeBack, "unreserve", false, "Take back what the volumes are reserved for, and nothing else.")
	addAcceptForeignData(cmd, names, &flags.foreign)
	f.BoolVar(&flags.released, "released", false, "All Released and Failed volumes, or those that pass --class, --node and -l.")
	f.StringSliceVar(&flags.classes, "class", nil, "With --released: of these storage `classes`.")
	f.StringSliceVar(&flags.nodes, "node", nil, "With --released: on these `nodes`.")
	f.StringVarP(&flags.selector, "selector", "l", "", "With --released: whose labels match, as in kubectl: `key=value,...`")
	complete.Flags(cmd, map[string]complete.Func{
		"for": names.Claims("Pending"), "class": complete.List(names.StorageClasses()), "node": complete.List(names.Nodes(complete.AnyStatus)),
		"selector": cobra.NoFileCompletions,
	})
	flags.add(cmd)
	return cmd
}

func (f *reclaimFlags) request(c *change, args []string) (drain.ReclaimRequest, error) {
	req := drain.ReclaimRequest{KeepData: f.keepData, Wait: f.wait, Unreserve: f.takeBack}
	var err error
	if req.AcceptForeignData, err = volumeNames(f.foreign); err != nil {
		return req, err
	}
	for _, arg := range args {
		name, err := volumeName(arg)
		if err != nil {
			return req, err
		}
		req.Volumes = append(req.Volumes, name)
	}
	narrowed := len(f.classes) > 0 || len(f.nodes) > 0 || f.selector != ""
	switch {
	case narrowed && !f.released:
		return req, cli.Usagef("--class, --node and -l choose among all released volumes: add --released, or name the volumes")
	case f.released:
		req.Selection = &inventory.VolumeFilter{Classes: f.classes, Nodes: f.nodes}
	}
	if f.selector != "" {
		selector, err := labels.Parse(f.selector)
		if err != nil {
			return req, cli.Usagef("bad selector %q: %v", f.selector, err)
		}
		req.Selection.Selector = selector
	}
	if f.claim == "" {
		return req, nil
	}
	namespace, err := c.namespace()
	if err != nil {
		return req, err
	}
	req.For, err = claimName("--for", f.claim, namespace)
	return req, err
}
