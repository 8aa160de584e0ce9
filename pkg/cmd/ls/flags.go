package ls

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// flags are the flags of ls as typed.
type flags struct {
	source        cli.Source
	phases        []string
	classes       []string
	selector      string
	allNamespaces bool
	orphaned      bool
	summary       bool
	watch         bool
	sortBy        string
	noHeaders     bool
	output        string
}

func (f *flags) add(flags *pflag.FlagSet) {
	f.source.AddFlags(flags)
	flags.StringSliceVar(&f.phases, "phase", nil, "Only volumes in these `phases`: Pending, Available, Bound, Released, Failed.")
	flags.StringSliceVar(&f.classes, "class", nil, "Only volumes of these storage `classes`.")
	flags.StringVarP(&f.selector, "selector", "l", "", "Only volumes whose labels match, as in kubectl: `key=value,...`")
	flags.BoolVarP(&f.allNamespaces, "all-namespaces", "A", false, "All volumes, whatever the namespace of their claim (the default).")
	flags.BoolVar(&f.orphaned, "orphaned", false, "Only volumes whose node no longer exists.")
	flags.BoolVar(&f.summary, "summary", false, "One line per node and class, with volumes and capacity by phase.")
	flags.BoolVarP(&f.watch, "watch", "w", false, "After the list, print a line for each change.")
	flags.StringVar(&f.sortBy, "sort-by", string(inventory.SortByNode),
		"Sort by this `column`: node, name, capacity (smallest first), phase, class or age (youngest first).")
	flags.BoolVar(&f.noHeaders, "no-headers", false, "Leave the header line out.")
	flags.StringVarP(&f.output, "output", "o", "table",
		"Output `format`: table, wide, json, yaml, name, jsonpath=..., go-template=..., custom-columns=..., or one of the last three with -file.")
}

// complete says what the shell offers for the flags.
func (f *flags) complete(cmd *cobra.Command) {
	names := complete.New(f.source.App)
	complete.Flags(cmd, map[string]complete.Func{
		"phase":    complete.List(complete.Words(inventory.VolumePhases()...)),
		"class":    complete.List(names.StorageClasses()),
		"selector": cobra.NoFileCompletions,
		"sort-by":  complete.Words(inventory.SortKeys()...),
		"output":   complete.FormatsAndTemplates("table", "wide", "json", "yaml", "name"),
	})
}

// options turns the flags into what is to be done, or says what is wrong with them.
func (f *flags) options(cmd *cobra.Command, args []string) (*options, error) {
	if err := f.source.Validate(cmd); err != nil {
		return nil, err
	}
	o := &options{app: f.source.App, source: f.source, summary: f.summary, watch: f.watch, noHeaders: f.noHeaders}
	filter, err := f.filter(cmd, args)
	if err != nil {
		return nil, err
	}
	o.filter = filter
	if o.sortBy, err = parseSortKey(f.sortBy); err != nil {
		return nil, err
	}
	switch f.output {
	case "table", "":
	case "wide":
		o.wide, o.detail = true, true
	default:
		if o.machine, err = output.NewMachine(f.output, f.noHeaders); err != nil {
			return nil, cli.Usagef("%v; ls knows table, wide, json, yaml, name, jsonpath=, go-template= and custom-columns=", err)
		}
		o.detail = f.output != "name"
	}
	return o, f.contradictions(cmd)
}

// contradictions refuses flags of which one would have to be ignored.
func (f *flags) contradictions(cmd *cobra.Command) error {
	switch {
	case f.watch && f.source.Offline():
		return cli.Usagef("--watch follows a cluster, and files do not change: leave out --watch or --from")
	case f.watch && f.summary:
		return cli.Usagef("--watch prints single volumes, and --summary sums: give one of them")
	case f.summary && f.output == "name":
		return cli.Usagef("a line of --summary has no name: leave out --summary or -o name")
	case f.summary && cmd.Flags().Changed("sort-by"):
		return cli.Usagef("--summary is sorted by node and class: leave out --summary or --sort-by")
	case f.allNamespaces && cli.NamespaceFlag(cmd) != "":
		return cli.Usagef("--namespace and --all-namespaces contradict each other: give one of them")
	}
	return nil
}

func (f *flags) filter(cmd *cobra.Command, args []string) (inventory.VolumeFilter, error) {
	filter := inventory.VolumeFilter{Classes: f.classes, Orphaned: f.orphaned, Namespace: cli.NamespaceFlag(cmd)}
	for _, arg := range args {
		name := strings.TrimPrefix(strings.TrimPrefix(arg, "nodes/"), "node/") // as kubectl get nodes -o name prints it
		if name == "" {
			return filter, cli.Usagef("%q is no name of a node", arg)
		}
		filter.Nodes = append(filter.Nodes, name)
	}
	for _, typed := range f.phases {
		phase, err := parsePhase(typed)
		if err != nil {
			return filter, err
		}
		filter.Phases = append(filter.Phases, phase)
	}
	if f.selector != "" {
		selector, err := labels.Parse(f.selector)
		if err != nil {
			return filter, cli.Usagef("bad selector %q: %v", f.selector, err)
		}
		filter.Selector = selector
	}
	return filter, nil
}

func parsePhase(typed string) (corev1.PersistentVolumePhase, error) {
	var names []string
	for _, phase := range inventory.VolumePhases() {
		if strings.EqualFold(strings.TrimSpace(typed), string(phase)) {
			return phase, nil
		}
		names = append(names, string(phase))
	}
	return "", cli.Usagef("unknown phase %q%s: the phases are %s", typed, cli.DidYouMean(typed, names), strings.Join(names, ", "))
}

func parseSortKey(typed string) (inventory.SortKey, error) {
	keys := inventory.SortKeys()
	if key := inventory.SortKey(strings.ToLower(typed)); slices.Contains(keys, key) {
		return key, nil
	}
	names := make([]string, 0, len(keys))
	for _, key := range keys {
		names = append(names, string(key))
	}
	return "", cli.Usagef("volumes cannot be sorted by %q%s: use %s", typed, cli.DidYouMean(typed, names), strings.Join(names, ", "))
}
