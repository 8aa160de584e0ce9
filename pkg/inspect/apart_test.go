package inspect_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// TestOnDifferentHosts: without Nodes, only values of one label tell machines apart.
func TestOnDifferentHosts(t *testing.T) {
	fields := func(node string) func(*corev1.PersistentVolume) {
		return Within(corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{In(metav1.ObjectNameField, node)}})
	}
	for name, tc := range map[string]struct {
		a, b  func(*corev1.PersistentVolume)
		apart bool
	}{
		"other hostnames":             {On("a"), On("b"), true},
		"the same hostname":           {On("a"), On("a"), false},
		"one of several":              {On("a"), Within(Term(In(corev1.LabelHostname, "b")), Term(In(corev1.LabelHostname, "a"))), false},
		"by another label":            {On("a"), Within(Term(In("topology.topolvm.io/node", "b"))), false},
		"by the name of the Node":     {On("a"), fields("b"), false},
		"by other names":              {fields("a"), fields("b"), true},
		"nothing says where":          {On("a"), Anywhere, false},
		"not each term says the host": {On("a"), Within(Term(In(corev1.LabelHostname, "b")), Term(In("zone", "z"))), false},
	} {
		if got := inspect.OnDifferentHosts(Volume("a", tc.a), Volume("b", tc.b)); got != tc.apart {
			t.Errorf("%s: %v", name, got)
		}
		if got := inspect.OnDifferentHosts(Volume("b", tc.b), Volume("a", tc.a)); got != tc.apart {
			t.Errorf("%s, the other way round: %v", name, got)
		}
	}
}
