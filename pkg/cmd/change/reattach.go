package change

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/planner"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// reattachLong and reattachExample are the help.
const (
	reattachLong = `Bind a volume again to the claim that is recorded on it: the volume is reserved
for the claim first, then the claim is recreated as it was saved, unless it
exists already. Done when the two are bound.

Several volumes are given back at the same time: a Pod may need all of them.

Use it when the data of a Released volume is wanted again: after a release in
error, or when a dead node has come back. Not for a disk whose data nobody
needs: reclaim makes it available to any claim.

If another claim of that name is bound to another volume, that volume holds the
newer data: both are shown, and only --replace deletes the claim and its Pods.
The volume that it leaves keeps its data, as with release, so that reattach can
change back.`

	reattachExample = `# What would be done
kubectl localpv reattach local-pv-1-0 --dry-run

# Go back to the old disk although the member has a new one
kubectl localpv reattach local-pv-1-0 --replace

# Give it to a claim of another name
kubectl localpv reattach local-pv-1-0 --claim shop/rescue \
  --accept-foreign-data local-pv-1-0`
)

// NewReattach returns the command reattach.
func NewReattach(a *cli.App) *cobra.Command {
	names := complete.New(a)
	flags := &sharedFlags{source: cli.Source{App: a}}
	req := drain.ReattachRequest{}
	claim := ""
	var foreign []string
	cmd := &cobra.Command{
		Use:               "reattach PV...",
		GroupID:           cli.GroupHandBack,
		Short:             "Give a Released volume back to the claim it came from",
		Long:              reattachLong,
		Example:           reattachExample,
		Annotations:       cli.ExitCodes("3    refused, or not confirmed: nothing was changed"),
		ValidArgsFunction: complete.Many(names.Volumes("Released")),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := flags.options(cmd, args)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return whichOne(cmd, "volume", args)
			}
			volumes, err := volumeNames(args)
			if err != nil {
				return err
			}
			req.Volume, req.More = volumes[0], volumes[1:]
			if req.AcceptForeignData, err = volumeNames(foreign); err != nil {
				return err
			}
			if claim != "" {
				namespace, err := c.namespace()
				if err != nil {
					return err
				}
				if req.Claim, err = claimName("--claim", claim, namespace); err != nil {
					return err
				}
			}
			c.question = func(*drain.Plan) string { return fmt.Sprintf("Reattach %s?", strings.Join(volumes, ", ")) }
			return c.run(cmd.Context(), readsFor(c, req.Claim), func(ix *inspect.Index) (*drain.Plan, error) { return planner.PlanReattach(ix, req) })
		},
	}
	cmd.Flags().StringVar(&claim, "claim", "", "Give it to this `claim`, NAMESPACE/NAME, instead of the one recorded on it.")
	cmd.Flags().BoolVar(&req.Replace, "replace", false, "Delete the claim that has taken its place, and the Pods of that claim.")
	cmd.Flags().StringSliceVar(&foreign, "accept-foreign-data", nil, foreignUsage)
	complete.Flags(cmd, map[string]complete.Func{
		"claim": names.Claims("Pending"), "accept-foreign-data": complete.List(names.Volumes("Released", "Failed", "Available")),
	})
	flags.add(cmd)
	return cmd
}
