package whypending

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/complete"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// flags are the flags of why-pending as typed.
type flags struct {
	source        cli.Source
	allNamespaces bool
	nodes         []string
	volumes       []string
	printFix      string
	printVolume   string
	output        string
}

func (f *flags) add(flags *pflag.FlagSet) {
	f.source.AddFlags(flags)
	flags.BoolVarP(&f.allNamespaces, "all-namespaces", "A", false, "Explain the Pending Pods of all namespaces.")
	flags.StringSliceVar(&f.nodes, "node", nil, "Also show every volume on this `node`, one by one. May be repeated.")
	flags.StringSliceVar(&f.volumes, "volume", nil, "Also show this persistent `volume`, check by check. May be repeated.")
	flags.StringVar(&f.printFix, "print-fix", "", "Print only the manifest of the fix with this `id`, as YAML.")
	flags.StringVar(&f.printVolume, "print-volume", "", "Print only the manifest of a new volume on this `node`, for the Pod's first claim without one, as YAML.")
	flags.StringVarP(&f.output, "output", "o", "", "Output `format`: json, yaml, name, jsonpath=..., go-template=... or custom-columns=...")
}

// complete says what the shell offers for the flags.
func (f *flags) complete(cmd *cobra.Command) {
	names := complete.New(f.source.App)
	complete.Flags(cmd, map[string]complete.Func{
		"node":         complete.List(names.Nodes(complete.AnyStatus)),
		"volume":       complete.List(names.Volumes()),
		"print-fix":    cobra.NoFileCompletions,
		"print-volume": names.Nodes(complete.AnyStatus),
		"output":       complete.FormatsAndTemplates("json", "yaml", "name"),
	})
}

// options turns the flags into what is to be done, or says what is wrong with them.
func (f *flags) options(cmd *cobra.Command, args []string) (*options, error) {
	if err := f.source.Validate(cmd); err != nil {
		return nil, err
	}
	targets, err := parseTargets(args)
	if err != nil {
		return nil, err
	}
	o := &options{
		app: f.source.App, source: f.source, targets: targets, everywhere: f.allNamespaces,
		nodes: trimTypes(f.nodes, "nodes", "node"), volumes: trimTypes(f.volumes, "persistentvolumes", "persistentvolume", "pv"),
		printFix: f.printFix, printVolume: f.printVolume,
	}
	if err := f.contradictions(cmd, o); err != nil {
		return nil, err
	}
	if f.output != "" {
		if o.machine, err = output.NewMachine(f.output, false); err != nil {
			return nil, cli.Usagef("%v; why-pending knows json, yaml, name, jsonpath=, go-template= and custom-columns=", err)
		}
	}
	if err := o.chooseNamespace(cmd); err != nil {
		return nil, err
	}
	return o, nil
}

// trimTypes takes off what kubectl get -o name puts before a name.
func trimTypes(names []string, types ...string) []string {
	var out []string
	for _, name := range names {
		for _, t := range types {
			name = strings.TrimPrefix(name, t+"/")
		}
		out = append(out, name)
	}
	return out
}

// contradictions refuses flags of which one would have to be ignored.
func (f *flags) contradictions(cmd *cobra.Command, o *options) error {
	changed := func(name string) bool { return cmd.Flags().Changed(name) }
	switch {
	case f.allNamespaces && cli.NamespaceFlag(cmd) != "":
		return cli.Usagef("--namespace and --all-namespaces contradict each other: give one of them")
	case f.allNamespaces && len(o.targets) > 0:
		return cli.Usagef("--all-namespaces asks for every Pending Pod, and %s is one name: give its namespace with -n", o.targets[0])
	case changed("print-fix") && changed("print-volume"):
		return cli.Usagef("--print-fix and --print-volume each print one manifest: give one of them")
	case (changed("print-fix") || changed("print-volume")) && f.output != "":
		return cli.Usagef("--print-fix and --print-volume print a manifest as YAML: leave out -o")
	case (len(f.nodes) > 0 || len(f.volumes) > 0) && f.output != "":
		return cli.Usagef("--node and --volume open up the text; -o %s has every node and volume anyway: leave them out", f.output)
	case changed("print-fix") && f.printFix == "" || changed("print-volume") && f.printVolume == "":
		return cli.Usagef("--print-fix needs the id of a fix, and --print-volume the name of a node")
	}
	return nil
}

// chooseNamespace is kubectl's choice: -n, else what the kubeconfig says. With files it is "default", and a hint only.
func (o *options) chooseNamespace(cmd *cobra.Command) error {
	switch o.namespace = cli.NamespaceFlag(cmd); {
	case o.everywhere:
		o.namespace = metav1.NamespaceAll
	case o.namespace != "":
		o.named = true
	case o.source.Offline():
		o.namespace = metav1.NamespaceDefault
	default:
		if _, err := o.app.RestConfig(); err != nil {
			return err
		}
		namespace, err := o.app.Namespace()
		if err != nil {
			return err
		}
		o.namespace = namespace
	}
	return nil
}
