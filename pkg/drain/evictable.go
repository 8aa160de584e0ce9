package drain

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
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

// evictable are the Pods of a node that kubectl drain would evict, its warnings, and what it refuses over. kubectl's own
// filters decide, about the very Snapshot that the Plan is made of.
func evictable(ctx context.Context, ix *inspect.Index, node string, e Eviction) (pods []*corev1.Pod, warnings string, refusals []error, err error) {
	client, err := kubernetes.NewForConfig(&rest.Config{Host: "http://snapshot", QPS: -1, Transport: snapshotServer{ix}})
	if err != nil {
		return nil, "", nil, err
	}
	helper := &kubectldrain.Helper{
		Ctx: ctx, Client: client, IgnoreAllDaemonSets: e.IgnoreDaemonSets, DeleteEmptyDirData: e.DeleteEmptyDirData,
		Force: e.Force, PodSelector: e.PodSelector, GracePeriodSeconds: e.GracePeriodSeconds,
	}
	list, refusals := helper.GetPodsForDeletion(node)
	if list == nil {
		return nil, "", refusals, nil
	}
	for _, p := range list.Pods() {
		pods = append(pods, ix.Pod(p.Namespace, p.Name))
	}
	return pods, list.Warnings(), refusals, nil
}

// snapshotServer answers the requests of kubectl's filters from a Snapshot: the Pods of a node, and single DaemonSets.
type snapshotServer struct{ ix *inspect.Index }

// RoundTrip implements http.RoundTripper.
func (s snapshotServer) RoundTrip(r *http.Request) (*http.Response, error) {
	var answer any
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.URL.Path == "/api/v1/pods":
		list, err := s.pods(r.URL.Query().Get("fieldSelector"), r.URL.Query().Get("labelSelector"))
		if err != nil {
			return nil, err
		}
		answer = list
	case len(parts) == 7 && parts[5] == "daemonsets":
		answer = s.daemonSet(parts[4], parts[6])
	default:
		return nil, fmt.Errorf("nothing is known of %s", r.URL.Path)
	}
	code := http.StatusOK
	if answer == nil {
		code, answer = http.StatusNotFound, metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusFailure,
			Reason: metav1.StatusReasonNotFound, Code: http.StatusNotFound}
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: code, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
}

func (s snapshotServer) pods(field, label string) (*corev1.PodList, error) {
	selector, err := labels.Parse(label)
	if err != nil {
		return nil, err
	}
	list := &corev1.PodList{TypeMeta: metav1.TypeMeta{Kind: "PodList", APIVersion: "v1"}}
	for _, p := range s.ix.PodsOn(strings.TrimPrefix(field, "spec.nodeName=")) {
		if selector.Matches(labels.Set(p.Labels)) {
			list.Items = append(list.Items, *p)
		}
	}
	return list, nil
}

// daemonSet returns what the server would, nil if there is none of that name.
func (s snapshotServer) daemonSet(namespace, name string) any {
	for _, d := range s.ix.DaemonSets {
		if d.Namespace == namespace && d.Name == name {
			d = d.DeepCopy()
			d.TypeMeta = metav1.TypeMeta{Kind: "DaemonSet", APIVersion: "apps/v1"}
			return d
		}
	}
	return nil
}

// overrideOf is the flag that a refusal of kubectl's filters names, empty if none.
func overrideOf(refusal error) string {
	text := refusal.Error()
	i := slices.IndexFunc([]string{"--force", "--delete-emptydir-data", "--ignore-daemonsets"}, func(flag string) bool { return strings.Contains(text, flag) })
	if i < 0 {
		return ""
	}
	return []string{"--force", "--delete-emptydir-data", "--ignore-daemonsets"}[i]
}
