package change

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/planner"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// NewRelease returns the command release.
func NewRelease(a *cli.App) *cobra.Command {
	flags := &sharedFlags{source: cli.Source{App: a}}
	req := drain.ReleaseRequest{}
	cmd := &cobra.Command{
		Use:     "release (pvc/NAME | pv/NAME)...",
		GroupID: cli.GroupHandBack,
		Short:   "Delete a claim but keep its volume and data",
		Long: `Delete a claim so that nothing is lost: its volume first gets the reclaim policy
Retain and the claim's manifest, and is Released in the end, its data untouched.
reattach gives it back to the claim, reclaim to any claim.

Use it when you no longer need a claim but may still need its data, or when a
member is to start without it elsewhere. Not for what a Pod still uses, nor for
a whole node: drain and recover do this in the order that keeps workloads safe.

Refused while a Pod with a node names the claim, whatever the Pod's phase: it
would keep the claim, and its data, in use. A claim that is being deleted goes
with the last such Pod: its volume gets the policy Retain and its manifest at
once, and nothing else is done.

--clean leaves the policy Delete: the external provisioner that owns the volume
then erases and recreates it, and the data is LOST. It is refused unless that
provisioner is seen to run on the volume's node.

Interrupted at any point, the same command finishes the work. "pvc NAME..." is
understood, too, as in kubectl.`,
		Example: `# What would be done
kubectl localpv release pvc/data-db-2 -n shop --dry-run

# Delete the claim of a volume, and reserve the volume for the next one
kubectl localpv release pv/local-pv-1-0 --reserve

# Two claims, without a confirmation
kubectl localpv release pvc data-db-1 data-db-2 -n shop --yes`,
		Annotations:       cli.ExitCodes("3    refused, or not confirmed: nothing was changed"),
		ValidArgsFunction: complete.Many(releasable(complete.New(a))),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := flags.options(cmd, args)
			if err != nil {
				return err
			}
			namespace, err := c.namespace()
			if err != nil {
				return err
			}
			if req.Targets, err = releaseTargets(args, namespace); err != nil {
				return err
			}
			c.question = releaseQuestion
			return c.run(cmd.Context(), handBackReads(c), func(ix *inspect.Index) (*drain.Plan, error) { return planner.PlanRelease(ix, req) })
		},
	}
	cmd.Flags().BoolVar(&req.Reserve, "reserve", false, "Reserve the volume for the next claim of the same namespace and name.")
	cmd.Flags().BoolVar(&req.Clean, "clean", false, "Let the provisioner erase the volume. Its data is LOST.")
	flags.add(cmd)
	return cmd
}

// releaseQuestion tells claims that are released from those whose data is only kept, since Pods hold them.
func releaseQuestion(p *drain.Plan) string {
	held := phrase.Count(len(p.StillHeld), "claim")
	switch n := len(p.Targets) - len(p.StillHeld); {
	case len(p.StillHeld) == 0:
		return fmt.Sprintf("Release %s?", phrase.Count(n, "claim"))
	case n == 0:
		return fmt.Sprintf("Keep the data of %s?", held)
	default:
		return fmt.Sprintf("Release %s, and keep the data of %s?", phrase.Count(n, "claim"), held)
	}
}

// releaseTargets reads pvc/NAME and pv/NAME, by all the names that kubectl has for the two, and TYPE NAME..., as kubectl does.
func releaseTargets(args []string, namespace string) ([]drain.Target, error) {
	if len(args) == 0 {
		return nil, cli.Usagef("name what to release: pvc/NAME or pv/NAME")
	}
	typed := args
	if isReleasable(args[0]) {
		if len(args) == 1 {
			return nil, cli.Usagef("%[1]q is a type: write %[1]s/NAME", args[0])
		}
		typed = nil
		for _, name := range args[1:] {
			if strings.Contains(name, "/") {
				return nil, cli.Usagef("%q is a type, and %s carries its own: write TYPE/NAME for each", args[0], name)
			}
			typed = append(typed, args[0]+"/"+name)
		}
	}
	var out []drain.Target
	for _, arg := range typed {
		t, err := releaseTarget(arg, namespace)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func releaseTarget(arg, namespace string) (drain.Target, error) {
	word, name, ok := strings.Cut(arg, "/")
	switch {
	case !ok || name == "" || strings.Contains(name, "/"):
		return drain.Target{}, cli.Usagef("%q is neither a claim nor a volume: write pvc/%s or pv/%s", arg, cmp.Or(name, arg), cmp.Or(name, arg))
	case slices.Contains(claimWords(), strings.ToLower(word)):
		return drain.Target{Namespace: namespace, Name: name}, nil
	case slices.Contains(volumeWords(), strings.ToLower(word)):
		return drain.Target{Volume: true, Name: name}, nil
	}
	return drain.Target{}, cli.Usagef("release knows pvc/NAME and pv/NAME, not %q", arg)
}

// isReleasable reports whether a word is a type that can be released.
func isReleasable(word string) bool {
	return slices.Contains(append(claimWords(), volumeWords()...), strings.ToLower(word))
}

// releasable completes pvc/NAME, pv/NAME, and NAME behind one of the types, with what is Bound.
func releasable(names *complete.Names) complete.Func {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		word, _, slashed := strings.Cut(typed, "/")
		prefix := word + "/"
		if !slashed {
			if len(args) == 0 || !isReleasable(args[0]) {
				return complete.Unfinished(complete.Beginning([]string{"pvc/", "pv/"}, typed))
			}
			word, prefix = strings.ToLower(args[0]), ""
		}
		var l complete.Listing
		switch {
		case slices.Contains(claimWords(), word):
			l = complete.Claims(names.Namespace(), "Bound")
		case slices.Contains(volumeWords(), word):
			l = complete.Volumes("Bound")
		default:
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return complete.Beginning(complete.Prefixed(prefix, names.Read(c, l)), typed), cobra.ShellCompDirectiveNoFileComp
	}
}
