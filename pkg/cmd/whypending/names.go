package whypending

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// podsOf are the Pods of an owner, whether it controls them itself or through a ReplicaSet or Job, sorted by name.
func podsOf(ix *inspect.Index, namespace string, t target) []*corev1.Pod {
	var pods []*corev1.Pod
	for _, p := range ix.Pods {
		if p.Namespace != namespace {
			continue
		}
		if slices.Contains(ownersOf(ix, p, t.kind), t.name) {
			pods = append(pods, p)
		}
	}
	slices.SortFunc(pods, func(a, b *corev1.Pod) int { return strings.Compare(a.Name, b.Name) })
	return pods
}

// ownersOf are the names of a Pod's owners of one kind: its controller, and who controls that.
func ownersOf(ix *inspect.Index, p *corev1.Pod, kind targetKind) []string {
	var names []string
	if ref := metav1.GetControllerOf(p); ref != nil && isOfKind(ref.Kind, ref.APIVersion, kind) {
		names = append(names, ref.Name)
	}
	if o := ix.OwnerOf(p); isOfKind(o.Kind, o.APIVersion, kind) && !slices.Contains(names, o.Name) {
		names = append(names, o.Name)
	}
	return names
}

func isOfKind(kind, apiVersion string, k targetKind) bool {
	return kind == k.kind && strings.HasPrefix(apiVersion, k.group+"/")
}

// blindTo says that the Pods of an owner cannot be told because what stands between them could not be read.
func (o *options) blindTo(ix *inspect.Index, t target) error {
	between := map[string]inspect.Kind{"Deployment": inspect.ReplicaSets, "CronJob": inspect.Jobs}
	kind, ok := between[t.kind.kind]
	if !ok {
		return nil
	}
	if gap, blind := ix.Gap(kind); blind {
		return fmt.Errorf("which Pods belong to %s cannot be told: the %s are %s; name the Pods", t, kind, o.app.Phrase.Text(gap.Fact()))
	}
	return nil
}

// namesKnown are the names of all objects of a kind in a namespace that were read or that own a Pod there, sorted.
func namesKnown(ix *inspect.Index, namespace string, kind targetKind) []string {
	var names []string
	each(ix, kind, func(ns, name string) {
		if ns == namespace {
			names = append(names, name)
		}
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// namespacesWith are the namespaces in which there is a target, sorted.
func namespacesWith(ix *inspect.Index, t target) []string {
	var found []string
	each(ix, t.kind, func(ns, name string) {
		if name == t.name {
			found = append(found, ns)
		}
	})
	slices.Sort(found)
	return slices.Compact(found)
}

// each visits every object of a kind, some of them more than once.
func each(ix *inspect.Index, kind targetKind, visit func(namespace, name string)) {
	switch kind.kind {
	case kindPod:
		eachOf(ix.Pods, visit)
		return
	case kindClaim:
		eachOf(ix.Claims, visit)
		return
	case "StatefulSet":
		eachOf(ix.StatefulSets, visit)
	case "Deployment":
		eachOf(ix.Deployments, visit)
	case "ReplicaSet":
		eachOf(ix.ReplicaSets, visit)
	case "DaemonSet":
		eachOf(ix.DaemonSets, visit)
	case "Job":
		eachOf(ix.Jobs, visit)
	case "CronJob":
		for _, j := range ix.Jobs {
			if ref := metav1.GetControllerOf(j); ref != nil && isOfKind(ref.Kind, ref.APIVersion, kind) {
				visit(j.Namespace, ref.Name)
			}
		}
	}
	for _, p := range ix.Pods {
		for _, name := range ownersOf(ix, p, kind) {
			visit(p.Namespace, name)
		}
	}
}

func eachOf[T metav1.Object](objects []T, visit func(namespace, name string)) {
	for _, o := range objects {
		visit(o.GetNamespace(), o.GetName())
	}
}

// notFound says that there is no such thing, and where one is, or what may have been meant.
func notFound(ix *inspect.Index, t target, namespace string) error {
	missing := fmt.Sprintf("there is no %s %q in namespace %s", t.kind.noun(), t.name, namespace)
	if elsewhere := namespacesWith(ix, t); len(elsewhere) > 0 {
		return cli.Usagef("%s, but in %s: add -n %s", missing, strings.Join(elsewhere[:min(len(elsewhere), cli.MaxSuggestions)], ", "), elsewhere[0])
	}
	if kind, ok := findKind(t.name); ok && t.isPod() {
		return cli.Usagef("%s; if a type is meant, add a name: %s/NAME", missing, kind.words[0])
	}
	if later := notYetCreated(ix, namespace, t.name); t.isPod() && later != "" {
		return cli.Usagef("%s%s", missing, later)
	}
	if t.isPod() {
		for _, kind := range targetKinds()[1:] {
			if slices.Contains(namesKnown(ix, namespace, kind), t.name) {
				return cli.Usagef("%s (did you mean %s/%s?)", missing, kind.words[0], t.name)
			}
		}
	}
	return cli.Usagef("%s%s", missing, cli.DidYouMean(t.name, namesKnown(ix, namespace, t.kind)))
}

// checkNamespace refuses a namespace that does not exist. Files without namespaces are taken at what is in them.
func (o *options) checkNamespace(ix *inspect.Index) error {
	if o.everywhere || o.source.Offline() && !o.named {
		return nil
	}
	var known []string
	eachOf(ix.Namespaces, func(_, name string) { known = append(known, name) })
	if _, blind := ix.Gap(inspect.Namespaces); blind {
		if !o.source.Offline() {
			return nil
		}
		for _, k := range targetKinds()[:2] {
			each(ix, k, func(namespace, _ string) { known = append(known, namespace) })
		}
	}
	if slices.Contains(known, o.namespace) {
		return nil
	}
	slices.Sort(known)
	return cli.Usagef("there is no namespace %q in %s%s", o.namespace, o.source.Where(), cli.DidYouMean(o.namespace, slices.Compact(known)))
}

// checkNames refuses nodes and volumes that do not exist.
func (o *options) checkNames(ix *inspect.Index) error {
	var nodes, volumes []string
	eachOf(ix.Nodes, func(_, name string) { nodes = append(nodes, name) })
	eachOf(ix.Volumes, func(_, name string) { volumes = append(volumes, name) })
	check := func(what string, kind inspect.Kind, names, known []string) error {
		for _, name := range names {
			if slices.Contains(known, name) {
				continue
			}
			if gap, blind := ix.Gap(kind); blind {
				return fmt.Errorf("nothing can be said of %s %q: the %s are %s", what, name, kind, o.app.Phrase.Text(gap.Fact()))
			}
			return cli.Usagef("there is no %s %q in %s%s", what, name, o.source.Where(), cli.DidYouMean(name, known))
		}
		return nil
	}
	asked := o.nodes
	if o.printVolume != "" {
		asked = append(slices.Clone(asked), o.printVolume)
	}
	if err := check("node", inspect.Nodes, asked, nodes); err != nil {
		return err
	}
	return check("volume", inspect.PersistentVolumes, o.volumes, volumes)
}
