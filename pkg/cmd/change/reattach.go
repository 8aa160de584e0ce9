package change

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/types"

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
exists already. Done when the two are bound, and the member that uses the claim
is Ready, if there is one. If it fits no node, what is missing comes last, and
the exit code is 1, with --dry-run as well.

Several volumes are given back at the same time: a Pod may need all of them.

Use it when the data of a Released volume is wanted again: after a release in
error, or when a dead node has come back. Not for a disk whose data nobody
needs: reclaim makes it available to any claim.

If another claim of that name is bound to another volume, both volumes are
shown, and only --replace takes the member down for the one that comes back:
with the guards of drain, its Pods are evicted, and then the claim is deleted.
The volume that it leaves keeps its data, as with release, so that reattach can
change back. Which of the two holds the newer data is not known to Kubernetes:
check the application.`

	reattachExample = `# What would be done
kubectl localpv reattach local-pv-1-0 --dry-run

# Go back to the old disk although the member has a new one
kubectl localpv reattach local-pv-1-0 --replace

# Give it to a claim of another name
kubectl localpv reattach local-pv-1-0 --claim shop/rescue`
)

// NewReattach returns the command reattach.
func NewReattach(a *cli.App) *cobra.Command {
	names := complete.New(a)
	flags := &sharedFlags{source: cli.Source{App: a}}
	req := drain.ReattachRequest{}
	texts := reattachTexts{}
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
			if req.AcceptForeignData, err = volumeNames(texts.foreign); err != nil {
				return err
			}
			if req.Claim, err = c.claimToGive(texts.claim); err != nil {
				return err
			}
			if req.AcceptDataLoss, err = claimNames("--accept-data-loss", texts.accept); err != nil {
				return err
			}
			c.question = func(*drain.Plan) string { return fmt.Sprintf("Reattach %s?", strings.Join(volumes, ", ")) }
			return c.run(cmd.Context(), reattachReads(c), func(ix *inspect.Index) (*drain.Plan, error) {
				return planner.PlanReattach(cmd.Context(), ix, newJudge, req)
			})
		},
	}
	addReattachFlags(cmd, names, &req, &texts)
	flags.add(cmd)
	return cmd
}

// reattachTexts are the flags of reattach that are names, as they are typed.
type reattachTexts struct {
	claim           string
	accept, foreign []string
}

func addReattachFlags(cmd *cobra.Command, names *complete.Names, req *drain.ReattachRequest, texts *reattachTexts) {
	f := cmd.Flags()
	f.StringVar(&texts.claim, "claim", "", "Give it to this `claim`, NAMESPACE/NAME, instead of the one recorded on it.")
	f.BoolVar(&req.Replace, "replace", false, "Evict the Pods of the claim that has taken its place, and delete that claim.")
	f.BoolVar(&req.AllowPending, "allow-pending", false, "Proceed even though the member does not fit where the volume is: it stays Pending.")
	f.StringArrayVar(&texts.accept, "accept-data-loss", nil, "Give up the last good copy, or the quorum, of this `claim`, NAMESPACE/NAME. May be repeated.")
	addAcceptForeignData(cmd, names, &texts.foreign)
	complete.Flags(cmd, map[string]complete.Func{
		"claim": names.Claims("Pending"), "accept-data-loss": names.Claims("Bound"),
	})
}

// claimToGive is the claim that the volume is to be given to, nil if none was named.
func (c *change) claimToGive(claim string) (*types.NamespacedName, error) {
	if claim == "" {
		return nil, nil //nolint:nilnil // that none was named is an answer
	}
	namespace, err := c.namespace()
	if err != nil {
		return nil, err
	}
	return claimName("--claim", claim, namespace)
}
