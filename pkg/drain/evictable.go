package drain

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

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Eviction says which Pods kubectl drain would evict, and how; its fields are that command's flags.
type Eviction struct {
	IgnoreDaemonSets   bool
	DeleteEmptyDirData bool
	Force              bool
	PodSelector        string
	// GracePeriodSeconds is given to each Pod; negative: its own.
	GracePeriodSeconds int
}

// fate is what kubectl drain would do about one Pod of the node: evict it, leave it, or, with a refusal, nothing at all
// about any Pod.
type fate struct {
	pod   *corev1.Pod
	evict bool
	// refusal is kubectl's reason, without the Pod's name.
	refusal string
	// unselected: the Pod's labels are not those that were asked for.
	unselected bool
}

// fates asks kubectl's own filters about each Pod of a node, from the very Snapshot that the Plan is made of. They are
// sorted by namespace and name.
func fates(ctx context.Context, ix *inspect.Index, node string, e Eviction) ([]fate, error) {
	selector, err := labels.Parse(e.PodSelector)
	if err != nil {
		return nil, misusef("--pod-selector=%s: %v", e.PodSelector, err)
	}
	server := &snapshotServer{ix: ix}
	client, err := kubernetes.NewForConfig(&rest.Config{Host: "http://snapshot", QPS: -1, Transport: server})
	if err != nil {
		return nil, fmt.Errorf("preparing the filters of kubectl drain: %w", err)
	}
	helper := &kubectldrain.Helper{
		Ctx: ctx, Client: client, IgnoreAllDaemonSets: e.IgnoreDaemonSets, DeleteEmptyDirData: e.DeleteEmptyDirData,
		Force: e.Force, GracePeriodSeconds: e.GracePeriodSeconds,
	}
	var out []fate
	for _, pod := range ix.PodsOn(node) {
		f := fate{pod: pod, unselected: !selector.Matches(labels.Set(pod.Labels))}
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
func evicted(all []fate) []*corev1.Pod {
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

func isMirror(p *corev1.Pod) bool {
	_, mirror := p.Annotations[corev1.MirrorPodAnnotationKey]
	return mirror
}

func ofDaemonSet(p *corev1.Pod) bool {
	ref := metav1.GetControllerOf(p)
	return ref != nil && ref.Kind == "DaemonSet"
}

func finishedPod(p *corev1.Pod) bool {
	return p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
}

// names lists Pods for a sentence, the first few.
func names(pods []*corev1.Pod) string {
	const most = 5
	var out []string
	for i, p := range pods {
		if i == most {
			out = append(out, fmt.Sprintf("and %d more", len(pods)-most))
			break
		}
		out = append(out, p.Namespace+"/"+p.Name)
	}
	return strings.Join(out, ", ")
}

// grouped collects Pods under texts and calls f for each text, sorted.
func grouped(all []fate, text func(fate) string, f func(text string, pods []*corev1.Pod)) {
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
