package live

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestTaken finds the Pods that a write takes away, and no others.
func TestTaken(t *testing.T) {
	pods := []corev1.Pod{*inspecttest.Pod("p", inspecttest.Uses("data")), *inspecttest.Pod("q")}
	this, other := &metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions(string(pods[0].UID))}, &metav1.DeleteOptions{Preconditions: metav1.NewUIDPreconditions("other")}
	for name, tc := range map[string]struct {
		write Request
		want  string
	}{
		"deletes it":                  {Request{Verb: "delete", Resource: "pods", Name: "p", Delete: this}, "p"},
		"deletes an earlier one":      {Request{Verb: "delete", Resource: "pods", Name: "p", Delete: other}, ""},
		"evicts it":                   {Request{Verb: "create", Resource: "pods/eviction", Name: "p", Object: &policyv1.Eviction{DeleteOptions: this}}, "p"},
		"evicts an earlier one":       {Request{Verb: "create", Resource: "pods/eviction", Name: "p", Object: &policyv1.Eviction{DeleteOptions: other}}, ""},
		"deletes its claim":           {Request{Verb: "delete", Resource: "persistentvolumeclaims", Name: "data", Delete: other}, "p"},
		"deletes a claim of nobody's": {Request{Verb: "delete", Resource: "persistentvolumeclaims", Name: "logs", Delete: other}, ""},
		"patches a volume":            {Request{Verb: "patch", Resource: "persistentvolumes", Name: "p"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			for _, p := range taken(&tc.write, pods) {
				got += p.Name
			}
			if got != tc.want {
				t.Errorf("it takes %q, want %q", got, tc.want)
			}
		})
	}
}

// TestTooFew wants a majority to serve besides the Pod that goes, wherever there is more than one.
func TestTooFew(t *testing.T) {
	for _, tc := range []struct {
		serving, wanted int
		wrong           bool
	}{{0, 1, false}, {0, 2, true}, {1, 2, true}, {1, 3, true}, {2, 3, false}, {2, 4, true}, {3, 4, false}, {2, 5, true}, {3, 5, false}} {
		if err := tooFew("p", "db", tc.serving, tc.wanted); (err != nil) != tc.wrong {
			t.Errorf("%d of %d: %v", tc.serving, tc.wanted, err)
		}
	}
}
