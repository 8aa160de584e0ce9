package fix

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// Bounds on the search for fixes: how many candidates are tried by themselves and in pairs, how many Nodes one
// candidate is tried on when it is about any Node, how many alike are offered, how many ways of giving own volumes back there are, how many Pods are named that hold what is lacking, and how
// many fixes are reported.
const (
	maxSingles   = 60
	maxPairs     = 40
	maxAnyNodes  = 32
	maxAlike     = 3
	maxChoices   = 12
	maxPodsTold  = 5
	maxFixesTold = 12
)

// candidate is a change that may help. It becomes a Fix when the judge says that the Pod then fits.
type candidate struct {
	fix    Fix
	change inspect.Change
	// pod is the Pod as it would be; nil: as it is.
	pod *corev1.Pod
	// nodes is where it may help; nil: on every Node.
	nodes []string
	// node is the one Node, and claim the one claim, that it is about; empty: none in particular.
	node  string
	claim string
	// gives are the claims of the Pod that it gives their own data back.
	gives []string
	// opens are the volumes with the data of others that it lets any claim have: recover takes them for a member only if it is told to.
	opens []string
	// fixFor is the fix for the Nodes that the Pod then fits, where it differs from Node to Node.
	fixFor func(nodes []string) Fix
}

// setting is the Change that puts objects in place.
func setting(objects ...runtime.Object) inspect.Change { return inspect.Change{Set: objects} }

// on is the fix for the Nodes that the Pod then fits.
func (c candidate) on(nodes []string) Fix {
	if c.fixFor != nil {
		return c.fixFor(nodes)
	}
	return c.fix
}

// slug makes a name fit for an ID.
func slug(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == '.' || r == '_' || r == ':' || r == '=' {
			return '-'
		}
		return r
	}, s)
}
