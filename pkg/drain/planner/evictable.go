package planner

import (
	"context"
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	kubectldrain "k8s.io/kubectl/pkg/drain"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/workload"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// evictionVerdict is what kubectl drain would do about one Pod of the node: evict it, leave it, or, with a refusal, nothing at all
// about any Pod.
type evictionVerdict struct {
	pod   *corev1.Pod
	evict bool
	// refusal is kubectl's reason, without the Pod's name; nothing, if it does not refuse.
	refusal fact.Fact
	// unselected says that the Pod's labels are not those that were asked for.
	unselected bool
	// apart says why the Pod stays although kubectl's filters are not what spares it; nothing, if they decide.
	apart fact.Fact
}

// evictionVerdicts asks kubectl's own filters about each Pod of a node, from the very Snapshot that the Plan is made of. They are
// sorted by namespace and name.
func evictionVerdicts(ctx context.Context, ix *inspect.Index, node string, e drain.Eviction) ([]evictionVerdict, error) {
	selector, err := labels.Parse(e.PodSelector)
	if err != nil {
		return nil, drain.Misuse(fact.New("PodSelectorInvalid", "selector", e.PodSelector, "text", err.Error()))
	}
	server := &snapshotTransport{ix: ix}
	client, err := kubernetes.NewForConfig(&rest.Config{Host: "http://snapshot", QPS: -1, Transport: server})
	if err != nil {
		return nil, fmt.Errorf("preparing the filters of kubectl drain: %w", err)
	}
	helper := &kubectldrain.Helper{
		Ctx: ctx, Client: client, IgnoreAllDaemonSets: e.IgnoreDaemonSets, DeleteEmptyDirData: e.DeleteEmptyDirData,
		Force: e.Force, GracePeriodSeconds: e.GracePeriodSeconds,
	}
	var out []evictionVerdict
	for _, pod := range ix.PodsOn(node) {
		v := evictionVerdict{pod: pod, unselected: !selector.Matches(labels.Set(pod.Labels))}
		if !v.unselected {
			server.pod = pod
			list, refusals := helper.GetPodsForDeletion(node)
			if list == nil {
				return nil, fmt.Errorf("the filters of kubectl drain cannot judge Pod %s/%s: %w", pod.Namespace, pod.Name, refusals[0])
			}
			v.evict = len(list.Pods()) == 1
			if len(refusals) > 0 {
				v.refusal = refusalOf(ix, refusals[0], pod)
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// refusalOf is the reason in what kubectl says of one Pod.
func refusalOf(ix *inspect.Index, refusal error, pod *corev1.Pod) fact.Fact {
	_, text, _ := strings.Cut(refusal.Error(), "delete ")
	text = strings.TrimSuffix(text, fmt.Sprintf(": %s/%s", pod.Namespace, pod.Name))
	if ref := metav1.GetControllerOf(pod); ref != nil && workload.OfDaemonSet(pod) {
		if gap, ok := ix.Gap(inspect.DaemonSets); ok {
			return fact.New("RefusedUnknownDaemonSet", "daemonset", ref.Name, "gap", gap)
		}
		if text == apierrors.NewNotFound(appsv1.Resource("daemonsets"), ref.Name).Error() {
			return fact.New("RefusedOrphan", "kind", ref.Kind, "name", ref.Name)
		}
	}
	return fact.New("RefusedByKubectl", "words", text)
}

// evicted are the Pods that are evicted.
func evicted(all []evictionVerdict) []*corev1.Pod {
	var out []*corev1.Pod
	for _, v := range all {
		if v.evict {
			out = append(out, v.pod)
		}
	}
	return out
}

// overrideOf is the flag that takes a refusal of kubectl's filters away, empty if none does. Only kubectl's words say which.
func overrideOf(refusal fact.Fact) string {
	const force = "--force"
	if refusal.Code == "RefusedOrphan" {
		return force
	}
	for _, flag := range []string{force, "--delete-emptydir-data", "--ignore-daemonsets"} {
		if strings.Contains(refusal.Get("words"), flag) {
			return flag
		}
	}
	return ""
}

// group are Pods about which the same is to be said.
type group struct {
	why  fact.Fact
	pods []*corev1.Pod
}

// grouped collects Pods by what is to be said about them, those left out about which there is nothing to say.
func grouped(all []evictionVerdict, why func(evictionVerdict) fact.Fact) []group {
	var groups []group
	for _, v := range all {
		w := why(v)
		i := slices.IndexFunc(groups, func(g group) bool { return g.why.Equal(w) })
		switch {
		case w.IsZero():
		case i >= 0:
			groups[i].pods = append(groups[i].pods, v.pod)
		default:
			groups = append(groups, group{why: w, pods: []*corev1.Pod{v.pod}})
		}
	}
	slices.SortFunc(groups, func(a, b group) int { return strings.Compare(a.why.String(), b.why.String()) })
	return groups
}
