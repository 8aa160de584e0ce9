package change

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/liveness"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/planner"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// betweenLooks is how long recover waits between its two looks at the leases: a living kubelet renews every 10 seconds.
const betweenLooks = 21 * time.Second

const recoverHelp = `Bring what is stuck on a dead node back on other nodes, member by member, each
with a new claim on a volume that is found before anything is deleted, and
reserved before the old claim is deleted. The volumes of the dead node keep
their data. A member that cannot move is left out and named, and the exit code
is 1, with --dry-run as well; the others move.

Use it when a node with local volumes has died and will not be back in time. Not
for a node that answers (see drain), nor for one that is about to return: then
its Pods come back by themselves, with their data.

Refused unless the node is proved dead: its Node object is gone, or it has been
unreachable for --unreachable-for, its lease was not renewed between two checks,
and somebody confirms that it is powered off: --fenced, or the taint
node.kubernetes.io/out-of-service. The evidence is checked again before each
deletion; if the node answers, recover stops.

Without a NODE it lists the nodes that look dead and what is stuck there, and
changes nothing.`

// NewRecover returns the command recover.
func NewRecover(a *cli.App) *cobra.Command {
	flags := &movingFlags{sharedFlags: sharedFlags{source: cli.Source{App: a}, lists: true}}
	req := drain.RecoverRequest{}
	cmd := &cobra.Command{
		Use:     "recover [NODE...]",
		GroupID: cli.GroupRescue,
		Short:   "Bring a dead node's workloads back on other nodes",
		Long:    recoverHelp,
		Example: `# What looks dead, and what is stuck on it
kubectl localpv recover

# What would be done
kubectl localpv recover node-1 --fenced --dry-run

# Do it: node-1 is powered off
kubectl localpv recover node-1 --fenced`,
		Annotations:       cli.ExitCodes("3    refused, or not confirmed: nothing was changed"),
		ValidArgsFunction: complete.Many(complete.New(a).Nodes(unreachable)),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := flags.options(cmd, args)
			if err != nil {
				return err
			}
			said, err := flags.read()
			if err != nil {
				return err
			}
			req.AcceptDataLoss, req.AcceptForeignData, req.Only, req.Except = said.lost, said.foreign, said.only, said.except
			if err := checkNumbers(req); err != nil {
				return err
			}
			if len(args) == 0 {
				return c.suspects(cmd.Context())
			}
			if req.Nodes, err = nodeNames(args); err != nil {
				return err
			}
			c.question = func(p *drain.Plan) string {
				return fmt.Sprintf("Recover %s from %s?", phrase.Count(len(p.Members()), "member"), strings.Join(req.Nodes, ", "))
			}
			return c.recover(cmd.Context(), req)
		},
	}
	addRecoverFlags(cmd, &req)
	flags.add(cmd, complete.New(a), &req.AllowPending, &req.FailJobs)
	return cmd
}

// checkNumbers refuses those that mean nothing.
func checkNumbers(req drain.RecoverRequest) error {
	switch {
	case req.UnreachableFor < 0:
		return cli.Usagef("--unreachable-for=%s is no time: use 0 or more", req.UnreachableFor)
	case req.Concurrency < 1:
		return cli.Usagef("--concurrency=%d does nothing: use 1 or more", req.Concurrency)
	}
	return nil
}

func addRecoverFlags(cmd *cobra.Command, req *drain.RecoverRequest) {
	f := cmd.Flags()
	f.DurationVar(&req.UnreachableFor, "unreachable-for", 5*time.Minute, "How long a node must have been unreachable.")
	f.BoolVar(&req.Fenced, "fenced", false, "Confirm that the nodes are powered off, so nothing on them runs or writes.")
	f.BoolVar(&req.DuringOutage, "during-outage", false, "Proceed even though more than half of the nodes are down.")
	f.BoolVar(&req.ForgetVolumes, "forget-volumes", false, "At the end, delete the volume objects of the nodes.")
	f.BoolVar(&req.Recreated, "recreated", false, "Confirm that another machine took the name of the node, and that the old disks are gone.")
	f.IntVar(&req.Concurrency, "concurrency", 4, "How many workloads to recover in parallel. Members of one workload always move one at a time.")
	complete.Flags(cmd, map[string]complete.Func{"unreachable-for": cobra.NoFileCompletions, "concurrency": cobra.NoFileCompletions})
}

// recover takes two looks at the leases of the nodes, and then plans, shows, asks and runs.
func (c *change) recover(ctx context.Context, req drain.RecoverRequest) error {
	reads := recoverReads(c, req)
	if !c.source.Offline() {
		first, err := c.source.Load(ctx, collect.Options{Kinds: []inspect.Kind{inspect.Nodes, inspect.Leases}})
		if err != nil {
			return err
		}
		req.Earlier = &liveness.LeaseSample{At: first.TakenAt, Leases: first.Leases}
		if needsTwoLooks(first, req) {
			c.app.Note("checking twice, %s apart, that %s", betweenLooks, noRenewal(req.Nodes))
			if err := c.pause(ctx, betweenLooks); err != nil {
				c.app.Note("interrupted: nothing was changed")
				return c.ended(drain.Interrupted("recover"), false)
			}
		}
	}
	c.source.NoteNewer(ctx)
	return c.run(ctx, reads, func(ix *inspect.Index) (*drain.Plan, error) { return planner.PlanRecover(ctx, ix, newJudge, req) })
}

// noRenewal is what the two checks are about.
func noRenewal(nodes []string) string {
	if len(nodes) == 1 {
		return nodes[0] + "'s kubelet no longer renews its lease"
	}
	return "the kubelets of " + strings.Join(nodes, ", ") + " no longer renew their leases"
}

// needsTwoLooks reports whether a second look at the leases can change anything.
func needsTwoLooks(s *inspect.Snapshot, req drain.RecoverRequest) bool {
	if _, gap := s.Gap(inspect.Leases); gap || req.Recreated {
		return false
	}
	for _, n := range s.Nodes {
		named := slices.Contains(req.Nodes, n.Name) || slices.Contains(req.Nodes, n.Labels[corev1.LabelHostname])
		if condition, _ := inspect.ConditionOf(n); named && condition == inspect.NodeUnknown {
			return true
		}
	}
	return false
}

// pause waits, unless the user wants to stop.
func (c *change) pause(ctx context.Context, d time.Duration) error {
	select {
	case <-c.app.Clock.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
