package whypending

import (
	"slices"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// target is one thing that was asked about.
type target struct {
	kind targetKind
	name string
}

// String is how the target is typed.
func (t target) String() string { return strings.ToLower(t.kind.kind) + "/" + t.name }

func (t target) isPod() bool   { return t.kind.kind == kindPod }
func (t target) isClaim() bool { return t.kind.kind == kindClaim }

const (
	kindPod   = "Pod"
	kindClaim = "PersistentVolumeClaim"
)

// targetKind is a type that can be asked about.
type targetKind struct {
	kind, group string
	// words are its names on the command line, the one that is shown first.
	words []string
	// reads are the kinds to read so that its Pods can be found.
	reads []inspect.Kind
}

// noun is what one is called in a sentence.
func (k targetKind) noun() string {
	switch k.kind {
	case kindPod:
		return kindPod
	case kindClaim:
		return "claim"
	}
	return strings.ToLower(k.kind)
}

func targetKinds() []targetKind {
	return []targetKind{
		{kind: kindPod, words: []string{"pod", "pods", "po"}},
		{kind: kindClaim, words: []string{"pvc", "persistentvolumeclaim", "persistentvolumeclaims"}, reads: []inspect.Kind{inspect.StatefulSets}},
		{kind: "StatefulSet", group: "apps", words: []string{"statefulset", "statefulsets", "sts"}, reads: []inspect.Kind{inspect.StatefulSets}},
		{kind: "Deployment", group: "apps", words: []string{"deployment", "deployments", "deploy"}, reads: []inspect.Kind{inspect.Deployments, inspect.ReplicaSets}},
		{kind: "ReplicaSet", group: "apps", words: []string{"replicaset", "replicasets", "rs"}, reads: []inspect.Kind{inspect.ReplicaSets}},
		{kind: "DaemonSet", group: "apps", words: []string{"daemonset", "daemonsets", "ds"}, reads: []inspect.Kind{inspect.DaemonSets}},
		{kind: "Job", group: "batch", words: []string{"job", "jobs"}, reads: []inspect.Kind{inspect.Jobs}},
		{kind: "CronJob", group: "batch", words: []string{"cronjob", "cronjobs", "cj"}, reads: []inspect.Kind{inspect.Jobs}},
	}
}

// parseTargets reads arguments as kubectl does: NAME (of a Pod), TYPE/NAME, or TYPE NAME..., where the type may
// carry its group, as in statefulset.apps/db.
func parseTargets(args []string) ([]target, error) {
	slashed := slices.ContainsFunc(args, func(a string) bool { return strings.Contains(a, "/") })
	pod := targetKinds()[0]
	if len(args) > 1 && !slashed {
		if kind, ok := findKind(args[0]); ok {
			return namesOf(kind, args[1:])
		}
		return namesOf(pod, args)
	}
	var targets []target
	for i, arg := range args {
		word, name, ok := strings.Cut(arg, "/")
		if !ok {
			if _, isKind := findKind(arg); isKind && i == 0 && len(args) > 1 {
				return nil, cli.Usagef("%q is a type, and other arguments carry theirs: write %s/NAME", arg, arg)
			}
			word, name = pod.words[0], arg
		}
		t, err := parseTarget(word, name, arg)
		if err != nil {
			return nil, err
		}
		targets = append(targets, t)
	}
	return unique(targets), nil
}

func namesOf(kind targetKind, names []string) ([]target, error) {
	var targets []target
	for _, name := range names {
		t, err := parseTarget(kind.words[0], name, name)
		if err != nil {
			return nil, err
		}
		targets = append(targets, t)
	}
	return unique(targets), nil
}

func parseTarget(word, name, typed string) (target, error) {
	kind, ok := findKind(word)
	switch {
	case !ok:
		return target{}, unknownKind(word, name)
	case name == "" || strings.Contains(name, "/"):
		return target{}, cli.Usagef("%q names nothing: write %s/NAME", typed, word)
	}
	return target{kind: kind, name: name}, nil
}

// findKind finds a type by a word for it, with or without its group.
func findKind(word string) (targetKind, bool) {
	word, group, hasGroup := strings.Cut(strings.ToLower(word), ".")
	for _, k := range targetKinds() {
		if slices.Contains(k.words, word) {
			// A version may stand before the group: deployments.v1.apps.
			fits := !hasGroup || group == k.group || strings.HasSuffix(group, "."+k.group) || k.group == "" && group == "v1"
			return k, fits
		}
	}
	return targetKind{}, false
}

// unknownKind says which types there are, and what may have been meant.
func unknownKind(word, name string) error {
	switch strings.ToLower(word) {
	case "pv", "persistentvolume", "persistentvolumes":
		return cli.Usagef("a volume is not pending: name the Pod or claim that does not get it, and add --volume %s", name)
	case "node", "nodes", "no":
		return cli.Usagef("a node is not pending: name the Pod that it does not take, and add --node %s", name)
	}
	var words []string
	for _, k := range targetKinds() {
		words = append(words, k.words[0])
	}
	return cli.Usagef("unknown type %q%s; the types are %s (a namespace is given with -n)", word, cli.DidYouMean(word, words), strings.Join(words, ", "))
}

func unique(targets []target) []target {
	seen := map[string]bool{}
	return slices.DeleteFunc(targets, func(t target) bool {
		twice := seen[t.String()]
		seen[t.String()] = true
		return twice
	})
}
