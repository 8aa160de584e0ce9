package whypending

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// subjects are the Pods to explain, and the claims that no Pod uses.
type subjects struct {
	pods   []*corev1.Pod
	claims []*corev1.PersistentVolumeClaim
	// notes say what was asked about and needs no explanation.
	notes []string
}

func (s *subjects) none() bool { return len(s.pods)+len(s.claims) == 0 }

func (s *subjects) addPods(pods ...*corev1.Pod) {
	for _, p := range pods {
		if !slices.Contains(s.pods, p) {
			s.pods = append(s.pods, p)
		}
	}
}

// subjects finds what was asked about. A Pod that was named is explained whatever it does; of an owner's Pods and a
// claim's, those that are Pending.
func (o *options) subjects(ix *inspect.Index) (subjects, error) {
	var s subjects
	if len(o.targets) == 0 {
		o.allPending(ix, &s)
		return s, nil
	}
	for _, t := range o.targets {
		namespace, err := o.namespaceOf(ix, t)
		if err != nil {
			return s, err
		}
		if namespace != o.namespace {
			s.notes = append(s.notes, fmt.Sprintf("note: %s is in namespace %s of %s.", t, namespace, o.source.Where()))
		}
		if err := o.addTarget(ix, t, namespace, &s); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (o *options) allPending(ix *inspect.Index, s *subjects) {
	elsewhere := 0
	for _, p := range ix.Pods {
		switch {
		case !waits(ix, p):
		case o.everywhere || p.Namespace == o.namespace:
			s.addPods(p)
		default:
			elsewhere++
		}
	}
	slices.SortFunc(s.pods, func(a, b *corev1.Pod) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	if !s.none() {
		return
	}
	note := fmt.Sprintf("No Pod is Pending in %s.", o.source.Where())
	if !o.everywhere {
		note = fmt.Sprintf("No Pod is Pending in namespace %s.", o.namespace)
	}
	if elsewhere > 0 {
		note += fmt.Sprintf(" In other namespaces, %s: add -A.", areThere(elsewhere))
	}
	s.notes = append(s.notes, note)
}

func areThere(n int) string {
	if n == 1 {
		return "1 is"
	}
	return fmt.Sprintf("%d are", n)
}

func (o *options) addTarget(ix *inspect.Index, t target, namespace string, s *subjects) error {
	switch {
	case t.isPod():
		p := ix.Pod(namespace, t.name)
		if p == nil {
			return notFound(ix, t, namespace)
		}
		s.addPods(p)
		return nil
	case t.isClaim():
		return addClaim(ix, t, namespace, s)
	}
	pods := podsOf(ix, namespace, t)
	if len(pods) > 0 {
		s.addWaiting(ix, pods, t.String())
		return nil
	}
	if err := o.blindTo(ix, t); err != nil {
		return err
	}
	if !slices.Contains(namesKnown(ix, namespace, t.kind), t.name) {
		return notFound(ix, t, namespace)
	}
	s.notes = append(s.notes, fmt.Sprintf("%s has no Pods in namespace %s.", t, namespace))
	return nil
}

// addClaim adds the Pods of a claim that are Pending; if no Pod uses it but such as have ended, the claim alone.
func addClaim(ix *inspect.Index, t target, namespace string, s *subjects) error {
	var users []*corev1.Pod
	for _, p := range ix.Consumers(namespace, t.name) {
		if p.Status.Phase != corev1.PodSucceeded && p.Status.Phase != corev1.PodFailed {
			users = append(users, p)
		}
	}
	c := ix.Claim(namespace, t.name)
	switch {
	case len(users) > 0:
		s.addWaiting(ix, users, t.String())
	case c == nil:
		return notFound(ix, t, namespace)
	default:
		s.claims = append(s.claims, c)
	}
	return nil
}

// addWaiting adds those Pods of one owner or claim that are Pending, and a note if there are none.
func (s *subjects) addWaiting(ix *inspect.Index, pods []*corev1.Pod, of string) {
	pending := slices.DeleteFunc(slices.Clone(pods), func(p *corev1.Pod) bool { return !waits(ix, p) })
	if len(pending) > 0 {
		s.addPods(pending...)
		return
	}
	s.notes = append(s.notes, fmt.Sprintf("None of the Pods of %s is Pending (%s: %s).", of, output.Count(len(pods), "Pod"), stateOf(pods)))
}

// stateOf says what the first few Pods do instead.
func stateOf(pods []*corev1.Pod) string {
	const some = 3
	var parts []string
	for _, p := range pods[:min(len(pods), some)] {
		parts = append(parts, strings.TrimSuffix(fmt.Sprintf("%s is %s on %s", p.Name, p.Status.Phase, p.Spec.NodeName), " on "))
	}
	if len(pods) > some {
		parts = append(parts, "...")
	}
	return strings.Join(parts, ", ")
}

// namespaceOf is where a target is looked for. Files come without a context that names one: a name that is not in
// the default namespace and in exactly one other is taken from there.
func (o *options) namespaceOf(ix *inspect.Index, t target) (string, error) {
	if o.named || !o.source.Offline() {
		return o.namespace, nil
	}
	found := namespacesWith(ix, t)
	switch {
	case len(found) == 0 || slices.Contains(found, o.namespace):
		return o.namespace, nil
	case len(found) == 1:
		return found[0], nil
	}
	return "", cli.Usagef("%s is in the namespaces %s: say which with -n", t, strings.Join(found, ", "))
}
