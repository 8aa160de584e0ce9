package planner

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// snapshotTransport answers the requests of kubectl's filters from a Snapshot: for the list of Pods with the one that is
// asked about, and for single DaemonSets.
type snapshotTransport struct {
	ix  *inspect.Index
	pod *corev1.Pod
}

// RoundTrip implements http.RoundTripper.
func (s *snapshotTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	code := http.StatusOK
	var answer any
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.URL.Path == "/api/v1/pods":
		answer = &corev1.PodList{TypeMeta: metav1.TypeMeta{Kind: "PodList", APIVersion: "v1"}, Items: []corev1.Pod{*s.pod}}
	case len(parts) == 7 && parts[5] == "daemonsets":
		code, answer = s.daemonSet(parts[4], parts[6])
	default:
		return nil, fmt.Errorf("nothing is known of %s", r.URL.Path)
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: code, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
}

// daemonSet answers as the server would. That DaemonSets could not be read is not the same as that there is none: its
// Pods would be taken for orphans.
func (s *snapshotTransport) daemonSet(namespace, name string) (code int, answer any) {
	i := slices.IndexFunc(s.ix.DaemonSets, func(d *appsv1.DaemonSet) bool { return d.Namespace == namespace && d.Name == name })
	if i >= 0 {
		d := s.ix.DaemonSets[i].DeepCopy()
		d.TypeMeta = metav1.TypeMeta{Kind: "DaemonSet", APIVersion: "apps/v1"}
		return http.StatusOK, d
	}
	resource := appsv1.Resource("daemonsets")
	status := apierrors.NewNotFound(resource, name).ErrStatus
	if gap, ok := s.ix.Gap(inspect.DaemonSets); ok {
		status = apierrors.NewForbidden(resource, name, errors.New(gap.Reason)).ErrStatus
	}
	status.TypeMeta = metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}
	return int(status.Code), status
}
