package live

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
)

// State waits for bindings that are under way, and returns all objects of the scene but its Events, as text that is the
// same for every scene in which the same happened: names are relative to the scene, times and versions are left out. An object is told from an earlier one of
// its name by a count, of those that the calls of State have seen: a claim that was there at the first call has the uid
// "claim data #1", one recreated since "claim data #2".
//
// Call it before and after a command, and nowhere in between if scenes are to be compared.
func (s *Scene) State() string {
	s.t.Helper()
	objects := s.settled()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range objects {
		s.labels.learn(o)
	}
	var b strings.Builder
	for _, o := range objects {
		tree, err := normal(o)
		s.must(err)
		data, err := yaml.Marshal(tree)
		s.must(err)
		fmt.Fprintf(&b, "--- %s\n%s", s.labels.of(o.GetUID()), data)
	}
	return s.withoutMadeUp(s.Relative(s.labels.replace(b.String())))
}

// withoutMadeUp leaves out of a text what controllers make up for the names of ReplicaSets, Pods and their volumes.
func (s *Scene) withoutMadeUp(text string) string {
	if len(s.MadeUp) == 0 {
		return text
	}
	text = regexp.MustCompile(`\b(`+strings.Join(s.MadeUp, "|")+`)-[a-z0-9]{6,10}\b`).ReplaceAllString(text, "$1-hash")
	return regexp.MustCompile(`(-hash|kube-api-access)-[a-z0-9]{5}\b`).ReplaceAllString(text, "$1-*")
}

// objects lists what there is, sorted by kind and name.
func (s *Scene) objects(ctx context.Context) ([]object, error) {
	c, all := s.client(), metav1.ListOptions{}
	mine := metav1.ListOptions{LabelSelector: sceneLabel + "=" + s.Name}
	lists := []func() (runtime.Object, error){
		func() (runtime.Object, error) { return c.CoreV1().PersistentVolumes().List(ctx, mine) },
		func() (runtime.Object, error) { return c.CoreV1().PersistentVolumeClaims(s.Name).List(ctx, all) },
		func() (runtime.Object, error) { return c.CoreV1().Pods(s.Name).List(ctx, all) },
		func() (runtime.Object, error) { return c.AppsV1().StatefulSets(s.Name).List(ctx, all) },
		func() (runtime.Object, error) { return c.AppsV1().Deployments(s.Name).List(ctx, all) },
		func() (runtime.Object, error) { return c.AppsV1().ReplicaSets(s.Name).List(ctx, all) },
		func() (runtime.Object, error) { return c.AppsV1().DaemonSets(s.Name).List(ctx, all) },
		func() (runtime.Object, error) { return c.BatchV1().Jobs(s.Name).List(ctx, all) },
		func() (runtime.Object, error) { return c.StorageV1().StorageClasses().List(ctx, mine) },
	}
	var out []object
	for _, list := range lists {
		found, err := list()
		if err != nil {
			return nil, err
		}
		items, err := items(found)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(items, func(a, b object) int { return strings.Compare(shownName(a), shownName(b)) })
		out = append(out, items...)
	}
	return out, nil
}

// normal is an object without what differs from run to run.
func normal(o object) (map[string]any, error) {
	if pod, ok := o.(*corev1.Pod); ok {
		return normalPod(pod), nil
	}
	tree, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	if err != nil {
		return nil, err
	}
	if status, ok := tree["status"].(map[string]any); ok {
		delete(status, "conditions")
		delete(status, "observedGeneration")
	}
	if volume, ok := o.(*corev1.PersistentVolume); ok {
		if err := unfoldSaved(tree, volume); err != nil {
			return nil, err
		}
	}
	return prune(tree), nil
}

// normalPod is what matters of a Pod.
func normalPod(p *corev1.Pod) map[string]any {
	out := map[string]any{"uid": string(p.UID), "node": p.Spec.NodeName, "phase": string(p.Status.Phase), "terminating": p.DeletionTimestamp != nil}
	for _, ref := range p.OwnerReferences {
		out["owner"] = ref.Kind + " " + string(ref.UID)
	}
	claims := []string{}
	for _, v := range p.Spec.Volumes {
		switch {
		case v.PersistentVolumeClaim != nil:
			claims = append(claims, v.PersistentVolumeClaim.ClaimName)
		case v.Ephemeral != nil:
			claims = append(claims, "ephemeral "+v.Name)
		}
	}
	slices.Sort(claims) // a StatefulSet adds those of its templates in any order
	out["claims"] = claims
	return out
}

// unfoldSaved shows the saved claim as an object, however it is packed.
func unfoldSaved(tree map[string]any, v *corev1.PersistentVolume) error {
	saved, err := retain.RecordedClaim(v)
	if err != nil || saved == nil {
		return err
	}
	claim, err := runtime.DefaultUnstructuredConverter.ToUnstructured(saved)
	if err != nil {
		return err
	}
	metadata, _ := tree["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	annotations[retain.AnnReleasedClaim] = prune(claim)
	return nil
}

// prune takes versions, times and managers off an object, at any depth.
func prune(tree map[string]any) map[string]any {
	volatile := []string{"resourceVersion", "creationTimestamp", "managedFields", "generation", "lastPhaseTransitionTime", "deletionGracePeriodSeconds",
		"currentRevision", "updateRevision", "collisionCount"}
	for key, value := range tree {
		switch child := value.(type) {
		case map[string]any:
			prune(child)
		case []any:
			for _, item := range child {
				if m, ok := item.(map[string]any); ok {
					prune(m)
				}
			}
		}
		if slices.Contains(volatile, key) || value == nil {
			delete(tree, key)
		}
		if key == "deletionTimestamp" && value != nil {
			tree[key] = "set"
		}
	}
	return tree
}

// uidLabels give UIDs names that mean the same in every scene.
type uidLabels struct {
	count map[string]int
	names map[types.UID]string
}

func newUIDLabels() uidLabels {
	return uidLabels{count: map[string]int{}, names: map[types.UID]string{}}
}

func (l uidLabels) learn(o object) {
	if _, known := l.names[o.GetUID()]; known {
		return
	}
	kind := strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", o), "*v1."))
	kind = strings.TrimPrefix(kind, "persistent")
	name := strings.TrimPrefix(kind, "volume")
	if name == "" {
		name = kind
	}
	name += " " + shownName(o)
	l.count[name]++
	l.names[o.GetUID()] = fmt.Sprintf("%s #%d", name, l.count[name])
}

func (l uidLabels) of(uid types.UID) string { return l.names[uid] }

// replace puts the names in the place of the UIDs.
func (l uidLabels) replace(text string) string {
	var pairs []string
	for uid, name := range l.names {
		pairs = append(pairs, string(uid), name)
	}
	return uid().ReplaceAllString(strings.NewReplacer(pairs...).Replace(text), "never seen")
}

// uid matches any UID.
func uid() *regexp.Regexp { return regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`) }

// shownName is the name of an object without what a controller makes up.
func shownName(o metav1.Object) string {
	if o.GetGenerateName() != "" {
		return o.GetGenerateName() + "*"
	}
	return o.GetName()
}
