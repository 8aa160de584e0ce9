package simulate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/noderesources"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/volumebinding"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// cycle is one attempt to place one Pod. It runs every plugin where the scheduler stops at the first refusal,
// and keeps apart what the scheduler would have concluded
// (k8s.io/kubernetes/pkg/scheduler/framework/runtime/framework.go, schedule_one.go).
type cycle struct {
	profile *profile
	pod     *corev1.Pod
	state   *framework.CycleState

	refusals []inspect.Refusal // of PreFilter
	// off are the plugins whose Filter is not run: there is nothing for them to do, or their PreFilter refused.
	off sets.Set[string]
	// picks are the Nodes to which PreFilter plugins narrow the choice.
	picks []pick
	// rest is the status of the Nodes that a pick leaves out.
	rest *fwk.Status

	outcome outcome
}

// pick is a plugin's PreFilterResult.
type pick struct {
	plugin string
	nodes  sets.Set[string]
}

func newCycle(p *profile, pod *corev1.Pod) *cycle {
	return &cycle{profile: p, pod: pod, state: framework.NewCycleState(), off: sets.New[string](), outcome: newOutcome()}
}

func (c *cycle) preFilter(ctx context.Context, all []fwk.NodeInfo) {
	c.outcome.nodes = len(all)
	var result *fwk.PreFilterResult
	for _, p := range c.profile.preFilters {
		narrowed, status := guardPreFilter(ctx, p, c.state, c.pod, all)
		switch {
		case status.IsSkip():
			c.off.Insert(p.Name())
		case !status.IsSuccess():
			c.off.Insert(p.Name())
			c.refusals = append(c.refusals, refusal(p.Name(), status))
			c.outcome.preFilter(p.Name(), status)
		case !narrowed.AllNodes():
			c.picks = append(c.picks, pick{p.Name(), narrowed.NodeNames})
			result = result.Merge(narrowed)
			if len(result.NodeNames) == 0 {
				status := fwk.NewStatus(fwk.UnschedulableAndUnresolvable, c.nothingLeft())
				c.refusals = append(c.refusals, refusal(p.Name(), status))
				c.outcome.preFilter(p.Name(), status)
			}
		}
	}
	if len(c.picks) > 0 {
		c.rest = fwk.NewStatus(fwk.UnschedulableAndUnresolvable, fmt.Sprintf("node(s) didn't satisfy plugin(s) %v", c.pickers()))
		c.outcome.diagnosis.NodeToStatus.SetAbsentNodesStatus(c.rest)
	}
}

// nothingLeft is RunPreFilterPlugins' reason when the picks have no Node in common.
func (c *cycle) nothingLeft() string {
	pickers := c.pickers()
	if len(pickers) == 1 {
		return fmt.Sprintf("node(s) didn't satisfy plugin %v", pickers[0])
	}
	return fmt.Sprintf("node(s) didn't satisfy plugin(s) %v simultaneously", pickers)
}

func (c *cycle) pickers() []string {
	names := sets.New[string]()
	for _, p := range c.picks {
		names.Insert(p.plugin)
	}
	return sets.List(names)
}

// filter runs every Filter plugin on one Node. A Node that a PreFilter plugin's pick leaves out is refused by
// that plugin first, in the scheduler's words for such Nodes; the scheduler would not look at it any further.
func (c *cycle) filter(ctx context.Context, node fwk.NodeInfo) inspect.NodeVerdict {
	verdict := inspect.NodeVerdict{Node: node.Node().Name}
	passedOver := sets.New[string]()
	for _, p := range c.picks {
		if !p.nodes.Has(verdict.Node) {
			passedOver.Insert(p.plugin)
			verdict.Refusals = append(verdict.Refusals, refusal(p.plugin, c.rest))
		}
	}
	for _, p := range c.profile.filters {
		if c.off.Has(p.Name()) || passedOver.Has(p.Name()) {
			continue
		}
		status := guardFilter(ctx, p, c.state, c.pod, node)
		if status.IsSuccess() {
			continue
		}
		if len(verdict.Refusals) == 0 {
			c.outcome.filter(verdict.Node, p.Name(), status)
		}
		verdict.Refusals = append(verdict.Refusals, refusal(p.Name(), status))
	}
	c.outcome.fits = c.outcome.fits || verdict.Fits()
	return verdict
}

// message is what the scheduler would say, if every Node has been filtered.
func (c *cycle) message() string { return c.outcome.message(c.pod) }

func refusal(plugin string, s *fwk.Status) inspect.Refusal {
	noneLeft := plugin == volumebinding.Name && s.Code() != fwk.Error && !slices.ContainsFunc(s.Reasons(), func(reason string) bool {
		return reason != string(volumebinding.ErrReasonBindConflict) && reason != volumebinding.ErrReasonNotEnoughSpace
	})
	return inspect.Refusal{Plugin: plugin, Code: s.Code().String(), Reasons: steady(plugin, s.Reasons()), NoneLeft: noneLeft}
}

// steady are the reasons of a plugin in an order that is the same each time. Of resources, those that Kubernetes does not count
// itself come last, and in the order of a map.
func steady(plugin string, reasons []string) []string {
	if plugin != noderesources.Name {
		return reasons
	}
	own := slices.IndexFunc(reasons, func(reason string) bool {
		name := strings.TrimPrefix(reason, "Insufficient ")
		return strings.Contains(name, "/") || strings.HasPrefix(name, corev1.ResourceHugePagesPrefix)
	})
	if own < 0 {
		return reasons
	}
	return slices.Concat(reasons[:own], slices.Sorted(slices.Values(reasons[own:])))
}

func guardPreFilter(ctx context.Context, p fwk.PreFilterPlugin, state fwk.CycleState, pod *corev1.Pod, all []fwk.NodeInfo) (result *fwk.PreFilterResult, status *fwk.Status) {
	defer func() {
		if r := recover(); r != nil {
			result, status = nil, panicked(p, pod, r)
		}
	}()
	return p.PreFilter(ctx, state, pod, all)
}

func guardFilter(ctx context.Context, p fwk.FilterPlugin, state fwk.CycleState, pod *corev1.Pod, node fwk.NodeInfo) (status *fwk.Status) {
	defer func() {
		if r := recover(); r != nil {
			status = panicked(p, pod, r)
		}
	}()
	return p.Filter(ctx, state, pod, node)
}

func panicked(p fwk.Plugin, pod *corev1.Pod, r any) *fwk.Status {
	return fwk.AsStatus(fmt.Errorf("the scheduler's plugin %s panics on Pod %s/%s: %v", p.Name(), pod.Namespace, pod.Name, r))
}
