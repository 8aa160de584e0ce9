package planner

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	kubectldrain "k8s.io/kubectl/pkg/drain"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// evictionVerdict is what kubectl drain would do about one Pod of the node: evict it, leave it, or, with a refusal, nothing at all
// about any Pod.
type evictionVerdict struct {
	pod   *corev1.Pod
	evict bool
	// refusal is kubectl's reason, without the Pod's name.
	refusal string
	// unselected: the Pod's labels are not those that were asked for.
	unselected bool
}

// evictionVerdicts asks kubectl's own filters about each Pod of a node, from the very Snapshot that the Plan is made of. They are
// sorted by namespace and name.
func evictionVerdicts(ctx context.Context, ix *inspect.Index, node string, e drain.Eviction) ([]evictionVerdict, error) {
	selector, err := labels.Parse(e.PodSelector)
	if err != nil {
		return nil, drain.Misusef("--pod-selector=%s: %v", e.PodSelector, err)
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
		f := evictionVerdict{pod: pod, unselected: !selector.Matches(labels.Set(pod.Labels))}
		if !f.unselected {
			server.pod = pod
			list, refusals := helper.GetPodsForDeletion(node)
			if list == nil {
				return nil, fmt.Errorf("the filters of kubectl drain cannot judge Pod %s/%s: %w", pod.Namespace, pod.Name, refusals[0])
			}
			f.evict = len(list.Pods()) == 1
			if len(refusals) > 0 {
				f.refusal = wordsOf(refusals[0], pod)
			}
		}
		out = append(out, f)
	}
	return out, nil
}

// wordsOf is the reason in what kubectl says of one Pod.
func wordsOf(refusal error, pod *corev1.Pod) string {
	text := strings.TrimSuffix(strings.TrimPrefix(refusal.Error(), "cannot delete "), fmt.Sprintf(": %s/%s", pod.Namespace, pod.Name))
	if ref := metav1.GetControllerOf(pod); ref != nil && strings.HasSuffix(text, "not found") {
		return fmt.Sprintf("Pods of %s %s, which does not exist any more (use --force to override)", ref.Kind, ref.Name)
	}
	return text
}

// evicted are the Pods that are evicted.
func evicted(all []evictionVerdict) []*corev1.Pod {
	var out []*corev1.Pod
	for _, f := range all {
		if f.evict {
			out = append(out, f.pod)
		}
	}
	return out
}

// overrideOf is the flag that takes a refusal of kubectl's filters away, empty if none does.
func overrideOf(refusal string) string {
	for _, flag := range []string{"--force", "--delete-emptydir-data", "--ignore-daemonsets"} {
		if strings.Contains(refusal, flag) {
			return flag
		}
	}
	return ""
}

// grouped collects Pods under texts and calls f for each text, sorted.
func grouped(all []evictionVerdict, text func(evictionVerdict) string, f func(text string, pods []*corev1.Pod)) {
	groups := map[string][]*corev1.Pod{}
	for _, fate := range all {
		if t := text(fate); t != "" {
			groups[t] = append(groups[t], fate.pod)
		}
	}
	texts := make([]string, 0, len(groups))
	for t := range groups {
		texts = append(texts, t)
	}
	slices.Sort(texts)
	for _, t := range texts {
		f(t, groups[t])
	}
}
