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
)

const drainHelp = `Cordon a node and evict its Pods, as kubectl drain does and with its rules:
disruption budgets are waited for. Use it before a node is rebooted or retired.
Not for an unreachable node: recover is for those. Choose what becomes of the
claims whose data is on the node:

  --keep-claims  for a reboot. They stay, and their Pods wait for the node.
  --move-claims  for good. Member by member, each gets a new claim on a volume
                 that was found and reserved for it before its Pod is evicted.
                 The next member is not touched before this one is Ready. The
                 old volumes keep their data.

A member that cannot move is left out and named, and a Pod that nothing would
bring back to its data; the exit code is 1, with --dry-run as well. The others
go.`

// NewDrain returns the command drain.
func NewDrain(a *cli.App) *cobra.Command {
	flags := &movingFlags{sharedFlags: sharedFlags{source: cli.Source{App: a}}}
	req := drain.DrainRequest{}
	cmd := &cobra.Command{
		Use:     "drain NODE",
		GroupID: cli.GroupRescue,
		Short:   "Drain a live node, for a reboot or for good",
		Long:    drainHelp,
		Example: `# Who would wait for node-1 while it reboots
kubectl localpv drain node-1 --keep-claims --dry-run

# Reboot node-1: its Pods wait until it is back
kubectl localpv drain node-1 --keep-claims --ignore-daemonsets

# Retire node-1
kubectl localpv drain node-1 --move-claims --ignore-daemonsets`,
		Annotations:       cli.ExitCodes("3    refused, or not confirmed: nothing was changed"),
		ValidArgsFunction: complete.One(complete.New(a).Nodes(func(status string) bool { return !unreachable(status) })),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := flags.options(cmd, args)
			if err != nil {
				return err
			}
			if len(args) != 1 {
				return whichOne(cmd, "node", args)
			}
			nodes, err := nodeNames(args)
			if err != nil {
				return err
			}
			req.Node = nodes[0]
			said, err := flags.read()
			if err != nil {
				return err
			}
			req.AcceptDataLoss, req.AcceptForeignData, req.Only, req.Except = said.lost, said.foreign, said.only, said.except
			if err := c.validDrain(req); err != nil {
				return err
			}
			c.question = func(p *drain.Plan) string { return drainQuestion(req, p) }
			if req.MoveClaims {
				c.source.NoteNewer(cmd.Context())
			}
			return c.run(cmd.Context(), drainReads(c), func(ix *inspect.Index) (*drain.Plan, error) {
				return planner.PlanDrain(cmd.Context(), ix, newJudge, req)
			})
		},
	}
	addDrainFlags(cmd, &req)
	flags.add(cmd, complete.New(a), &req.AllowPending, &req.FailJobs)
	return cmd
}

func (c *change) validDrain(req drain.DrainRequest) error {
	if _, err := labels.Parse(req.Eviction.PodSelector); err != nil {
		return cli.Usagef("--pod-selector=%s: %v", req.Eviction.PodSelector, err)
	}
	if err := req.Validate(); err != nil {
		return c.misuse(err)
	}
	return nil
}

func addDrainFlags(cmd *cobra.Command, req *drain.DrainRequest) {
	f := cmd.Flags()
	f.BoolVar(&req.KeepClaims, "keep-claims", false, "Leave the claims where they are: their Pods wait for the node.")
	f.BoolVar(&req.MoveClaims, "move-claims", false, "Give the members new claims on other nodes.")
	f.BoolVar(&req.AllowDown, "allow-down", false, "With --keep-claims: also evict members without which none, or no majority, of their owner serves while the node is away, that stay down until an earlier one of their StatefulSet is Ready, or whose replacement Pod does not fit the node.")
	f.BoolVar(&req.Clean, "clean", false, "Let the provisioner erase the old volumes. Their data is LOST.")
	f.BoolVar(&req.Eviction.IgnoreDaemonSets, "ignore-daemonsets", false, "Leave the Pods of DaemonSets running.")
	f.BoolVar(&req.Eviction.DeleteEmptyDirData, "delete-emptydir-data", false, "Evict Pods with emptyDir volumes, whose data is lost.")
	f.BoolVar(&req.Eviction.Force, "force", false, "Also evict Pods without a controller; nothing recreates them.")
	f.StringVar(&req.Eviction.PodSelector, "pod-selector", "", "Evict only Pods with these `labels`.")
	f.IntVar(&req.Eviction.GracePeriodSeconds, "grace-period", -1, "Seconds each Pod gets to stop. Negative: the Pod's own value.")
	complete.Flags(cmd, map[string]complete.Func{"pod-selector": cobra.NoFileCompletions, "grace-period": cobra.NoFileCompletions})
}

func drainQuestion(req drain.DrainRequest, p *drain.Plan) string {
	if req.KeepClaims {
		return fmt.Sprintf("Empty %s? %s will wait for it.", req.Node, phrase.Count(len(p.Members()), "member"))
	}
	return fmt.Sprintf("Empty %s, and move %s?", req.Node, phrase.Count(len(p.Members()), "member"))
}
