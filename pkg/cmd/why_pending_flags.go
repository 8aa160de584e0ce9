package cmd

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
)

// pendingFlags are the flags of why-pending as typed.
type pendingFlags struct {
	source        source
	allNamespaces bool
	nodes         []string
	volumes       []string
	printFix      string
	printVolume   string
	output        string
}

func (f *pendingFlags) add(flags *pflag.FlagSet) {
	f.source.addFlags(flags)
	flags.BoolVarP(&f.allNamespaces, "all-namespaces", "A", false, "Explain the Pending Pods of all namespaces.")
	flags.StringSliceVar(&f.nodes, "node", nil, "Also show every volume on this `node`, one by one. May be repeated.")
	flags.StringSliceVar(&f.volumes, "volume", nil, "Also show this persistent `volume`, check by check. May be repeated.")
	flags.StringVar(&f.printFix, "print-fix", "", "Print only the manifest of the fix with this `id`, as YAML.")
	flags.StringVar(&f.printVolume, "print-volume", "", "Print only the manifest of a new volume on this `node`, for the Pod's first claim without one, as YAML.")
	flags.StringVarP(&f.output, "output", "o", "", "Output `format`: json, yaml, name, jsonpath=..., go-template=... or custom-columns=...")
}

// options turns the flags into what is to be done, or says what is wrong with them.
func (f *pendingFlags) options(cmd *cobra.Command, args []string) (*pendingOptions, error) {
	if err := f.source.validate(cmd); err != nil {
		return nil, err
	}
	targets, err := parseTargets(args)
	if err != nil {
		return nil, err
	}
	o := &pendingOptions{
		app: f.source.app, source: f.source, targets: targets, everywhere: f.allNamespaces,
		nodes: trimTypes(f.nodes, "nodes", "node"), volumes: trimTypes(f.volumes, "persistentvolumes", "persistentvolume", "pv"),
		printFix: f.printFix, printVolume: f.printVolume,
	}
	if err := f.contradictions(cmd, o); err != nil {
		return nil, err
	}
	if f.output != "" {
		if o.machine, err = output.NewMachine(f.output, false); err != nil {
			return nil, usagef("%v; why-pending knows json, yaml, name, jsonpath=, go-template= and custom-columns=", err)
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
func (f *pendingFlags) contradictions(cmd *cobra.Command, o *pendingOptions) error {
	changed := func(name string) bool { return cmd.Flags().Changed(name) }
	switch {
	case f.allNamespaces && namespaceFlag(cmd) != "":
		return usagef("--namespace and --all-namespaces contradict each other: give one of them")
	case f.allNamespaces && len(o.targets) > 0:
		return usagef("--all-namespaces asks for every Pending Pod, and %s is one name: give its namespace with -n", o.targets[0])
	case changed("print-fix") && changed("print-volume"):
		return usagef("--print-fix and --print-volume each print one manifest: give one of them")
	case (changed("print-fix") || changed("print-volume")) && f.output != "":
		return usagef("--print-fix and --print-volume print a manifest as YAML: leave out -o")
	case (len(f.nodes) > 0 || len(f.volumes) > 0) && f.output != "":
		return usagef("--node and --volume open up the text; -o %s has every node and volume anyway: leave them out", f.output)
	case changed("print-fix") && f.printFix == "" || changed("print-volume") && f.printVolume == "":
		return usagef("--print-fix needs the id of a fix, and --print-volume the name of a node")
	}
	return nil
}

// chooseNamespace is kubectl's choice: -n, else what the kubeconfig says. With files it is "default", and a hint only.
func (o *pendingOptions) chooseNamespace(cmd *cobra.Command) error {
	switch o.namespace = namespaceFlag(cmd); {
	case o.everywhere:
		o.namespace = metav1.NamespaceAll
	case o.namespace != "":
		o.named = true
	case o.source.offline():
		o.namespace = metav1.NamespaceDefault
	default:
		if _, err := o.app.restConfig(); err != nil {
			return err
		}
		namespace, _, err := o.app.cluster.ToRawKubeConfigLoader().Namespace()
		if err != nil {
			return err
		}
		o.namespace = namespace
	}
	return nil
}
